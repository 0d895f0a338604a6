"""One transcript beside another: word and character error rates, by edit distance (V. Levenshtein, 1966)."""

from collections.abc import Sequence


def word_error_rate(reference: str, estimate: str) -> float | None:
    """Words to replace, drop and add over the words of `reference`; may be above 1.

    Words are what white space parts; case and punctuation count. None where the reference has no words but the
    estimate has; 0.0 where neither has.
    """
    return _rate(reference.split(), estimate.split())


def character_error_rate(reference: str, estimate: str) -> float | None:
    """As `word_error_rate`, over characters; white space at the edges and a second in a row do not count."""
    return _rate(" ".join(reference.split()), " ".join(estimate.split()))


def edit_distance(a: Sequence[object], b: Sequence[object]) -> int:
    """The fewest replacements, deletions and insertions that make `b` of `a`; time len(a) x len(b)."""
    if len(a) < len(b):
        a, b = b, a
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


def _rate(reference: Sequence[object], estimate: Sequence[object]) -> float | None:
    if not reference:
        return None if estimate else 0.0
    return edit_distance(reference, estimate) / len(reference)
