"""The requests that are printed for datasets, and our own guide to them, run as they are printed.

The printed text lies beside the clone where there is one; here stand the same calls with the same arguments.
"""

import ast
import re

import pytest
import requests

from tests.datasets.factories import wav_bytes
from tests.environment import ROOT

SOURCE = ROOT.parent / "shared" / "sources" / "001_63c1c626ef7c72d1.txt"
BEGINS = re.compile(r"(response|dataset|current_types)\b.*[=(]")
CREATE = """
response = requests.post(
    f"{BASE_URL}/api/v1/datasets",
    headers={"X-API-Key": API_KEY},
    json={
        "name": "TTS Quality Detection",
        "description": "Detect quality issues in TTS output",
        "artifact_types": [
            {"name": "glitch", "description": "Audio pop, click, or distortion", "color": "#FF4444"},
            {"name": "long_pause", "description": "Unnatural silence > 500ms", "color": "#4444FF"},
            {"name": "hallucination", "description": "Extra words or sounds not in input", "color": "#44FF44"},
        ],
    },
)
dataset = response.json()
"""
RENAME = """
response = requests.patch(
    f"{BASE_URL}/api/v1/datasets/{dataset_id}",
    headers={"X-API-Key": API_KEY},
    json={"name": "Updated Dataset Name", "description": "New description"},
)
"""
ADD_TYPE = """
response = requests.get(f"{BASE_URL}/api/v1/datasets/{dataset_id}", headers={"X-API-Key": API_KEY})
current_types = response.json()["artifact_types"]
current_types.append({"name": "echo", "description": "Reverb or echo artifact", "color": "#FF8844"})
response = requests.patch(
    f"{BASE_URL}/api/v1/datasets/{dataset_id}",
    headers={"X-API-Key": API_KEY},
    json={"artifact_types": current_types},
)
"""
DELETE = """
response = requests.delete(f"{BASE_URL}/api/v1/datasets/{dataset_id}", headers={"X-API-Key": API_KEY})
"""


def statements(text):
    """The Python statements in a text, one after the other: from a telling first line, as far as it can be parsed."""
    lines, found = text.splitlines(), []
    at = 0
    while at < len(lines):
        end = at
        if BEGINS.match(lines[at]):
            end = next((stop for stop in range(at + 1, len(lines) + 1) if is_code(lines[at:stop])), at)
        if end > at:
            found.append("\n".join(lines[at:end]))
        at = max(end, at + 1)
    return found


def is_code(lines):
    try:
        ast.parse("\n".join(lines))
    except SyntaxError:
        return False
    return True


@pytest.fixture
def run(door):
    """`run(code)` runs it as a program that binds the three names that are printed for people to fill in."""
    names = {"requests": requests, "BASE_URL": door.url, "API_KEY": door.key}

    def run_it(code):
        exec(compile(code, "<printed>", "exec"), names)  # noqa: S102 - that is the test
        if "dataset" in names:
            names["dataset_id"] = names["dataset"]["id"]
        return names

    return run_it


def ran(run, code):
    """The answer to the last request of it, and the dataset as it is then."""
    names = run(code)
    return names["response"]


def check_all(run, create, rename, add_type, delete):
    made = ran(run, create)
    assert (made.status_code, [row["color"] for row in made.json()["artifact_types"]]) == (
        201,
        ["#FF4444", "#4444FF", "#44FF44"],
    )
    renamed = ran(run, rename)
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Updated Dataset Name")
    assert renamed.json()["description"] == "New description"
    longer = ran(run, add_type)
    assert longer.status_code == 200
    assert [row["name"] for row in longer.json()["artifact_types"]] == ["glitch", "long_pause", "hallucination", "echo"]
    assert longer.json()["artifact_types"][-1] == {
        "name": "echo",
        "description": "Reverb or echo artifact",
        "color": "#FF8844",
    }
    assert ran(run, delete).status_code == 204
    assert ran(run, ADD_TYPE.splitlines()[1]).status_code == 404


def test_the_printed_calls_with_their_arguments(run):
    check_all(run, CREATE, RENAME, ADD_TYPE, DELETE)


def test_the_printed_text_runs_as_it_stands(run):
    if not SOURCE.exists():
        pytest.skip("The text is not beside this clone; the same calls are made above.")
    found = statements(SOURCE.read_text(encoding="utf-8"))
    requested = [n for n, code in enumerate(found) if "requests." in code]
    assert len(requested) == 5

    create, rename, read, _change, delete = requested
    parts = [(create, rename), (rename, read), (read, delete), (delete, len(found))]
    check_all(run, *("\n".join(found[start:end]) for start, end in parts))


def test_a_description_of_many_lines_comes_back_as_it_was(run):
    text = SOURCE.read_text(encoding="utf-8") if SOURCE.exists() else '"description": """\nGuidelines:\n- glitch\n"""'
    description = re.search(r'"description": """(.*?)"""', text, re.DOTALL)[1]
    assert (description[0], description[-1]) == ("\n", "\n")

    names = run(CREATE)
    path = f"{names['BASE_URL']}/api/v1/datasets/{names['dataset_id']}"
    headers = {"X-API-Key": names["API_KEY"]}
    requests.patch(path, headers=headers, json={"description": description}, timeout=10)

    assert requests.get(path, headers=headers, timeout=10).json()["description"] == description


def test_our_guide_runs_as_printed(door, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EARMARK_BASE_URL", door.url)
    monkeypatch.setenv("EARMARK_API_KEY", door.key)
    for name in ("call-1.wav", "call-2.wav"):
        (tmp_path / name).write_bytes(wav_bytes(ms=2000, hz=200.0 + len(name)))
    text = (ROOT / "docs" / "artifact-datasets.md").read_text(encoding="utf-8")
    names = {}

    for block in re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        exec(compile(block, "<guide>", "exec"), names)  # noqa: S102 - that is the test
    # A line that is kept open keeps the server's thread, and its connection to the database.
    names["http"].close()

    printed = capsys.readouterr().out
    for line in re.search(r"^prints\n\n((?:    .*\n)+)", text, re.MULTILINE)[1].splitlines():
        assert line.strip() in printed
