import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.formats.tables import csv_table, guard, json_line, json_lines, unguard

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "\t=1",
        "'=1",
        "''+1",
        " =1",
        "\uff1d1",
        'a"b',
        "a\r\nb",
        "a,b;c",
        "שלום",
        "😀",
        "\u2028",
    ]
)


def read_csv(data):
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


@given(
    st.lists(
        st.dictionaries(TEXTS, TEXTS | st.integers() | st.none() | st.lists(TEXTS), max_size=4),
        max_size=5,
    )
)
def test_json_lines_come_back(rows):
    data = b"".join(json_lines(rows))

    assert [json.loads(line) for line in data.decode().splitlines()] == rows
    assert data.count(b"\n") == len(rows)


def test_json_lines_have_one_spelling():
    assert json_line({"b": "é\u2028", "a": [1, None, True]}) == '{"a":[1,null,true],"b":"é\\u2028"}\n'.encode()


def test_json_refuses_what_is_no_number():
    with pytest.raises(ValueError, match="JSON compliant"):
        json_line({"a": float("nan")})


def test_a_lone_surrogate_does_not_break_the_file():
    assert json_line({"a": "\ud800"}) == b'{"a":"?"}\n'


@given(st.lists(st.fixed_dictionaries({"a": TEXTS, "b": TEXTS}), max_size=5))
def test_csv_comes_back_after_taking_the_guard_off(rows):
    data = b"".join(csv_table(rows, columns=["a", "b"]))

    header, *cells = read_csv(data)
    assert header == ["a", "b"]
    assert [[unguard(cell) for cell in row] for row in cells] == [[row["a"], row["b"]] for row in rows]


@given(TEXTS)
def test_no_cell_begins_like_a_formula(text):
    assert guard(text).lstrip()[:1] not in ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    assert not guard(text).startswith(("\t", "\r", "\n"))
    assert unguard(guard(text)) == text


def test_csv_to_the_letter():
    rows = [
        {"file": "a.wav", "start_ms": -5, "done": True, "note": 'say "hi"'},
        {"file": "=cmd()", "note": None, "done": ["x", 1]},
    ]

    data = b"".join(csv_table(rows, columns=["file", "start_ms", "done", "note"]))

    assert data == (
        b'"file","start_ms","done","note"\r\n'
        b'"a.wav",-5,"true","say ""hi"""\r\n'
        b'"\'=cmd()","","[""x"",1]",""\r\n'
    )  # fmt: skip


def test_csv_refuses_a_key_that_is_no_column():
    with pytest.raises(ValueError, match=r"no such column: \['typo'\]"):
        list(csv_table([{"typo": 1}], columns=["a"]))


def test_tables_come_in_chunks():
    rows = [{"a": "x" * 1_000}] * 200

    for chunks in (list(json_lines(rows)), list(csv_table(rows, columns=["a"]))):
        assert len(chunks) == 4
        assert max(map(len, chunks)) < 70_000
