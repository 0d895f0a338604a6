import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.audio.timeline import to_ms, to_samples


@pytest.mark.parametrize(
    ("samples", "rate", "ms"),
    [(0, 16_000, 0), (8, 16_000, 1), (7, 16_000, 0), (441_000, 44_100, 10_000), (22, 44_100, 0)],
)
def test_samples_as_milliseconds(samples, rate, ms):
    assert to_ms(samples, rate=rate) == ms


@pytest.mark.parametrize(
    ("ms", "rate", "samples"), [(0, 44_100, 0), (5, 44_100, 221), (15, 44_100, 662), (1, 22_050, 22)]
)
def test_milliseconds_as_samples(ms, rate, samples):
    assert to_samples(ms, rate=rate) == samples


@given(st.integers(0, 10**9), st.integers(1_000, 400_000))
def test_a_millisecond_survives_the_way_there_and_back(ms, rate):
    assert to_ms(to_samples(ms, rate=rate), rate=rate) == ms


@given(st.integers(0, 10**12), st.integers(1, 400_000))
def test_the_nearest_is_never_further_than_half(number, rate):
    assert abs(2 * (1000 * number - rate * to_ms(number, rate=rate))) <= rate
    assert abs(2 * (rate * number - 1000 * to_samples(number, rate=rate))) <= 1000
