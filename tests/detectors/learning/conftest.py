import pytest

from tests.detectors.learning.sounds import PAUSES, recording


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sounds")


@pytest.fixture(scope="module")
def recordings(folder):
    return [recording(folder, seed) for seed in range(6)]


@pytest.fixture(scope="module")
def trained(recordings):
    from detectors.learning.training import train

    return train(recordings, PAUSES, seed=1)
