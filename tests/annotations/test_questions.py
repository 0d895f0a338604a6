"""What a question may be configured with."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.form_schemas import DIALECT, MAX_DEPTH, MAX_RULES, in_order, order_of
from annotations.models import Question
from annotations.questions import clean_configuration, shown_configuration
from tests.annotations.factories import make_dataset
from workspaces.errors import Invalid

RATING = {"steps": 5, "min_label": "poor", "max_label": "great"}
GOOD = [
    ("timestamp", {}, {"multi": False}),
    ("timestamp", {"multi": None, "other": 1}, {"multi": False}),
    ("categorical", {"choices": ["a"]}, {"choices": ["a"], "multi": False, "dropdown": False}),
    ("categorical", {"choices": ["a", "b"], "multi": True, "dropdown": True},
     {"choices": ["a", "b"], "multi": True, "dropdown": True}),
    ("rating", {**RATING, "min_label": " poor "}, RATING),
    ("rating", {**RATING, "steps": 1}, {**RATING, "steps": 1}),
    ("rating", {**RATING, "steps": 100}, {**RATING, "steps": 100}),
    ("number", {}, {}),
    ("number", {"min": None, "max": 0}, {"max": 0}),
    ("number", {"min": -1.5, "max": -1.5}, {"min": -1.5, "max": -1.5}),
    ("free_text", {}, {"min_length": 0, "max_length": 2000}),
    ("free_text", {"min_length": 3000}, {"min_length": 3000, "max_length": 3000}),
    ("free_text", {"max_length": 1}, {"min_length": 0, "max_length": 1}),
    ("form", {"form_schema": {"type": "object"}}, {"form_schema": {"type": "object"}, "order": {}}),
]  # fmt: skip
BAD = [
    ("nonsense", {}, ["type"]),
    ("regions", {}, ["configuration", "labels"]),
    ("timestamp", {"multi": "yes"}, ["configuration", "multi"]),
    ("timestamp", {"multi": 1}, ["configuration", "multi"]),
    ("categorical", {}, ["configuration", "choices"]),
    ("categorical", {"choices": []}, ["configuration", "choices"]),
    ("categorical", {"choices": "abc"}, ["configuration", "choices"]),
    ("categorical", {"choices": ["a", "a"]}, ["configuration", "choices"]),
    ("categorical", {"choices": [" "]}, ["configuration", "choices"]),
    ("categorical", {"choices": ["a\0"]}, ["configuration", "choices"]),
    ("categorical", {"choices": [1]}, ["configuration", "choices"]),
    ("categorical", {"choices": ["x" * 201]}, ["configuration", "choices"]),
    ("categorical", {"choices": [str(n) for n in range(201)]}, ["configuration", "choices"]),
    ("rating", {**RATING, "steps": 0}, ["configuration", "steps"]),
    ("rating", {**RATING, "steps": 101}, ["configuration", "steps"]),
    ("rating", {**RATING, "steps": True}, ["configuration", "steps"]),
    ("rating", {**RATING, "steps": 5.0}, ["configuration", "steps"]),
    ("rating", {**RATING, "min_label": " "}, ["configuration", "min_label"]),
    ("rating", {**RATING, "max_label": "x" * 201}, ["configuration", "max_label"]),
    ("rating", {**RATING, "max_label": "\ud800"}, ["configuration", "max_label"]),
    ("number", {"min": True}, ["configuration", "min"]),
    ("number", {"min": "1"}, ["configuration", "min"]),
    ("number", {"max": float("nan")}, ["configuration", "max"]),
    ("number", {"max": float("inf")}, ["configuration", "max"]),
    ("number", {"max": 10**400}, ["configuration", "max"]),
    ("number", {"min": 1, "max": 0.5}, ["configuration", "max"]),
    ("free_text", {"min_length": -1}, ["configuration", "min_length"]),
    ("free_text", {"min_length": "3"}, ["configuration", "min_length"]),
    ("free_text", {"min_length": 9, "max_length": 3}, ["configuration", "max_length"]),
    ("free_text", {"max_length": 0}, ["configuration", "max_length"]),
    ("free_text", {"max_length": 20_001}, ["configuration", "max_length"]),
    ("free_text", {"max_length": False}, ["configuration", "max_length"]),
    ("form", {}, ["configuration", "form_schema"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "kept"), GOOD)
def test_what_is_right_is_kept(kind, given, kept):
    assert clean_configuration(kind, given, dataset=None) == kept


@pytest.mark.parametrize(("kind", "given", "where"), BAD)
def test_what_is_wrong_is_named(kind, given, where):
    with pytest.raises(Invalid) as refusal:
        clean_configuration(kind, given, dataset=None)

    [(loc, sentence, _kind)] = refusal.value.problems
    assert (list(loc), sentence.endswith(".")) == (["body", *where], True)


def test_all_of_a_rating_is_refused_at_once():
    with pytest.raises(Invalid) as refusal:
        clean_configuration("rating", {}, dataset=None)

    assert [loc[-1] for loc, _, _ in refusal.value.problems] == ["steps", "min_label", "max_label"]


def test_regions_take_the_datasets_types(people):
    dataset = make_dataset(people.workspace)

    kept = clean_configuration("regions", {"labels": ["glitch"]}, dataset=dataset)

    assert kept == {"labels": [{"name": "glitch", "color": "#d7263d", "description": ""}]}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
NAMES = ["multi", "choices", "dropdown", "steps", "min_label", "max_label", "min", "max", "min_length", "max_length",
         "form_schema"]  # fmt: skip


@given(
    st.sampled_from(["timestamp", "categorical", "rating", "number", "free_text", "form"]),
    st.dictionaries(st.sampled_from(NAMES), anything),
)
def test_whatever_is_sent_is_kept_or_refused_and_kept_again(kind, given_):
    try:
        kept = clean_configuration(kind, given_, dataset=None)
    except Invalid as refusal:
        places = {loc[:2] for loc, _, _ in refusal.problems}
        kept = {}
    else:
        places = {("body", "configuration")}
        assert clean_configuration(kind, kept, dataset=None) == kept
    assert places == {("body", "configuration")}
    json.dumps(kept, allow_nan=False)


@given(st.floats(-1e15, 1e15), st.floats(-1e15, 1e15))
def test_the_bounds_of_a_number_stand_in_order(least, most):
    try:
        clean_configuration("number", {"min": least, "max": most}, dataset=None)
    except Invalid:
        assert least > most
    else:
        assert least <= most


# Forms


def form(**properties):
    return {"type": "object", "properties": properties}


def nested(depth):
    inner = {"type": "string"}
    for _level in range(depth):
        inner = form(a=inner)
    return inner


def doubling(times):
    """A schema of a few lines that says 2**times things."""
    rules = {f"r{n}": {"allOf": [{"$ref": f"#/$defs/r{n + 1}"}] * 2} for n in range(times)}
    return {**form(a={"$ref": "#/$defs/r0"}), "$defs": {**rules, f"r{times}": {"type": "string"}}}


SOUND = [
    form(),
    {**form(a={}), "$schema": DIALECT, "$id": "https://example.org/form", "title": "A form"},
    {**form(a={"$ref": "#/$defs/b"}), "$defs": {"b": {"$ref": "#/$defs/c"}, "c": {"enum": [1, "two", None]}}},
    {**form(a={"$ref": "#/$defs/b~1c~0d%25"}), "$defs": {"b/c~d%": {"type": "number"}}},
    form(a={"anyOf": [{"type": "string"}, {"type": "null"}]}, b={"prefixItems": [{}, {}]}, c={"not": {"const": 1}}),
    form(a={"pattern": "^[A-Z]{2}[0-9]+$"}, b={"type": "string", "pattern": r"^\d{4}-\d{2}$"}),
    form(**{"$ref": {"type": "string"}}),
    nested(MAX_DEPTH - 1),
]
UNSOUND = [
    (None, ()),
    ([], ()),
    ("{}", ()),
    (True, ()),
    ({}, ("type",)),
    ({"type": "array"}, ("type",)),
    ({"type": ["object", "null"]}, ("type",)),
    ({"type": "object", "$schema": "http://json-schema.org/draft-07/schema#"}, ("$schema",)),
    ({"type": "object", "properties": []}, ("properties",)),
    (form(a={"type": "word"}), ("properties", "a", "type")),
    (form(a={"minimum": "0"}), ("properties", "a", "minimum")),
    (form(a={"$ref": "https://example.org/schema"}), ("properties", "a", "$ref")),
    (form(a={"$ref": "file:///etc/passwd"}), ("properties", "a", "$ref")),
    (form(a={"$ref": "other.json#/a"}), ("properties", "a", "$ref")),
    (form(a={"$ref": "#a"}), ("properties", "a", "$ref")),
    (form(a={"$ref": "#/$defs/none"}), ("properties", "a", "$ref")),
    (form(a={"$ref": "#/properties/b/enum/0"}, b={"enum": [{"pattern": 1}]}), ("properties", "a", "$ref")),
    (form(a={"$ref": "#"}), ("$ref",)),
    (form(a={"items": {"$ref": "#/properties/a"}}), ("$ref",)),
    (form(a={"$dynamicRef": "#a"}), ("properties", "a", "$dynamicRef")),
    (form(a={"$anchor": "a"}), ("properties", "a", "$anchor")),
    (form(a={"$id": "https://example.org/b"}), ("properties", "a", "$id")),
    (form(a={"pattern": "(a+)+$"}), ("properties", "a", "pattern")),
    (form(a={"pattern": "["}), ("properties", "a", "pattern")),
    (form(a={"patternProperties": {"(x|xx)*y": {}}}), ("properties", "a", "patternProperties")),
    (form(a={"if": {"items": {"pattern": "(.*)*"}}}), ("properties", "a", "if", "items", "pattern")),
    (form(a={"const": "\0"}), ("properties", "a", "const")),
    (form(**{"\ud800": {}}), ("properties",)),
    (form(a={"minimum": float("nan")}), ("properties", "a", "minimum")),
    (form(a={"minimum": 10**400}), ("properties", "a", "minimum")),
    (form(a={"description": "x" * 70_000}), ()),
    (form(a={"enum": list(range(1001))}), ("properties", "a", "enum")),
    (doubling(12), ()),
    (nested(60), ("properties", "a", "properties")),
]


@pytest.mark.parametrize("schema", SOUND)
def test_a_sound_schema_is_kept_as_it_is(schema):
    assert clean_configuration("form", {"form_schema": schema}, dataset=None)["form_schema"] == schema


@pytest.mark.parametrize(("schema", "where"), UNSOUND)
def test_an_unsound_schema_is_refused_at_its_place(schema, where):
    with pytest.raises(Invalid) as refusal:
        clean_configuration("form", {"form_schema": schema}, dataset=None)

    [(loc, sentence, _kind)] = refusal.value.problems
    assert loc == ("body", "configuration", "form_schema", *where)
    assert sentence.strip()


def test_as_many_rules_as_there_may_be_are_taken():
    wide = form(a={"allOf": [{"type": "string"}] * 998}, b={"allOf": [{}] * 998})
    assert MAX_RULES == 2000
    clean_configuration("form", {"form_schema": wide}, dataset=None)


@given(anything)
def test_no_schema_breaks_the_check(schema):
    try:
        clean_configuration("form", {"form_schema": {"type": "object", "properties": schema}}, dataset=None)
    except Invalid:
        pass


keys = st.dictionaries(st.sampled_from(["a", "b", "ccc", "d/e", "properties"]), st.just({"type": "string"}))
schemas = st.recursive(
    keys.map(lambda fields: {"type": "object", "properties": fields}),
    lambda inner: st.dictionaries(st.sampled_from(["z", "bb", "a", "properties"]), inner).map(
        lambda fields: {"type": "object", "properties": fields}
    ),
    max_leaves=8,
)


@given(schemas)
def test_fields_keep_their_order_in_a_database_that_has_one_of_its_own(schema):
    stored = json.loads(json.dumps(schema, sort_keys=True))

    assert _orders(in_order(stored, order_of(schema))) == _orders(schema)


def _orders(schema):
    """The names of the fields, level by level."""
    fields = schema.get("properties", {})
    return [(name, _orders(inner)) for name, inner in fields.items()]


def test_a_stored_form_is_shown_in_the_order_it_was_written_in():
    schema = form(zebra={"type": "string"}, ant={"type": "string"})
    kept = clean_configuration("form", {"form_schema": schema}, dataset=None)
    question = Question(type="form", configuration=json.loads(json.dumps(kept, sort_keys=True)))

    assert list(shown_configuration(question)["form_schema"]["properties"]) == ["zebra", "ant"]
    assert shown_configuration(question) == {"form_schema": schema}
