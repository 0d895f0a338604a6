"""The waveform for drawing: minimum, maximum and loudness of every millisecond, tenth and hundredth of a second."""

import shutil
import tempfile
from pathlib import Path
from typing import TypedDict

import numpy as np
import numpy.typing as npt

from datasets.audio.decoding import Block

_ZOOM = 10  # points of one level to a point of the next coarser one
_ROOM = 1 << 17  # samples worked on at a time; fewer are dearer by the calls
_Floats = npt.NDArray[np.float32]


class PeaksLevel(TypedDict):
    """One level of detail. Point i covers samples from i * `samples_per_point`; `offset` is its first byte."""

    samples_per_point: int
    points: int
    offset: int


class PeaksHeader(TypedDict):
    """How to read a peaks file: it travels as JSON, so these names are part of the product's API."""

    version: int
    sample_rate: int
    n_samples: int
    size: int
    values: list[str]
    levels: list[PeaksLevel]


class PeaksWriter:
    """Collects blocks of samples and writes the peaks file of the mono mix.

    The file holds three levels, coarsest first. A level is a row of points of three int8 values, minimum, maximum and
    root mean square, where 127 is full scale. The finest has one point per ceil(rate / 1000) samples, and each coarser
    one a point per ten of those, so that every point of a level is made of whole points of the finer one.
    How the samples were cut into blocks makes no difference.
    """

    def __init__(self, path: Path, *, sample_rate: int) -> None:
        self._path = path
        self._sample_rate = sample_rate
        self._spp = -(-sample_rate // 1000)
        coarse = self._spp * _ZOOM * _ZOOM
        self._room = np.empty(coarse * max(1, _ROOM // coarse), np.float32)
        self._columns = np.empty_like(self._room)
        self._filled = 0
        self._n_samples = 0
        # The coarse levels of a long file are small; the fine one waits on disk, since it is written last.
        self._coarse, self._middle = bytearray(), bytearray()
        self._fine = tempfile.TemporaryFile(dir=path.parent)  # noqa: SIM115  (closed in `close`)

    def add(self, block: Block) -> None:
        """Take in samples of shape (channels, any number)."""
        at, count = 0, block.shape[1]
        while at < count:
            step = min(count - at, len(self._room) - self._filled)
            target = self._room[self._filled : self._filled + step]
            if block.shape[0] == 1:
                target[:] = block[0, at : at + step]
            else:
                np.mean(block[:, at : at + step], axis=0, out=target)
            at += step
            self._filled += step
            if self._filled == len(self._room):
                self._reduce()

    def finish(self) -> PeaksHeader:
        """Write the file and return its header, which says how to read it."""
        if self._filled:
            self._reduce()
        self._fine.seek(0)
        with self._path.open("wb") as file:
            file.write(self._coarse)
            file.write(self._middle)
            shutil.copyfileobj(self._fine, file, 1 << 20)
            size = file.tell()
        self.close()
        return self._header(size)

    def close(self) -> None:
        """Give up the scratch file; for a sound that turned out not to be one."""
        self._fine.close()

    def _header(self, size: int) -> PeaksHeader:
        levels: list[PeaksLevel] = []
        offset = 0
        for spp in (self._spp * _ZOOM * _ZOOM, self._spp * _ZOOM, self._spp):
            points = -(-self._n_samples // spp)
            levels.append({"samples_per_point": spp, "points": points, "offset": offset})
            offset += 3 * points
        return {
            "version": 1,
            "sample_rate": self._sample_rate,
            "n_samples": self._n_samples,
            "size": size,
            "values": ["min", "max", "rms"],
            "levels": levels,
        }

    def _reduce(self) -> None:
        """Turn the samples in the room, whole points of every level unless it is the end, into points."""
        count, spp = self._filled, self._spp
        lows, highs, energy = self._finest(self._room[:count])
        self._fine.write(_points(lows, highs, energy, count=count, spp=spp))
        for level in (self._middle, self._coarse):
            spp *= _ZOOM
            starts = np.arange(0, len(lows), _ZOOM)
            lows = np.minimum.reduceat(lows, starts)
            highs = np.maximum.reduceat(highs, starts)
            energy = np.add.reduceat(energy, starts)
            level += _points(lows, highs, energy, count=count, spp=spp)
        self._n_samples += count
        self._filled = 0

    def _finest(self, samples: _Floats) -> tuple[_Floats, _Floats, _Floats]:
        """Minimum, maximum and sum of squares of every `_spp` samples; the last of them may be fewer."""
        points = len(samples) // self._spp
        whole, rest = samples[: points * self._spp], samples[points * self._spp :]
        # On its side, so that numpy runs along thousands of points instead of the few samples of one: half the time.
        columns = self._columns[: len(whole)].reshape(self._spp, points)
        columns[:] = whole.reshape(points, self._spp).T
        lows, highs = columns.min(axis=0), columns.max(axis=0)
        energy = np.einsum("ij,ij->j", columns, columns)
        if len(rest):
            lows, highs = np.append(lows, rest.min()), np.append(highs, rest.max())
            energy = np.append(energy, np.dot(rest, rest))
        return lows, highs, energy


def _points(lows: _Floats, highs: _Floats, energy: _Floats, *, count: int, spp: int) -> bytes:
    """Rounded to int8 and interleaved. The last point may stand for fewer than `spp` of the `count` samples."""
    sizes = np.full(len(lows), spp, np.float32)
    sizes[-1] = count - spp * (len(lows) - 1)
    table = np.empty((len(lows), 3), np.float32)
    table[:, 0], table[:, 1] = lows, highs
    np.sqrt(energy / sizes, out=table[:, 2])
    table *= 127
    return np.rint(table, out=table).clip(-127, 127).astype(np.int8).tobytes()
