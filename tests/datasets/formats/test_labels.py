import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from praatio import textgrid as praatio_textgrid

from datasets.formats.audacity import write_labels
from datasets.formats.labels import Label, read_label_file
from datasets.formats.regions import FormatError, Region
from datasets.formats.tables import csv_table, json_lines
from datasets.formats.textgrid import Tier, write_textgrid

TEN_HOURS_MS = 36_000_000
DEEP = b"[" * 60 + b"1" + b"]" * 60
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20).filter(
    str.strip
) | st.sampled_from(['say "hi"', "two\nlines", "a\r\nb", "😀👩‍👩‍👧", "שלום", "=1+1", "'x", "a,b;c", "\\\t1\t2"])
# What fits on one line of a label track, which has no way to say more.
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20).map(
    str.strip
).filter(bool) | st.sampled_from(['say "hi"', "😀👩‍👩‍👧", "שלום", "=1+1"])
TIMES = st.tuples(st.integers(0, TEN_HOURS_MS), st.integers(0, TEN_HOURS_MS)).filter(lambda pair: pair[0] != pair[1])


def rows_of(names):
    return st.lists(st.tuples(names, TIMES.map(sorted)), max_size=12)


def triples(labels):
    return [(label.artifact_type, label.start_ms, label.end_ms) for label in labels]


def expected(rows):
    return [(name, start, end) for name, (start, end) in rows]


@given(rows_of(LINES))
def test_audacity_goes_out_and_comes_back(rows):
    data = write_labels([Region(start, end, name) for name, (start, end) in rows], duration_ms=TEN_HOURS_MS)

    # Somebody else's reading of the same bytes: three columns with tabs.
    table = list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert sorted((name, round(float(a) * 1000), round(float(b) * 1000)) for a, b, name in table) == sorted(
        expected(rows)
    )
    assert sorted(triples(read_label_file("x.txt", data))) == sorted(expected(rows))


@given(rows_of(LINES.filter(lambda name: not any(word in name for word in ('"', "item [", "xm", "intervals [")))))
def test_a_textgrid_goes_out_and_comes_back(tmp_path_factory, rows):
    names = sorted({name for name, _times in rows})
    tiers = [Tier(kind, [Region(*times, kind) for name, times in rows if name == kind]) for kind in names]
    data = write_textgrid(tiers, duration_ms=TEN_HOURS_MS)
    path = tmp_path_factory.mktemp("praat") / "x.TextGrid"
    path.write_bytes(data)

    if rows:
        grid = praatio_textgrid.openTextgrid(str(path), includeEmptyIntervals=False, reportingMode="error")
        heard = [(label, round(a * 1000), round(b * 1000)) for tier in grid.tiers for a, b, label in tier.entries]
        assert sorted(heard) == sorted(expected(rows))
    assert sorted(triples(read_label_file("x.TextGrid", data))) == sorted(expected(rows))
    if not any("#" in name for name in names):
        assert sorted(triples(read_label_file("x.TextGrid", data, types_from="tiers"))) == sorted(expected(rows))


FULL = st.builds(
    lambda name, times, confidence, extra, filename: {
        "audio_file_id": "0199",
        "filename": filename,
        "artifact_type": name,
        "start_ms": times[0],
        "end_ms": times[1],
        "confidence": confidence,
        "extra_data": extra,
    },
    NAMES,
    TIMES.map(sorted),
    st.floats(0, 1),
    st.dictionaries(NAMES, NAMES | st.integers() | st.none() | st.booleans(), max_size=3),
    NAMES,
)
COLUMNS = ("audio_file_id", "filename", "artifact_type", "start_ms", "end_ms", "confidence", "extra_data")


def as_row(label):
    return {name: getattr(label, name) for name in COLUMNS}


@given(st.lists(FULL, max_size=8))
def test_json_lines_come_back_exactly(rows):
    data = b"".join(json_lines(rows))

    assert [json.loads(line) for line in data.decode().split("\n")[:-1]] == rows
    assert [as_row(label) for label in read_label_file("set.jsonl", data)] == rows


@given(st.lists(FULL, max_size=8))
def test_csv_comes_back_exactly(rows):
    data = b"".join(csv_table(rows, columns=COLUMNS))

    read = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert [(int(row["start_ms"]), int(row["end_ms"])) for row in read] == [(r["start_ms"], r["end_ms"]) for r in rows]
    assert [as_row(label) for label in read_label_file("set.csv", data)] == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_praat_in_both_encodings_with_points_and_short_form(encoding, newline):
    text = newline.join(
        ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "0", "2", "<exists>", "2",
         '"IntervalTier"', '"ada"', "0", "2", "2", "0", "1.5", '""', "1.5", "2", '"glitch"',
         '"TextTier"', '"ticks"', "0", "2", "1", "0.25", '"pop"']
    )  # fmt: skip

    by_label = read_label_file("a.TextGrid", text.encode(encoding))
    by_tier = read_label_file("a.textgrid", text.encode(encoding), types_from="tiers")

    assert by_label == [Label(18, "glitch", 1500, 2000), Label(25, "pop", 250, 251)]
    assert [label.artifact_type for label in by_tier] == ["ada", "ticks"]


def test_audacity_with_frequencies_other_line_ends_and_points():
    data = b"\xef\xbb\xbf1.5\t2.25\tone \r\n\\\t100.0\t-1\r\n\r\n3\t3\tpoint\r\n"

    assert read_label_file("A.TXT", data) == [Label(1, "one", 1500, 2250), Label(4, "point", 3000, 3001)]


