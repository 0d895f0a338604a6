"""The one time line: sample 0 is the first decoded sample, and a time is a whole number of milliseconds after it."""


def to_ms(samples: int, *, rate: int) -> int:
    """`samples` at `rate` Hz as milliseconds, a half rounded up."""
    return (2000 * samples + rate) // (2 * rate)


def to_samples(milliseconds: int, *, rate: int) -> int:
    """The sample nearest to a time in milliseconds at `rate` Hz, a half rounded up (as JavaScript's Math.round)."""
    return (2 * milliseconds * rate + 1000) // 2000
