from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.answers import FormQuestion, clean, clean_effort, merge
from workspaces.errors import Invalid

DURATION = 10_000
SCHEMA = {
    "type": "object",
    "properties": {
        "who": {"type": "string", "maxLength": 5, "pattern": "^[A-Z]"},
        "age": {"type": "integer", "minimum": 0, "exclusiveMaximum": 120},
        "tags": {"type": "array", "items": {"enum": ["music", "echo"]}, "uniqueItems": True, "maxItems": 2},
        "mail": {"type": "string", "format": "email"},
        "day": {"type": "string", "format": "date"},
        "more": {"$ref": "#/$defs/more"},
        "step": {"multipleOf": 0.5},
        "either": {"anyOf": [{"type": "string"}, {"type": "boolean"}]},
    },
    "required": ["who", "age"],
    "additionalProperties": False,
    "$defs": {
        "more": {"type": "object", "properties": {"words": {"type": "string", "minLength": 2}}, "required": ["words"]}
    },
}
FORM = (
    FormQuestion("marks", "regions", "Marks", "", False, {"labels": [{"name": "glitch"}, {"name": "echo"}]}),
    FormQuestion("when", "timestamp", "When", "", False, {"multi": True}),
    FormQuestion("once", "timestamp", "Once", "", False, {"multi": False}),
    FormQuestion("pace", "categorical", "Pace", "", False, {"choices": ["slow", "fast"], "multi": False}),
    FormQuestion("tags", "categorical", "Tags", "", False, {"choices": ["a", "b", "c"], "multi": True}),
    FormQuestion("note", "free_text", "Note", "", False, {"min_length": 3, "max_length": 20}),
    FormQuestion("stars", "rating", "Stars", "", False, {"steps": 5, "min_label": "poor", "max_label": "great"}),
    FormQuestion("pitch", "number", "Pitch", "", False, {"min": -1.5, "max": 440}),
    FormQuestion("any number", "number", "Any", "", False, {}),
    FormQuestion("call", "form", "Call", "", False, {"form_schema": SCHEMA}),
)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
times = st.integers(0, DURATION)
regions = st.tuples(times, times, st.sampled_from(["glitch", "echo"])).filter(lambda row: row[0] < row[1])


@given(st.dictionaries(st.sampled_from([question.alias for question in FORM]), anything), st.booleans())
def test_whatever_is_sent_is_cleaned_or_refused(answers, complete):
    try:
        cleaned = clean(FORM, answers, duration_ms=DURATION, complete=complete)
    except Invalid as refusal:
        places = [loc[:2] for loc, _, _ in refusal.problems]
        cleaned = None
    else:
        places = []
    assert set(places) <= {("body", "answers")}
    if cleaned is not None:
        assert clean(FORM, cleaned, duration_ms=DURATION, complete=complete) == cleaned


@given(st.lists(regions))
def test_regions_come_out_sorted_and_whole(rows):
    sent = [
        {"id": str(n), "label": label, "start_ms": start, "end_ms": end, "note": ""}
        for n, (start, end, label) in enumerate(rows)
    ]
    cleaned = clean(FORM, {"marks": sent}, duration_ms=DURATION, complete=True).get("marks", [])

    assert sorted(cleaned, key=lambda row: row["id"]) == sorted(sent, key=lambda row: row["id"])
    assert [row["start_ms"] for row in cleaned] == sorted(row["start_ms"] for row in sent)


@given(st.lists(st.tuples(times, times).map(lambda pair: (min(pair), max(pair)))))
def test_merged_stretches_cover_the_same_milliseconds(stretches):
    merged = merge(stretches)

    covered = {ms for start, end in stretches for ms in range(start, min(end, start + 300))}
    assert all(any(start <= ms < end for start, end in merged) for ms in covered)
    assert sum(end - start for start, end in merged) <= sum(end - start for start, end in stretches)
    for (_, end), (start, _) in pairwise(merged):
        assert end < start


