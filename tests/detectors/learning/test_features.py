import numpy as np
import pytest
import soundfile

from datasets.audio.reading import NotAudio, read
from detectors.learning import features as features_module
from detectors.learning.features import Features, Piece, StaleFeatures, measure
from detectors.learning.measures import N_COLUMNS
from detectors.learning.sampling import RATE, Resampler
from detectors.learning.surroundings import N_MEASURES, NAMES, measures_of
from tests.detectors.learning.sounds import features_of, tone, write


def values_of(features):
    return np.concatenate([piece.body for piece in features.pieces])


def test_every_20_ms_has_its_measures(tmp_path):
    features = features_of(tmp_path, tone(1, seconds=9.99))

    assert (features.duration_ms, features.n_frames) == (9990, 499)
    assert values_of(features).shape == (499, N_MEASURES)
    assert np.isfinite(values_of(features)).all()
    assert features.column("rms").tolist() == values_of(features)[:, NAMES.index("rms")].tolist()


def test_measuring_again_gives_the_same_bits(tmp_path):
    path = write(tmp_path, tone(1, seconds=6))

    assert values_of(measure(path)).tobytes() == values_of(measure(path)).tobytes()


def test_how_the_decoder_cuts_its_blocks_changes_no_bit(tmp_path, monkeypatch):
    path = write(tmp_path, tone(1, seconds=9, silences=[(3900, 4300)]))
    usual = values_of(measure(path))

    monkeypatch.setattr("datasets.audio.reading.BLOCK_SAMPLES", 1234)
    with read(path) as sound:
        assert next(iter(sound.blocks())).shape == (1, 1234)

    assert values_of(measure(path)).tobytes() == usual.tobytes()


def test_pieces_join_without_a_gap(tmp_path, monkeypatch):
    sound = tone(1, seconds=40, silences=[(19_800, 20_600)])
    whole = features_of(tmp_path, sound)
    monkeypatch.setattr(features_module, "PIECE", 500)
    monkeypatch.setattr(features_module, "_SHORTEST_PIECE", 200)

    cut = features_of(tmp_path, sound)

    assert [(piece.first, piece.last, piece.lead) for piece in cut.pieces] == [
        (0, 500, 0),
        (500, 1000, 100),
        (1000, 1500, 100),
        (1500, 2000, 100),
    ]
    assert cut.n_frames == whole.n_frames
    # Only what a piece calls loud or usual may differ.
    zero_run = np.abs(cut.column("zero_run") - whole.column("zero_run"))
    assert zero_run.max() == 0


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000])
def test_zeros_are_seen_at_any_rate(tmp_path, rate):
    features = features_of(tmp_path, tone(1, seconds=8, rate=rate, silences=[(3000, 3800)]), rate=rate)

    inside = features.column("zeros") > 0.5
    assert features.n_frames == 400
    assert (inside[151:189].all(), inside[:149].any(), inside[191:].any()) == (True, False, False)


def test_stereo_is_heard_as_its_mean(tmp_path):
    left, right = tone(1, seconds=3), tone(2, seconds=3)
    stereo = tmp_path / "stereo.wav"
    soundfile.write(stereo, np.stack([left, right], axis=1), RATE, subtype="FLOAT")
    mono = tmp_path / "mono.wav"
    soundfile.write(mono, (left + right) / 2, RATE, subtype="FLOAT")

    assert values_of(measure(stereo)).tobytes() == values_of(measure(mono)).tobytes()


@pytest.mark.parametrize("seconds", [0.005, 0.02, 0.05, 0.4, 1.0, 4.0, 5.001])
def test_short_sounds_have_at_least_one_frame(tmp_path, seconds):
    features = features_of(tmp_path, tone(1, seconds=seconds))

    assert features.n_frames == max(1, int(round(seconds * 1000) // 20))
    assert np.isfinite(values_of(features)).all()


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_sound_that_never_moves_has_finite_measures(tmp_path, level):
    assert np.isfinite(values_of(features_of(tmp_path, np.full(RATE * 5, level, np.float32)))).all()


def test_louder_and_quieter_copies_measure_alike(tmp_path):
    sound = tone(1, seconds=5)
    loud = measure(write(tmp_path, sound, subtype="FLOAT"))
    quiet = measure(write(tmp_path, sound / 4, subtype="FLOAT"))

    for name in ("rms", "peak", "bend", "mel3", "crest", "residual_ratio", "silence_25"):
        assert np.abs(loud.column(name) - quiet.column(name)).max() < 0.2, name


def test_progress_ends_at_one_and_may_stop_the_measuring(tmp_path):
    path = write(tmp_path, tone(1, seconds=20))
    parts = []
    measure(path, on_progress=parts.append)

    assert parts == sorted(parts)
    assert parts[-1] == 1.0
    with pytest.raises(KeyboardInterrupt):
        measure(path, on_progress=lambda part: (_ for _ in ()).throw(KeyboardInterrupt))


def test_what_is_no_sound_is_told(tmp_path):
    path = tmp_path / "notes.wav"
    path.write_text("not a sound")

    with pytest.raises(NotAudio):
        measure(path)


def test_kept_features_are_the_same_and_saving_twice_gives_the_same_bytes(tmp_path):
    features = features_of(tmp_path, tone(1, seconds=5))
    first, second = tmp_path / "first.npz", tmp_path / "second.npz"

    features.save(first)
    loaded = Features.load(first)
    loaded.save(second)

    assert first.read_bytes() == second.read_bytes()
    assert loaded.duration_ms == features.duration_ms
    assert values_of(loaded).tobytes() == values_of(features).tobytes()


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"not an archive", b"\x80\x04K\x01."], ids=["empty", "cut", "text", "pickle"]
)
def test_other_files_are_no_features(tmp_path, content):
    path = tmp_path / "features.npz"
    path.write_bytes(content)

    with pytest.raises(StaleFeatures):
        Features.load(path)


def test_features_of_another_version_are_measured_again(tmp_path, monkeypatch):
    features_of(tmp_path, tone(1, seconds=1)).save(tmp_path / "old.npz")
    monkeypatch.setattr(features_module, "FEATURE_VERSION", 999)

    with pytest.raises(StaleFeatures):
        Features.load(tmp_path / "old.npz")


@pytest.mark.parametrize(
    "piece",
    [
        Piece(0, 5, 0, np.zeros((5, N_MEASURES - 1), np.float16)),
        Piece(0, 5, 0, np.zeros((5, N_MEASURES), np.float32)),
        Piece(1, 5, 0, np.zeros((4, N_MEASURES), np.float16)),
        Piece(0, 5, 0, np.zeros((4, N_MEASURES), np.float16)),
        Piece(0, 0, 0, np.zeros((0, N_MEASURES), np.float16)),
    ],
    ids=["width", "kind", "gap", "cut", "empty"],
)
def test_pieces_that_do_not_fit_are_refused(piece):
    with pytest.raises(StaleFeatures):
        Features(100).add(piece)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 96_000])
def test_resampling_keeps_a_tone(rate):
    time = np.arange(6 * rate, dtype=np.float64) / rate
    sound = np.sin(2 * np.pi * 1000 * time).astype(np.float32)

    there = Resampler(rate).resampled(sound)

    wanted = np.sin(2 * np.pi * 1000 * np.arange(6 * RATE) / RATE)
    assert np.abs(there - wanted)[RATE:-RATE].max() < 1e-3


def test_one_row_alone_can_be_measured():
    assert np.isfinite(measures_of(np.full((1, N_COLUMNS), -110, np.float32))).all()
