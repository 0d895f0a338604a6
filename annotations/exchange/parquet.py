"""CLESC rows as Parquet, where the library for it is at hand: it is large, so it is no dependency. Pure: no Django."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from annotations.exchange.clesc_shape import AUDIO, SCALES, SOURCE, WORDS, WORKER

BATCH = 1000


def is_at_hand() -> bool:
    """Whether Parquet can be read and written on this machine: `pip install pyarrow` beside Earmark makes it so."""
    return find_spec("pyarrow") is not None


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]], *, columns: Sequence[str]) -> None:
    """One file with a row per clip; cells are structs. The same rows make the same bytes."""
    arrow: Any = import_module("pyarrow")
    parquet: Any = import_module("pyarrow.parquet")
    words = arrow.list_(arrow.string())
    cell = arrow.struct(
        [
            *((alias, arrow.string()) for alias in SCALES),
            *((name, words) for alias in WORDS for name in (alias, f"{alias}_ids")),
            (WORKER, arrow.string()),
        ]
    )
    plain = (AUDIO, SOURCE)
    schema = arrow.schema([(name, arrow.string() if name in plain else cell) for name in columns])
    left = iter(rows)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(left, BATCH)):
            writer.write_table(arrow.Table.from_pylist(batch, schema=schema))


def read_rows(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """The rows of a file as plain values. Raises ValueError for a file that is no Parquet."""
    arrow: Any = import_module("pyarrow")
    parquet: Any = import_module("pyarrow.parquet")
    try:
        opened = parquet.ParquetFile(file)
        for batch in opened.iter_batches(batch_size=BATCH):
            yield from batch.to_pylist()
    except (arrow.ArrowException, OSError) as error:
        raise ValueError(str(error)) from None
