"""Questions on `/v5/`, sent wrong at every place: nothing answers 5xx or 409, every refusal is a sentence."""

import json

import pytest

from annotations.actions.questions import create_question
from tests.annotations.test_hostile_bodies import HOSTILE, RAW, TEXTS, places, put, require_sentence, send

FIELDS = {"a": {"type": "string", "pattern": "^a+$"}, "b": {"$ref": "#/$defs/c"}}
SCHEMA = {"type": "object", "properties": FIELDS, "required": ["a"], "$defs": {"c": {"enum": [1, 2]}}}
CONFIGURATIONS = {
    "timestamp": {"multi": True},
    "categorical": {"choices": ["good", "bad"], "multi": False, "dropdown": True},
    "rating": {"steps": 5, "min_label": "poor", "max_label": "great"},
    "number": {"min": 0.5, "max": 3},
    "free_text": {"min_length": 1, "max_length": 9},
    "form": {"form_schema": SCHEMA},
}
OURS = {"name": "N", "prompt": "P", "conditions": [{"a": 1}]}
OLDER = {"type": "timestamp", "title": "N", "prompt": "P", "multi": True}
BODIES = {kind: {**OURS, "question_type": kind, "configuration": given} for kind, given in CONFIGURATIONS.items()}
STEP = 5


def refuse(answer, what):
    require_sentence(answer, what)
    assert answer.status_code not in (403, 404, 409), what


@pytest.mark.parametrize("kind", [*BODIES, "older"])
def test_nothing_breaks_what_makes_a_question(v5, kind):
    body = {**BODIES, "older": OLDER}[kind]

    assert send(v5, "POST", "/v5/questions", json.dumps(body)).status_code == 201
    for n, place in enumerate(places(body)):
        for value in HOSTILE[n % STEP :: STEP]:
            raw = json.dumps(put(body, place, value))
            refuse(send(v5, "POST", "/v5/questions", raw), (place, str(value)[:100]))


@pytest.mark.parametrize("raw", [*RAW, b"\xff\xfe{", b'{"name": "\xff"}'], ids=lambda raw: str(raw[:12]))
def test_no_body_breaks(v5, raw):
    refuse(send(v5, "POST", "/v5/questions", raw), raw[:50])


def test_nothing_breaks_what_renames_a_question(v5, people):
    made = create_question(
        people.workspace, kind="timestamp", name="N", prompt="", configuration={}, conditions=[],
        by=people.administrator,
    )  # fmt: skip
    for value in HOSTILE:
        for body in (value, {"name": value}, {"name": "M", "prompt": value}):
            refuse(send(v5, "PATCH", f"/v5/questions/{made.pk}", json.dumps(body)), str(value)[:100])


@pytest.mark.parametrize("name", ["ids", "include_archived", "limit", "starting_after", "sort_by", "sort_order"])
def test_no_query_breaks(v5, name):
    for text in TEXTS:
        refuse(v5.get("/v5/questions", {name: text}), (name, text[:50]))
