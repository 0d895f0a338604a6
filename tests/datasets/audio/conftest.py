from collections.abc import Callable
from pathlib import Path

import pytest

from datasets.audio.importing import Analysis, analyse
from tests.datasets.audio.zoo import Zoo


@pytest.fixture(scope="session")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Zoo:
    return Zoo(tmp_path_factory.mktemp("zoo"))


@pytest.fixture
def import_file(tmp_path: Path) -> Callable[..., Analysis]:
    """`analyse` with its outcome in `tmp_path`: `peaks` and `playback`."""

    def run(path: Path, **options: object) -> Analysis:
        return analyse(path, peaks_to=tmp_path / "peaks", playback_to=tmp_path / "playback", **options)

    return run