@pytest.mark.parametrize(
    ("answers", "complete", "stored"),
    [
        ({"when": [300, 100, 100]}, True, {"when": [100, 300]}),
        ({"when": []}, True, {}),
        ({"once": 0}, True, {"once": 0}),
        ({"tags": ["c", "a"]}, True, {"tags": ["a", "c"]}),
        ({"note": "   "}, True, {}),
        ({"note": "ab"}, False, {"note": "ab"}),
        ({"pace": None}, True, {}),
        ({"stars": 1}, True, {"stars": 1}),
        ({"stars": 5}, False, {"stars": 5}),
        ({"pitch": -1.5}, True, {"pitch": -1.5}),
        ({"pitch": 440}, True, {"pitch": 440}),
        ({"pitch": 0}, True, {"pitch": 0}),
        ({"any number": 2**53 - 1}, True, {"any number": 2**53 - 1}),
        ({"call": {}}, True, {}),
        ({"call": {"who": ""}}, False, {"call": {"who": ""}}),
        ({"call": {"age": "later", "unknown": [1]}}, False, {"call": {"age": "later", "unknown": [1]}}),
        (
            {"call": {"who": "Ada", "age": 0, "tags": ["echo"]}},
            True,
            {"call": {"who": "Ada", "age": 0, "tags": ["echo"]}},
        ),
    ],
)
def test_answers_are_stored_in_one_shape(answers, complete, stored):
    assert clean(FORM, answers, duration_ms=DURATION, complete=complete) == stored


@pytest.mark.parametrize(
    "body",
    [
        {"active_ms": -1},
        {"active_ms": True},
        {"active_ms": 1.5},
        {"active_ms": 10**12},
        {"listened": "all"},
        {"listened": [[1]]},
        {"listened": [[2, 1]]},
        {"listened": [[-1, 1]]},
        {"listened": [[0, "1"]]},
    ],
)
def test_effort_that_makes_no_sense_is_refused(body):
    with pytest.raises(Invalid):
        clean_effort(body, duration_ms=DURATION)


def test_effort_is_cut_to_the_recording():
    assert clean_effort({"active_ms": 5, "listened": [[9000, 12_000]]}, duration_ms=DURATION) == (5, [[9000, 10_000]])


@pytest.mark.parametrize(
    ("alias", "values"),
    [
        ("stars", [0, 6, -1, True, 3.0, "3", [3], {}, 10**400]),
        ("pitch", [-1.6, 441, True, "3", [3], {}, float("nan"), float("inf"), -float("inf"), 10**400]),
        ("any number", [2**53, -(2**53), 1e300, float("nan"), False]),
        ("call", [[], "x", 3, True, [{}]]),
    ],
)
@pytest.mark.parametrize("complete", [True, False])
def test_what_is_no_answer_to_its_question_is_refused(alias, values, complete):
    for value in values:
        with pytest.raises(Invalid) as refusal:
            clean(FORM, {alias: value}, duration_ms=DURATION, complete=complete)
        [(loc, sentence, _kind)] = refusal.value.problems
        assert (loc, sentence.endswith(".")) == (("body", "answers", alias), True)


RIGHT = {"who": "Ada", "age": 7}
WRONG_FORMS = [
    ({"who": "Ada"}, [(("age",), "This field is needed.")]),
    ({"tags": []}, [(("who",), "This field is needed."), (("age",), "This field is needed.")]),
    ({**RIGHT, "who": 7}, [(("who",), "This has to be of the type string.")]),
    ({**RIGHT, "who": "Adelheid"}, [(("who",), "Write at most 5 characters.")]),
    ({**RIGHT, "who": "ada"}, [(("who",), "Write it in the form ^[A-Z].")]),
    ({**RIGHT, "age": -1}, [(("age",), "Give at least 0.")]),
    ({**RIGHT, "age": 120}, [(("age",), "Give less than 120.")]),
    ({**RIGHT, "age": True}, [(("age",), "This has to be of the type integer.")]),
    ({**RIGHT, "tags": ["echo", "hum"]}, [(("tags", 1), "Choose one of: music, echo.")]),
    ({**RIGHT, "tags": ["echo", "echo"]}, [(("tags",), "Give each entry once.")]),
    ({**RIGHT, "tags": ["echo", "music", "echo"]},
     [(("tags",), "Give each entry once."), (("tags",), "Give at most 2 entries.")]),
    ({**RIGHT, "mail": "nobody"}, [(("mail",), "Write it as a valid email.")]),
    ({**RIGHT, "day": "2026-02-30"}, [(("day",), "Write it as a valid date.")]),
    ({**RIGHT, "more": {}}, [(("more", "words"), "This field is needed.")]),
    ({**RIGHT, "more": {"words": "x"}}, [(("more", "words"), "Write at least 2 characters.")]),
    ({**RIGHT, "step": 0.7}, [(("step",), "Give a multiple of 0.5.")]),
    ({**RIGHT, "either": 1}, [(("either",), "This fits none of the possibilities that the form names.")]),
    ({**RIGHT, "else": 1}, [((), "Additional properties are not allowed ('else' was unexpected)")]),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "problems"), WRONG_FORMS)
