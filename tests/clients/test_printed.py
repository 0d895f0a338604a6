"""Code that is printed for people runs as printed: our guides here, and the guide this door was made for.

The latter lies beside the clone where there is one. In it the import is changed, and nothing else: the address comes
from the environment, and so does what it prints as `...`.
"""

import ast
import re

import pytest

from tests.clients.labeling import label
from tests.environment import ROOT

GUIDE = ROOT.parent / "shared" / "sources" / "000_f7a9deb04513b6ed.txt"
ALIAS = "mispronunciation_timestamps"
# Printed code opens files and leaves closing them to the end of the program.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")


@pytest.fixture
def at_a_shell(door, sounds, monkeypatch, open_store):
    """What whoever types the code has around it: recordings in the folder, names of server and key, and a store."""
    folder = sounds[0].parent
    monkeypatch.chdir(folder)
    names = {"EARMARK_BASE_URL": door.url, "EARMARK_API_KEY": door.key, "EARMARK_ACCOUNT_ID": door.account}
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    store = folder / "store" / "evaluations" / "audio"
    store.mkdir(parents=True)
    for sound in sounds:
        (store / sound.name).write_bytes(sound.read_bytes())
    (folder / "call.mp3").write_bytes(sounds[1].read_bytes())
    open_store("my-s3-bucket", folder / "store")


@pytest.fixture
def shell(at_a_shell):
    """`shell.run(code)` runs it where the code before it ran; `shell.names` is what is called what there."""

    class Shell:
        def __init__(self):
            self.names = {}

        def run(self, code):
            exec(compile(code, "<printed>", "exec"), self.names)  # noqa: S102 - that is the test

    shell = Shell()
    yield shell
    for value in shell.names.values():
        if not isinstance(value, type) and hasattr(value, "evaluations"):
            value.close()


def printed_code(text):
    """The blocks of code in a text without marks around them: from a telling first line, as far as it can be parsed."""
    lines, blocks, at = text.splitlines(), [], 0
    while at < len(lines):
        end = at
        if lines[at].startswith(("from scale_gp_beta import", "# ")):
            end = max((stop for stop in range(at + 1, len(lines) + 1) if is_code(lines[at:stop])), default=at)
        if end > at:
            blocks.append("\n".join(lines[at:end]))
        at = max(end, at + 1)
    return blocks


def is_code(lines):
    try:
        ast.parse("\n".join(lines))
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize("way", ["upload", "cloud"])
def test_the_guide_runs_as_printed(way, shell, client, capsys):
    if not GUIDE.exists():
        pytest.skip("The guide is not beside this clone; test_live.py makes the same calls.")
    upload, cloud, question, evaluation = printed_code(GUIDE.read_text(encoding="utf-8"))
    theirs, ours = "from scale_gp_beta import SGPClient", "from earmark_client import Client as SGPClient"

    for block in (upload if way == "upload" else cloud, question, evaluation):
        shell.run(block.replace(theirs, ours))
    names = shell.names

    made = client.evaluations.retrieve(names["voice_evaluation"].id, views=["tasks"])
    rows = client.evaluation_items.list(evaluation_id=made.id).items
    assert capsys.readouterr().out == f"Evaluation created with ID: {made.id}\n"
    assert made.name == "Voice Quality Evaluation - Mispronunciation Detection"
    assert [task["alias"] for task in made.tasks] == [ALIAS]
    assert [row.data for row in rows] == [{"audio_description": f"Customer service call {n}"} for n in (1, 2)]
    assert [row.files for row in rows] == [{"audio_file": names["file_id_1"]}, {"audio_file": names["file_id_2"]}]


def fenced(path):
    return re.findall(r"^```python\n(.*?)^```", (ROOT / path).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("path", ["docs/voice-evaluations.md", "clients/python/README.md"])
def test_our_guides_run_as_printed(path, shell, door, capsys):
    """Block after block, as one program; before one that waits for answers, people give them."""
    for block in fenced(path):
        if "wait_until_completed" in block:
            evaluation = shell.names["evaluation"]
            rows = shell.names["client"].evaluation_items.list(evaluation_id=evaluation.id).total
            label(door, evaluation.id, [{ALIAS: [1250, 2100]}, {ALIAS: []}][:rows])
        shell.run(block)

    assert "Customer service call 1 [1.25, 2.1]" in capsys.readouterr().out