def test_tables_may_tell_seconds():
    data = b"filename,artifact_type,start,end\r\na.wav,glitch,1.5,2\r\n"
    line = b'\n{"filename": "a.wav", "artifact_type": "glitch", "start": 1.5, "end": 2}\n'

    assert read_label_file("x.csv", data) == [Label(2, "glitch", 1500, 2000, filename="a.wav")]
    assert read_label_file("x.jsonl", line) == [Label(2, "glitch", 1500, 2000, filename="a.wav")]


def test_lines_of_a_table_count_those_inside_a_cell():
    data = b'artifact_type,filename,start_ms,end_ms\n"a\nb",x,1,2\nc,x,1,2\n'

    assert [label.line for label in read_label_file("x.csv", data)] == [2, 4]


@pytest.mark.parametrize("name", ["x.txt", "x.csv", "x.jsonl", "x.TextGrid"])
@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\x00\x01\x02", b"[1]", b"{}", b'"'])
def test_rubbish_is_refused_with_a_line(name, data):
    with pytest.raises(FormatError, match=r"^Line \d+: "):
        read_label_file(name, data)


@pytest.mark.parametrize(
    ("name", "data", "line", "part"),
    [
        ("x.json", b"", 1, "end in .txt, .textgrid, .jsonl, .csv"),
        ("x.txt", b"0\t1\ta\n1,5\t2\tb\n", 2, "decimal comma"),
        ("x.txt", b"0\t1\ta\n1\t2\t \n", 2, "does not say of which artifact type"),
        ("x.txt", b"0\t1\t" + b"a" * 101, 1, "longer than 100"),
        ("x.txt", b"0\t1\ta\x00b", 1, "not text"),
        ("x.txt", b"1_0\t11\ta", 1, "not a time in seconds"),
        ("x.csv", b"artifact_type;start_ms;end_ms\n", 1, "semicolons"),
        ("x.csv", b"", 1, "has to name the columns"),
        ("x.csv", b"a,b\n", 1, "are needed"),
        ("x.csv", b"artifact_type,start_ms,end_ms,end_ms\n", 1, "same name"),
        ("x.csv", b"artifact_type,start_ms,end_ms\na,1\n", 2, "2 cells for 3 columns"),
        ("x.csv", b"artifact_type,start_ms,end_ms\na,1.5,2\n", 2, "whole number"),
        ("x.csv", b"artifact_type,start_ms,end_ms\na,x,2\n", 2, "column start_ms"),
        ("x.csv", b"artifact_type,start,end\na,0,'\n", 2, "not a time"),
        ("x.csv", b'artifact_type,start_ms,end_ms\na,1,"2\n', 2, "not CSV"),
        ("x.jsonl", b'{"artifact_type": "a"}', 1, "start_ms in whole milliseconds"),
        ("x.jsonl", b'{"artifact_type": "a", "start_ms": true, "end_ms": 2}', 1, "whole number"),
        ("x.jsonl", b'{"artifact_type": 1, "start_ms": 1, "end_ms": 2}', 1, "artifact_type is a text"),
        ("x.jsonl", b'{"artifact_type": "a", "start_ms": 2, "end_ms": 2}', 1, "end after it starts"),
        ("x.jsonl", b'{"artifact_type": "a", "start_ms": -1, "end_ms": 2}', 1, "before the audio"),
        ("x.jsonl", b'{"artifact_type": "a", "start_ms": 1, "end_ms": 2, "confidence": 2}', 1, "from 0 to 1"),
        ("x.jsonl", b'{"artifact_type": "a", "start_ms": 1, "end_ms": 2, "confidence": NaN}', 1, "not JSON"),
        ("x.jsonl", b'{"artifact_type": "a", "start_ms": 1, "end_ms": 2, "extra_data": []}', 1, "curly"),
        ("x.jsonl", b'{"artifact_type": "a", "start_ms": 1, "end_ms": 2, "extra_data": {"a": ["\\u0000"]}}', 1, "text"),
        ("x.jsonl", b'{"artifact_type": "a", "start_ms": 1, "end_ms": 2, "extra_data": {"a": ["\\ud800"]}}', 1, "text"),
        ("x.jsonl", b'{"artifact_type": "a", "start_ms": 1, "end_ms": 2, "extra_data": {"a": 1e999}}', 1, "too large"),
        ("x.jsonl", b'{"artifact_type": "a", "start_ms": 1, "end_ms": 2, "extra_data": {"a": %s}}' % DEEP, 1, "stored"),
        ("x.jsonl", b"\n" + b"[" * 5000, 2, "not JSON"),
        ("x.TextGrid", b'"ooTextFile" "TextGrid" 0 1 <exists> 1\n"TextTier" "m" 0 1 1\n-1 "a"', 3, "before the audio"),
    ],
)  # fmt: skip
def test_what_is_unclear_is_refused_with_its_line(name, data, line, part):
    with pytest.raises(FormatError) as caught:
        read_label_file(name, data)

    assert caught.value.line == line
    assert part in caught.value.message


def test_no_more_is_read_than_is_wanted():
    data = b"".join(b"%d\t%d\ta\n" % (n, n + 1) for n in range(50)) + b"rubbish\n"

    assert len(read_label_file("x.txt", data, at_most=20)) == 20
