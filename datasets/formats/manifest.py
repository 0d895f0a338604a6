"""The manifest of a processed dataset: which items, which revisions, who approved them and how, which files.

Nothing here asks what time it is or where it runs, so the same rows make the same bytes. The text is canonical JSON
(sorted keys, UTF-8, no fractions), streamed with one item per line; for that reason figures stand in `totals`, which
sorts behind `items`.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import (
    Any,
)  # questions and headers are JSON whose shape belongs to the caller

from datasets.formats.archive import Member

SCHEMA_VERSION = 1
_CHUNK_BYTES = 1 << 16
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class ManifestAudio:
    """One named file of an item, as it was uploaded."""

    name: str
    filename: str
    sha256: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class ManifestAnswer:
    """One person's turn at an item and the revision that counts. Times are ISO 8601, or empty for what never was.

    `corrected_by` mended the annotator's answers, `correction` says how much: minor or major. `first_reviewer` approved
    them before `reviewer` did, where two had to. Each is empty where there was none. `suggestions` counts a model's by
    what became of them, and the regions that were added to them; None where no model made any.
    """

    assignment_id: str
    revision_id: str
    revision: int
    annotator: str
    reviewer: str
    approval_origin: str
    submitted_at: str
    approved_at: str
    corrected_by: str = ""
    correction: str = ""
    first_reviewer: str = ""
    suggestions: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """One row of the labeling task, answered or not. `suggested_by` names the model that made suggestions for it."""

    id: str
    position: int
    audio: Sequence[ManifestAudio]
    answers: Sequence[ManifestAnswer]
    suggested_by: str = ""


def canonical_json(value: Any) -> bytes:
    """The value as JSON with one spelling: sorted keys, no blanks, UTF-8.

    Raises TypeError for a fraction anywhere inside: its digits are not the same in every language.
    """
    _refuse_floats(value)
    return _encode(value).encode("utf-8", "replace")


def questions_sha256(questions: Sequence[Mapping[str, Any]]) -> str:
    """The hash that is equal exactly when two forms ask the same, in the same order."""
    return hashlib.sha256(canonical_json(list(questions))).hexdigest()


def manifest_chunks(
    items: Iterable[ManifestItem],
    *,
    dataset: Mapping[str, Any],
    labeling_task: Mapping[str, Any],
    questions: Sequence[Mapping[str, Any]],
    files: Sequence[Member],
    totals: "Totals | None" = None,
) -> Iterator[bytes]:
    """The manifest's text in chunks of about 64 KiB; `items` is walked once, so it may be a generator.

    `dataset`, `labeling_task` and `questions` are plain JSON objects; `files` the members written so far. Pass `totals`
    to have the figures at hand when the last chunk has been read.
    """
    head = {"dataset": dict(dataset), "files": [_file(member) for member in files]}
    tail = {
        "labeling_task": dict(labeling_task),
        "questions": [dict(question) for question in questions],
        "questions_sha256": questions_sha256(questions),
        "schema_version": SCHEMA_VERSION,
    }
    totals = totals or Totals()
    chunk = bytearray(canonical_json(head)[:-1] + b',"items":[')
    separator = b"\n"
    for item in items:
        totals.count(item)
        chunk += separator + _encode(_item(item)).encode("utf-8", "replace")
        separator = b",\n"
        if len(chunk) >= _CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
    yield (bytes(chunk) + b"\n]," + canonical_json({**tail, "totals": totals.as_json()})[1:] + b"\n")


class Totals:
    """What an archive holds, counted while its manifest is written. `left_out` are turns it does not hold, by why."""

    def __init__(self, *, left_out: Mapping[str, int] | None = None) -> None:
        self.left_out = dict(left_out or {})
        self.items = self.items_answered = self.answers = self.audio_ms = 0
        self.origins: Counter[str] = Counter()
        self.corrections: Counter[str] = Counter()
        self.suggestions: Counter[str] = Counter()
        self.has_suggestions = False

    def count(self, item: ManifestItem) -> None:
        self.items += 1
        self.items_answered += bool(item.answers)
        self.answers += len(item.answers)
        self.audio_ms += sum(audio.duration_ms for audio in item.audio)
        self.origins.update(answer.approval_origin for answer in item.answers)
        self.corrections.update(answer.correction for answer in item.answers if answer.correction)
        if item.suggested_by:
            self.has_suggestions = True
            for answer in item.answers:
                self.suggestions.update(answer.suggestions or {})

    def as_json(self) -> dict[str, Any]:
        return {
            "items": self.items,
            "items_answered": self.items_answered,
            "answers": self.answers,
            "answers_by_approval_origin": dict(self.origins),
            "answers_by_correction": dict(self.corrections),
            "turns_left_out": self.left_out,
            "audio_ms": self.audio_ms,
            **({"suggestions_by_fate": dict(self.suggestions)} if self.has_suggestions else {}),
        }


def _item(item: ManifestItem) -> dict[str, Any]:
    # Spelled out: `asdict` copies deeply, which for 10,000 items costs more than everything else here.
    return {
        "id": item.id,
        "position": item.position,
        **({"suggested_by": item.suggested_by} if item.suggested_by else {}),
        "audio": [
            {
                "name": audio.name,
                "filename": audio.filename,
                "sha256": audio.sha256,
                "duration_ms": audio.duration_ms,
            }
            for audio in item.audio
        ],
        "answers": [
            {
                "assignment_id": answer.assignment_id,
                "revision_id": answer.revision_id,
                "revision": answer.revision,
                "annotator": answer.annotator,
                "corrected_by": answer.corrected_by,
                "correction": answer.correction,
                "reviewer": answer.reviewer,
                "first_reviewer": answer.first_reviewer,
                "approval_origin": answer.approval_origin,
                "submitted_at": answer.submitted_at,
                "approved_at": answer.approved_at,
                **({} if answer.suggestions is None else {"suggestions": dict(answer.suggestions)}),
            }
            for answer in item.answers
        ],
    }


def _file(member: Member) -> dict[str, Any]:
    return {"name": member.name, "sha256": member.sha256, "bytes": member.size_bytes}


def _refuse_floats(value: Any) -> None:
    """Items need no such walk: every field of theirs is a text or a whole number by type."""
    if isinstance(value, float):
        raise TypeError(f"a manifest holds no fractions: {value!r}")
    if isinstance(value, Mapping):
        for part in value.values():
            _refuse_floats(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _refuse_floats(part)
