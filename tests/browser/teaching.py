"""Labels to learn from, published in the demo workspace of a running stack: speech in which every fault is known."""

import json
from pathlib import Path

from bench.truth import TEACHING_VOICES, make
from tests.stack import Stack
from tests.workers import wait_until

CODE = """
import json
from pathlib import Path
from datasets.actions import accept_upload, create_dataset
from datasets.models import Annotation, AnnotationSet, ListenedFile
from workspaces.models import User, Workspace
given = json.loads(Path({given!r}).read_text())
by = User.objects.get(email="admin@demo.example")
workspace = Workspace.objects.get(slug="demo")
types = [{{"name": name}} for name in given["types"]]
dataset = create_dataset(workspace, by=by, name=given["name"], types=types)
labels, rows = AnnotationSet.start(dataset, by=by), []
for path, events in given["files"]:
    path = Path(path)
    audio = accept_upload(dataset, by=by, filename=path.name, content=iter([path.read_bytes()]))
    ListenedFile.objects.create(annotation_set=labels, audio_file=audio, by=by)
    for start, end, name in events:
        rows.append(Annotation(annotation_set=labels, audio_file=audio, artifact_type=name, start_ms=start, end_ms=end))
labels.add(rows)
labels.publish(by=by)
print(json.dumps({{"set": str(labels.pk), "dataset": str(dataset.pk)}}))
"""
UNREAD = """
from datasets.models import AudioFile
print(AudioFile.objects.filter(dataset={dataset!r}).exclude(status="ready").count())
"""


def publish_labels(
    stack: Stack, folder: Path, *, minutes: float = 6, name: str = "Calls with known faults"
) -> dict[str, str]:
    """Ids of the published `set` and of its `dataset`, once every file has been read."""
    truth = make(folder, minutes=minutes, seed=1, voices=TEACHING_VOICES)
    files = [
        [str(path), [[event.start_ms, event.end_ms, event.artifact_type] for event in events]] for path, events in truth
    ]
    types = sorted({name for _path, events in files for _start, _end, name in events})
    given = folder / "given.json"
    given.write_text(json.dumps({"name": name, "types": types, "files": files}), encoding="utf-8")
    made: dict[str, str] = json.loads(_shell(stack, CODE.format(given=str(given))))
    wait_until(lambda: _shell(stack, UNREAD.format(dataset=made["dataset"])) == "0", seconds=120, what=stack.log)
    return made


def _shell(stack: Stack, code: str) -> str:
    return stack.manage("shell", "--no-imports", "-c", code).strip()
