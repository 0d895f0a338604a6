import numpy as np
import pytest

from detectors.learning import context, training
from detectors.learning import features as features_module
from detectors.learning.context import HINGED, WIDTH, rows_of
from detectors.learning.recordings import Rows
from detectors.learning.training import train
from tests.detectors.learning.sounds import PAUSES, features_of, tone

HINGES = np.zeros((3, len(HINGED)), np.float32)


@pytest.fixture
def pieces(folder, monkeypatch):
    monkeypatch.setattr(features_module, "PIECE", 500)
    monkeypatch.setattr(features_module, "_SHORTEST_PIECE", 200)
    return list(features_of(folder, tone(1, seconds=40, silences=[(9_700, 10_300), (19_800, 20_600)])).pieces)


def joined(piece):
    rows = list(rows_of(piece, HINGES))
    assert [first for first, _ in rows] == list(
        np.cumsum([piece.first, *[len(part) for _, part in rows[:-1]]], dtype=int)
    )
    return np.concatenate([part for _, part in rows])


@pytest.mark.parametrize("at_once", [1, 7, 26, 300])
def test_how_many_rows_are_made_at_a_time_changes_no_bit(pieces, at_once, monkeypatch):
    whole = [joined(piece) for piece in pieces]
    monkeypatch.setattr(context, "_ROWS", at_once)

    assert [joined(piece).tobytes() for piece in pieces] == [rows.tobytes() for rows in whole]
    assert [rows.shape for rows in whole] == [(piece.last - piece.first, WIDTH) for piece in pieces]


def test_rows_come_back_as_they_were_written_in_any_order():
    values = np.random.default_rng(1).standard_normal((9000, WIDTH)).astype(np.float16)
    rows = Rows(len(values))
    rows.put(4000, values[4000:])
    rows.put(0, values[:4000])
    rows.put(10, values[10:20])

    spans = [range(8990, 9000), range(5), range(4, 4100), range(3, 3)]
    assert len(rows) == 9000
    assert rows.of(spans).tobytes() == np.concatenate([values[one.start : one.stop] for one in spans]).tobytes()
    assert [(first, len(block)) for first, block in rows.blocks()] == [(0, 4000), (4000, 4000), (8000, 1000)]
    assert np.concatenate([block for _, block in rows.blocks()]).tobytes() == values.tobytes()


def test_rows_that_were_never_written_are_told():
    with pytest.raises(OSError, match="gone"):
        Rows(10).of([range(10)])


def test_a_large_batch_in_parts_teaches_the_same(recordings, trained, monkeypatch):
    monkeypatch.setattr(training, "_MOST_ROWS", 60)

    parted = train(recordings, PAUSES, seed=1)

    assert parted.metrics["train_loss"] == pytest.approx(trained.metrics["train_loss"], rel=1e-3)
    for mine, theirs in zip(parted.model.network.weights, trained.model.network.weights, strict=True):
        assert np.abs(mine - theirs).max() < 1e-2
