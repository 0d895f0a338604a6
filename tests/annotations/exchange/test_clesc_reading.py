"""Cells that look like Python and are not quite, and tables of them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.exchange.clesc_reading import NotRead, parse_cell, read, scale_value
from annotations.exchange.clesc_shape import SCALES
from tests.annotations.exchange.clesc_files import FIRST, MESSY, table


def of(content: bytes, filename: str = "clesc.csv", most: int = 100) -> Any:
    return read(content, filename=filename, most=most)


def refused(content: bytes, filename: str = "clesc.csv", most: int = 100) -> tuple[int, str]:
    with pytest.raises(NotRead) as caught:
        of(content, filename, most)
    return caught.value.problem.line, caught.value.problem.what


def test_the_first_row() -> None:
    [row], problems = of(table(FIRST))

    assert problems == []
    assert (row.line, row.audio, row.source) == (2, "https://example.com/clips/call-0001.wav?x=1", "common_voice")
    assert [cell.worker for cell in row.cells] == ["t12", "t40", "t7", "e3", "e1", "e9"]
    assert [cell.is_expert for cell in row.cells] == [False] * 3 + [True] * 3
    assert [cell.scales["pitch"] for cell in row.cells] == ["low", "medium", "low", "medium", "medium", "medium"]


def test_messy_cells() -> None:
    [row], problems = of(table(MESSY))

    assert problems == []
    first, second, third, fourth = row.cells
    assert first.scales == {"pace": "Normal", "pitch": "low"}
    assert (first.words, first.worker) == ({"emotion": "happy", "voice": "narrating tone"}, "t12")
    assert (second.scales, second.words) == (
        {"pace": "Slow", "pitch": "MEDIUM", "volume": "soft"},
        {"emotion": "sad, tired"},
    )
    assert (third.column, third.scales["pace"]) == ("Expert_1", "fast and slow")
    assert fourth.words == {"emotion": "don't know"}


@pytest.mark.parametrize(
    ("alias", "text", "value"),
    [
        ("pace", "Normal,", "normal"),
        ("pace", "medium", "normal"),
        ("pitch", "MEDIUM pitch", "medium"),
        ("volume", "soft", "quiet"),
        ("pitch", "low, high", None),
        ("pace", "blorp", None),
        ("volume", "varying", "variable"),
    ],
)
def test_values_of_scales(alias: str, text: str, value: str | None) -> None:
    assert scale_value(alias, text) == value


@pytest.mark.parametrize("value", [None, float("nan"), "", " nan ", "None", "{}", "NULL"])
def test_nobody_answered(value: Any) -> None:
    assert parse_cell(value) is None


@pytest.mark.parametrize("value", ["calm", "['calm']", 3, "x" * 20_001])
def test_no_cell(value: Any) -> None:
    with pytest.raises(ValueError, match="no"):
        parse_cell(value)


FIELDS = st.fixed_dictionaries(
    {
        **{alias: st.sampled_from(values) for alias, values in SCALES.items()},
        "emotion": st.lists(st.sampled_from(["happy", "don't know", "très gai", "so-so"]), max_size=3).map(", ".join),
        "voice": st.sampled_from(["calm", "narrating tone", ""]),
        "worker_id": st.from_regex(r"[te][1-9][0-9]?", fullmatch=True),
    }
)


@given(fields=FIELDS, writes=st.sampled_from([str, json.dumps, lambda f: str(f).replace("'", "")]))
def test_what_was_written_is_read(fields: dict[str, str], writes: Any) -> None:
    found = parse_cell(writes(fields))

    assert found is not None
    strip = "" if writes in (str, json.dumps) else "'"
    assert {name: found[name] for name in fields} == {
        name: value.replace(strip, "") if strip else value for name, value in fields.items()
    }


@given(text=st.text(max_size=80))
def test_any_text_is_a_cell_or_refused(text: str) -> None:
    try:
        found = parse_cell(text)
    except ValueError:
        return
    assert found is None or isinstance(found, dict)


def test_why_a_file_is_not_read() -> None:
    assert refused(b"") == (0, "empty")
    assert refused(b"a,b\r\n1,2\r\n") == (0, "no_answers")
    assert refused(b"Expert_1,b\r\n1,2\r\n") == (0, "no_audio")
    assert refused(b"\xff\xfe") == (1, "not_utf8")
    assert refused(b"PAR1nothing", "x.parquet")[1] in ("no_parquet", "not_parquet")
    assert refused(b'{"audio": "a", "Expert_1": null}\nno json\n', "x.jsonl") == (2, "not_json")
    assert refused(table(FIRST, FIRST), most=1) == (3, "too_many")


def test_why_rows_are_not_taken() -> None:
    nobody = [FIRST[0].replace("'t12'", "''"), *FIRST[1:]]
    same = [FIRST[0], FIRST[0], *FIRST[2:]]
    no_cell = ["calm", *FIRST[1:]]
    rows, problems = of(table(FIRST, nobody, same, no_cell, FIRST, audio=["a.mp3", "b.mp3", "c.mp3", "d.mp3", " "]))

    assert len(rows) == 1
    assert [(problem.line, problem.what) for problem in problems] == [
        (3, "no_worker"),
        (4, "twice"),
        (5, "cell"),
        (6, "no_recording"),
    ]


def test_json_lines_with_real_objects() -> None:
    cell = {"pace": "slow", "emotion": ["happy", "calm"], "emotion_ids": ["happy"], "worker_id": "t1"}
    [row], problems = of(json.dumps({"audio": "a.mp3", "Crowd_Worker_1": cell, "Expert_1": None}).encode(), "x.jsonl")

    assert problems == []
    [found] = row.cells
    assert (found.words, found.ids) == ({"emotion": "happy, calm"}, {"emotion": ["happy"]})


def test_what_cannot_be_stored_is_left_out() -> None:
    """JSON can say half a character, or NUL: an answer that quotes it could not be sent, nor stored on PostgreSQL."""
    cell = {"pace": "\ud800", "emotion": ["ca\0lm", "\udfff"], "emotion_ids": ["\ud800"], "worker_id": "a\0b"}
    [row], problems = of(json.dumps({"audio": "a\ud800.wav", "Crowd_Worker_1": cell}).encode(), "clesc.jsonl")

    assert problems == []
    [found] = row.cells
    assert (row.audio, found.worker, found.scales) == ("a?.wav", "a b", {"pace": "?"})
    assert (found.words, found.ids) == ({"emotion": "ca lm, ?"}, {"emotion": ["?"]})
    _rows, [problem] = of(b'{"audio": "a.wav", "Crowd_Worker_1": "\\ud800 nothing"}', "clesc.jsonl")
    assert problem.detail == "Crowd_Worker_1: ? nothing"
