import json
from dataclasses import replace

import pytest

from datasets.formats.archive import Member
from datasets.formats.manifest import (
    ManifestAnswer,
    ManifestAudio,
    ManifestItem,
    canonical_json,
    manifest_chunks,
    questions_sha256,
)

ANSWER = ManifestAnswer(
    assignment_id="as-1",
    revision_id="su-9",
    revision=2,
    annotator="Olga",
    reviewer="Aram",
    approval_origin="reviewed",
    submitted_at="2026-01-05T10:00:00.000Z",
    approved_at="2026-01-05T11:00:00.000Z",
)
ITEM = ManifestItem("it-1", 1, [ManifestAudio("audio", "ש.wav", "ab" * 32, 64_120)], [ANSWER])
QUESTIONS = [
    {
        "alias": "marks",
        "type": "regions",
        "configuration": {"labels": [{"name": "glitch"}]},
    }
]


def manifest(items):
    return b"".join(
        manifest_chunks(
            items,
            dataset={"id": "ds", "version": 3},
            labeling_task={"id": "lt", "review_mode": "full"},
            questions=QUESTIONS,
            files=[Member("answers.jsonl", 12, "cd" * 32)],
        )
    )


def test_a_manifest_in_full():
    unlabeled = ManifestItem("it-2", 2, [ManifestAudio("audio", "b.wav", "ef" * 32, 1_000)], [])
    bulk = replace(
        ITEM,
        id="it-3",
        position=3,
        answers=[ANSWER, replace(ANSWER, approval_origin="bulk", reviewer="")],
    )

    found = json.loads(manifest([ITEM, unlabeled, bulk]))

    assert found["schema_version"] == 1
    assert found["dataset"] == {"id": "ds", "version": 3}
    assert found["labeling_task"] == {"id": "lt", "review_mode": "full"}
    assert found["questions"] == QUESTIONS
    assert found["questions_sha256"] == questions_sha256(QUESTIONS)
    assert found["files"] == [{"name": "answers.jsonl", "bytes": 12, "sha256": "cd" * 32}]
    assert found["totals"] == {
        "items": 3,
        "items_answered": 2,
        "answers": 3,
        "answers_by_approval_origin": {"reviewed": 2, "bulk": 1},
        "answers_by_correction": {},
        "turns_left_out": {},
        "audio_ms": 129_240,
    }
    assert [item["id"] for item in found["items"]] == ["it-1", "it-2", "it-3"]
    assert found["items"][0] == {
        "id": "it-1",
        "position": 1,
        "audio": [
            {
                "name": "audio",
                "filename": "ש.wav",
                "sha256": "ab" * 32,
                "duration_ms": 64_120,
            }
        ],
        "answers": [
            {
                "assignment_id": "as-1",
                "revision_id": "su-9",
                "revision": 2,
                "annotator": "Olga",
                "corrected_by": "",
                "correction": "",
                "first_reviewer": "",
                "reviewer": "Aram",
                "approval_origin": "reviewed",
                "submitted_at": "2026-01-05T10:00:00.000Z",
                "approved_at": "2026-01-05T11:00:00.000Z",
            }
        ],
    }


def test_the_text_is_canonical():
    data = manifest(iter([ITEM, ITEM]))

    assert data == manifest([ITEM, ITEM])
    assert data.endswith(b"}\n")
    assert len(data.splitlines()) == 4
    assert canonical_json(json.loads(data)) == data.replace(b"\n", b"")


def test_no_items_make_a_manifest_too():
    found = json.loads(manifest([]))

    assert found["items"] == []
    assert found["totals"]["answers_by_approval_origin"] == {}


def test_the_hash_of_questions_sees_content_and_order_only():
    first, second = (
        {"alias": "a", "type": "regions"},
        {"type": "free_text", "alias": "b"},
    )

    assert questions_sha256([first, second]) == questions_sha256([dict(reversed(first.items())), second])
    assert questions_sha256([first, second]) != questions_sha256([second, first])
    assert len(questions_sha256([])) == 64


@pytest.mark.parametrize("value", [1.5, [1.0], {"a": ({"b": 0.1},)}])
def test_fractions_are_refused(value):
    with pytest.raises(TypeError, match="no fractions"):
        canonical_json(value)
