from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from detectors.learning.events import Detection, Event
from detectors.learning.matching import Tally, fits, matched, tally

times = st.tuples(st.integers(0, 900), st.integers(1, 900), st.sampled_from(["glitch", "echo"]))
labels = st.lists(times.map(lambda row: Event(row[0], row[0] + row[1], row[2])), max_size=5)
detections = st.lists(times.map(lambda row: Detection(row[0], row[0] + row[1], row[2], 0.5)), max_size=5)


def most_pairs(events, found):
    """By trying every way."""
    padded = [*found, *[None] * len(events)]
    return max(
        sum(one is not None and fits(event, one) for event, one in zip(events, order, strict=False))
        for order in set(permutations(padded, len(events)))
    )


@given(labels.filter(lambda rows: len(rows) < 4), detections.filter(lambda rows: len(rows) < 5))
def test_there_are_as_many_pairs_as_there_can_be(events, found):
    assert len(matched(events, found)) == most_pairs(events, found)


@given(labels, detections)
def test_every_pair_fits_and_nothing_is_used_twice(events, found):
    pairs = matched(events, found)

    assert all(fits(events[event], found[place]) for event, place in pairs)
    assert len({event for event, _ in pairs}) == len({place for _, place in pairs}) == len(pairs)


def test_onsets_and_offsets_have_a_collar_of_200_ms():
    event = Event(1000, 1100, "glitch")

    assert fits(event, Detection(1200, 1300, "glitch", 0.5))
    assert not fits(event, Detection(1201, 1300, "glitch", 0.5))
    assert not fits(event, Detection(1200, 1301, "glitch", 0.5))
    assert not fits(event, Detection(1000, 1100, "echo", 0.5))


def test_the_end_of_a_long_label_may_be_off_by_half_of_it():
    event = Event(1000, 2000, "echo")

    assert fits(event, Detection(1000, 1500, "echo", 0.5))
    assert not fits(event, Detection(1000, 1499, "echo", 0.5))


def test_a_long_chain_of_close_ones_is_matched_in_full():
    events = [Event(at * 150, at * 150 + 50, "glitch") for at in range(3000)]
    found = [Detection(at * 150 + 100, at * 150 + 150, "glitch", 0.5) for at in range(3000)]

    assert len(matched(events, found[::-1])) == 3000


def test_a_tally_adds_up_to_scores():
    events = [Event(0, 100, "glitch"), Event(1000, 1100, "glitch")]
    found = [
        Detection(0, 100, "glitch", 0.9),
        Detection(3000, 3100, "glitch", 0.9),
        Detection(5000, 5100, "glitch", 0.9),
    ]

    counted = tally(events, found) + Tally()

    assert counted == Tally(right=1, false=2, missed=1)
    assert counted.score == {"precision": 0.3333, "recall": 0.5, "f1": 0.4}


def test_nothing_found_and_nothing_to_find_scores_zero_without_a_failure():
    assert Tally().score == {"precision": 0.0, "recall": 0.0, "f1": 0.0}
