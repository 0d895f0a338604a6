import json
import pickle
import zipfile

import numpy as np
import pytest

from detectors.learning import model as model_module
from detectors.learning.model import BadModel, Model
from detectors.learning.settings import DetectionConfig
from tests.detectors.learning.sounds import features_of, tone


@pytest.fixture(scope="module")
def kept(trained, folder):
    path = folder / "model.npz"
    trained.model.save(path)
    return path


def changed(path, to, **arrays):
    """A copy of the model file with some of its arrays replaced, or left out where None."""
    with np.load(path) as kept:
        rows = {**dict(kept), **arrays}
    np.savez(to, **{name: values for name, values in rows.items() if values is not None})
    return to


def about(path, **changes):
    with np.load(path) as kept:
        row = {**json.loads(kept["about"].tobytes()), **changes}
    return np.frombuffer(json.dumps(row).encode(), np.uint8)


def test_a_kept_model_detects_the_same_and_is_kept_in_the_same_bytes(trained, kept, folder, tmp_path):
    loaded = Model.load(kept)
    loaded.save(tmp_path / "again.npz")
    features = features_of(folder, tone(9, seconds=8, silences=[(2000, 2900)]))

    assert (tmp_path / "again.npz").read_bytes() == kept.read_bytes()
    assert loaded.card == trained.model.card
    assert loaded.detect(features, DetectionConfig(threshold=0.1)) == trained.model.detect(
        features, DetectionConfig(threshold=0.1)
    )
    assert loaded.probabilities(features).tobytes() == trained.model.probabilities(features).tobytes()


def test_the_card_says_where_the_model_is_from(trained):
    assert trained.model.card["seed"] == 1
    assert trained.model.card["config"]["artifact_types"] == ["long_pause"]
    assert trained.model.card["metrics"] == trained.metrics


def test_the_file_holds_no_pickle(kept):
    with zipfile.ZipFile(kept) as archive:
        for name in archive.namelist():
            assert b"|O" not in archive.read(name)[:128]


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"{}", pickle.dumps({"about": 1}), np.zeros(3).tobytes()],
    ids=["empty", "cut", "json", "pickle", "numbers"],
)
def test_foreign_bytes_are_no_model(tmp_path, content):
    path = tmp_path / "model.npz"
    path.write_bytes(content)

    with pytest.raises(BadModel, match="not a model, or it is damaged"):
        Model.load(path)


def test_a_file_cut_anywhere_is_no_model(kept, tmp_path):
    content = kept.read_bytes()
    for part in np.linspace(0, len(content) - 1, 25).astype(int):
        (tmp_path / "cut.npz").write_bytes(content[:part])
        with pytest.raises(BadModel):
            Model.load(tmp_path / "cut.npz")


@pytest.mark.parametrize(
    "arrays",
    [
        {"mean": np.zeros(3, np.float32)},
        {"weights0": None},
        {"weights1": np.zeros((64, 32), np.float64)},
        {"biases2": np.array([np.nan], np.float32)},
        {"about": np.frombuffer(b"[]", np.uint8)},
        {"about": np.frombuffer(b"\xff\xfe", np.uint8)},
    ],
    ids=["shape", "missing", "kind", "not-a-number", "no-object", "no-text"],
)
def test_wrong_arrays_are_no_model(kept, tmp_path, arrays):
    with pytest.raises(BadModel):
        Model.load(changed(kept, tmp_path / "wrong.npz", **arrays))


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "other"},
        {"artifact_types": []},
        {"artifact_types": ["a", "b"]},
        {"artifact_types": ["a", "a"], "shapes": [[False, 0]] * 2},
        {"shapes": [[False]]},
        {"shapes": "x"},
        {"card": 3},
    ],
    ids=["format", "no-types", "more-types", "twice", "shape", "text", "card"],
)
def test_a_wrong_description_is_no_model(kept, tmp_path, changes):
    with pytest.raises(BadModel):
        Model.load(changed(kept, tmp_path / "wrong.npz", about=about(kept, **changes)))


def test_a_model_of_other_measures_says_to_train_again(kept, monkeypatch):
    monkeypatch.setattr(model_module, "FEATURE_VERSION", 999)

    with pytest.raises(BadModel, match="Train it again"):
        Model.load(kept)


def test_progress_of_detecting_ends_at_one(trained, folder):
    parts = []

    trained.model.detect(features_of(folder, tone(9, seconds=5)), DetectionConfig(), on_progress=parts.append)

    assert parts == [1.0]
