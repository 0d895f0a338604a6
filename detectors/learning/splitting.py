"""Which recordings are learned from and which are kept to judge by: whole recordings, never parts of one."""

from collections.abc import Sequence

import numpy as np

from detectors.learning.recordings import Recording

_TRIES = 300


def split(
    recordings: Sequence[Recording], types: Sequence[str], *, share: float, rng: np.random.Generator
) -> tuple[list[Recording], list[Recording]]:
    """(learned from, judged by). At least one of each, unless there is only one recording: then it is both.

    Of many random ways the one is taken that gives both sides their share of every type's events. A type is learned
    from, whatever it costs the judging.
    """
    if len(recordings) < 2:
        return list(recordings), list(recordings)
    counts = np.array([[sum(e.artifact_type == name for e in r.events) for name in types] for r in recordings])
    totals = np.maximum(counts.sum(axis=0), 1)
    n_judging = min(max(1, round(share * len(recordings))), len(recordings) - 1)
    best: tuple[float, list[int]] | None = None
    for _ in range(_TRIES):
        judging = sorted(rng.permutation(len(recordings))[:n_judging].tolist())
        held = counts[judging].sum(axis=0)
        cost = float(np.abs(held / totals - share).sum() + 100 * np.sum((held == counts.sum(axis=0)) & (held > 0)))
        if best is None or cost < best[0]:
            best = cost, judging
    assert best is not None
    return (
        [recording for place, recording in enumerate(recordings) if place not in best[1]],
        [recordings[place] for place in best[1]],
    )
