"""Ranges, checked against slicing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.ranges import Span, Unsatisfiable, requested_span

BODY = bytes(range(200))
positions = st.integers(0, 300)


@given(size=st.integers(1, 200), first=positions, last=positions)
def test_a_closed_range_is_a_slice(size, first, last):
    body = BODY[:size]
    if last < first:
        assert requested_span(f"bytes={first}-{last}", size=size) is None
        return
    expected = body[first : last + 1]

    try:
        span = requested_span(f"bytes={first}-{last}", size=size)
    except Unsatisfiable:
        assert expected == b""
        return

    assert body[span.start : span.start + span.length] == expected != b""


@given(size=st.integers(1, 200), first=positions)
def test_an_open_range_runs_to_the_end(size, first):
    try:
        span = requested_span(f"bytes={first}-", size=size)
    except Unsatisfiable:
        assert first >= size
        return

    assert BODY[:size][span.start : span.start + span.length] == BODY[first:size]


@given(size=st.integers(1, 200), count=positions)
def test_a_suffix_range_is_the_end(size, count):
    try:
        span = requested_span(f"bytes=-{count}", size=size)
    except Unsatisfiable:
        assert count == 0
        return

    assert BODY[:size][span.start : span.start + span.length] == BODY[:size][-count:]


@given(size=st.integers(1, 200), header=st.text(max_size=20) | st.from_regex(r"bytes=\d*-\d*"))
def test_any_header_gives_a_span_inside_or_none(size, header):
    try:
        span = requested_span(header, size=size)
    except Unsatisfiable:
        return
    assert span is None or (span.start >= 0 and span.length > 0 and span.start + span.length <= size)


@pytest.mark.parametrize(
    "header", [None, "", "bytes=-", "bytes=0-1,3-4", "items=0-1", "bytes=a-b", "bytes=1--2", "bytes=²-"]
)
def test_what_is_no_single_range_is_ignored(header):
    assert requested_span(header, size=10) is None


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=-5", "bytes=0-0"])
def test_nothing_of_nothing_can_be_sent(header):
    with pytest.raises(Unsatisfiable):
        requested_span(header, size=0)


def test_content_range_names_the_last_byte():
    assert Span(10, 5).content_range(100) == "bytes 10-14/100"
