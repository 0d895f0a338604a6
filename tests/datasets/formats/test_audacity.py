import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.formats.audacity import read_labels, write_labels
from datasets.formats.regions import FormatError, Region, clean

TEN_HOURS_MS = 36_000_000
LABELS = st.text(max_size=12) | st.sampled_from(['say "hi"', "שלום", "😀", "a\u2028b", "", "\\", "\\\t1\t2"])


def test_writes_six_decimals_and_tabs():
    regions = [Region(18_210, 19_040, "glitch"), Region(0, 0, "start")]

    data = write_labels(regions, duration_ms=20_000)

    assert data == b"0.000000\t0.000000\tstart\n18.210000\t19.040000\tglitch\n"


def test_no_regions_make_an_empty_file():
    assert write_labels([], duration_ms=1_000) == b""
    assert read_labels(b"") == []


def test_tabs_and_line_breaks_in_a_label_become_blanks():
    data = write_labels([Region(0, 10, "a\tb\r\nc\u2028d\x85e")], duration_ms=10)

    assert data == b"0.000000\t0.010000\ta b c d e\n"


@given(
    st.lists(
        st.builds(
            Region,
            st.integers(0, TEN_HOURS_MS),
            st.integers(0, TEN_HOURS_MS),
            st.text("aé😀ש \"'\\", max_size=9),
        ),
        max_size=20,
    )
)
def test_what_is_written_is_read_back_to_the_millisecond(regions):
    data = write_labels(regions, duration_ms=TEN_HOURS_MS)

    assert read_labels(data) == clean(regions, duration_ms=TEN_HOURS_MS)


@given(st.lists(LABELS, max_size=8))
def test_one_label_is_always_one_line(labels):
    data = write_labels(
        [Region(5, 9, label, id=str(i)) for i, label in enumerate(labels)],
        duration_ms=9,
    )

    assert len(data.decode().splitlines()) == len(labels)
    assert len(read_labels(data)) == len(labels)


def test_reads_what_the_editor_writes():
    data = b"\xef\xbb\xbf1.5\t2.25\tone\r\n\\\t100.0\t-1\r\n\r\n3\t3\t\r\n4\t5\r\n6\t7\ta\tb\r\n"

    assert read_labels(data) == [
        Region(1_500, 2_250, "one"),
        Region(3_000, 3_000, ""),
        Region(4_000, 5_000, ""),
        Region(6_000, 7_000, "a\tb"),
    ]


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (
            b"0\t1\ta\nnonsense\n",
            2,
            "Expected a start, a tab, an end, a tab and a label.",
        ),
        (b"0\t1\ta\n0\tx\tb\n", 2, "'x' is not a time in seconds."),
        (b"\n\n2\t1\tb\n", 3, "The label ends before it starts."),
        (b"-1\t1\tb\n", 1, "The label starts before the audio does."),
        (b"0\t1\ta\n0\t1\t\xff\n", 2, "This is not UTF-8 text."),
        (b"nan\t1\ta\n", 1, "'nan' is not a time in seconds."),
    ],
)
def test_a_broken_line_is_named(data, line, message):
    with pytest.raises(FormatError) as caught:
        read_labels(data)

    assert (caught.value.line, caught.value.message) == (line, message)