def test_each_wrong_field_of_a_form_is_named(answer, problems):
    with pytest.raises(Invalid) as refusal:
        clean(FORM, {"call": answer}, duration_ms=DURATION, complete=True)

    said = [(loc[3:], sentence) for loc, sentence, _ in refusal.value.problems]
    assert sorted(said, key=str) == sorted(problems, key=str)
    assert {loc[:3] for loc, _, _ in refusal.value.problems} == {("body", "answers", "call")}
    assert clean(FORM, {"call": answer}, duration_ms=DURATION, complete=False) == {"call": answer}


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        ({"who": "\0"}, ("who",)),
        ({"a\0": 1}, ()),
        ({"who": {"deep": ["\ud800"]}}, ("who", "deep", 0)),
        ({"age": 10**400}, ("age",)),
        ({"age": float("nan")}, ("age",)),
        ({"tags": ["x"] * 1001}, ("tags",)),
        ({"who": "x" * 70_000}, ()),
    ],
)
@pytest.mark.parametrize("complete", [True, False])
def test_what_no_database_takes_is_not_in_a_draft_either(answer, where, complete):
    with pytest.raises(Invalid) as refusal:
        clean(FORM, {"call": answer}, duration_ms=DURATION, complete=complete)

    assert [loc for loc, _, _ in refusal.value.problems] == [("body", "answers", "call", *where)]


def test_a_form_is_not_nested_without_end():
    answer = {}
    for _level in range(500):
        answer = {"a": answer}

    with pytest.raises(Invalid):
        clean(FORM, {"call": answer}, duration_ms=DURATION, complete=False)


def test_an_answer_that_would_take_long_to_check_is_refused():
    dear = {"type": "object", "additionalProperties": {"items": {"allOf": [{"type": "integer"}] * 900}}}
    form = (FormQuestion("call", "form", "Call", "", False, {"form_schema": dear}),)

    with pytest.raises(Invalid) as refusal:
        clean(form, {"call": {"a": [1] * 900}}, duration_ms=DURATION, complete=True)

    assert refusal.value.problems[0][1] == "The answer is too large for this form: give fewer entries."


@pytest.mark.parametrize(
    ("answer", "where"), [({"who": "A" * 301}, ("who",)), ({"A" * 301: 1}, ()), ({"more": ["x" * 301]}, ("more", 0))]
)
def test_what_patterns_search_is_short(answer, where):
    with pytest.raises(Invalid) as refusal:
        clean(FORM, {"call": answer}, duration_ms=DURATION, complete=True)

    assert refusal.value.problems[0][0] == ("body", "answers", "call", *where)


@pytest.mark.parametrize(
    ("kind", "configuration", "said"),
    [
        ("regions", {"labels": []}, "Mark at least one region. This question needs an answer."),
        ("timestamp", {}, "Mark at least one moment. This question needs an answer."),
        ("categorical", {"choices": ["a"]}, "Choose one. This question needs an answer."),
        ("rating", {"steps": 3}, "Choose a step. This question needs an answer."),
        ("number", {}, "Give a number. This question needs an answer."),
        ("free_text", {}, "Write something. This question needs an answer."),
        ("form", {"form_schema": SCHEMA}, "Fill in the form. This question needs an answer."),
    ],
)
def test_what_is_needed_is_asked_for_when_it_is_handed_in(kind, configuration, said):
    form = (FormQuestion("An alias, with blanks", kind, "Q", "", True, configuration),)

    assert clean(form, {}, duration_ms=DURATION, complete=False) == {}
    with pytest.raises(Invalid) as refusal:
        clean(form, {}, duration_ms=DURATION, complete=True)
    assert refusal.value.problems == [(("body", "answers", "An alias, with blanks"), said, "value_error.missing")]


@given(st.floats(-1e6, 1e6) | st.integers(-(10**6), 10**6), st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_a_number_is_taken_when_it_lies_between_its_bounds(value, least, room):
    form = (FormQuestion("n", "number", "N", "", False, {"min": least, "max": least + room}),)
    try:
        taken = clean(form, {"n": value}, duration_ms=0, complete=True) == {"n": value}
    except Invalid:
        taken = False

    assert taken == (least <= value <= least + room)


@given(st.integers(1, 100), st.integers())
def test_a_step_is_taken_when_the_scale_has_it(steps, value):
    form = (FormQuestion("n", "rating", "N", "", False, {"steps": steps}),)
    try:
        taken = clean(form, {"n": value}, duration_ms=0, complete=True) == {"n": value}
    except Invalid:
        taken = False

    assert taken == (1 <= value <= steps)
