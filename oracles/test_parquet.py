"""Parquet in the shape of CLESC, with the library that is at hand here and not in the tests."""

from pathlib import Path

import pyarrow.parquet

from annotations.exchange.clesc_reading import read
from annotations.exchange.clesc_shape import columns
from annotations.exchange.parquet import is_at_hand, write_rows

CELL = {
    "pace": "slow",
    "pitch": None,
    "volume": "loud",
    "emotion": ["happy", "don't know"],
    "emotion_ids": ["happy"],
    "voice": [],
    "voice_ids": [],
    "worker_id": "t12",
}
ROWS = [
    {"audio": "a.mp3", "Crowd_Worker_1": CELL, "Crowd_Worker_2": None, "Expert_1": None, "source_dataset": "cv"},
    {"audio": "b.mp3", "Crowd_Worker_1": None, "Crowd_Worker_2": None, "Expert_1": CELL, "source_dataset": None},
]


def test_out_and_in_again(tmp_path: Path) -> None:
    names = columns(n_crowd=2, n_experts=1)
    for name in ("a", "b"):
        write_rows(tmp_path / name, ROWS, columns=names)

    assert is_at_hand()
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert pyarrow.parquet.read_table(tmp_path / "a").to_pylist() == ROWS
    rows, problems = read((tmp_path / "a").read_bytes(), filename="clesc.parquet", most=10)
    assert problems == []
    [first, second] = rows
    assert first.cells[0].ids == {"emotion": ["happy"], "voice": []}
    assert (second.cells[0].is_expert, second.cells[0].scales) == (True, {"pace": "slow", "volume": "loud"})
