from dataclasses import replace

import numpy as np
import pytest

from detectors.learning.events import Event
from detectors.learning.recordings import frames_of
from detectors.learning.settings import DetectionConfig, TrainingConfig
from detectors.learning.splitting import split
from detectors.learning.training import NothingLearned, Recording, train
from tests.detectors.learning.sounds import PAUSES, features_of, recording, tone


def stop(epoch):
    raise InterruptedError


def test_a_silence_is_found_in_a_new_recording_and_nothing_in_a_clean_one(folder, trained):
    spoiled = features_of(folder, tone(98, seconds=20, silences=[(5000, 5800)]))
    clean = features_of(folder, tone(97, seconds=20))

    found = trained.model.detect(spoiled, DetectionConfig())

    assert [one.artifact_type for one in found] == ["long_pause"]
    assert abs(found[0].start_ms - 5000) <= 60
    assert abs(found[0].end_ms - 5800) <= 60
    assert 0.5 <= found[0].confidence <= 1
    assert trained.model.detect(clean, DetectionConfig()) == []


def test_the_figures_say_how_it_went(recordings, trained):
    metrics = trained.metrics

    assert (metrics["training_files"], metrics["validation_files"], metrics["minutes"]) == (5, 1, 1.0)
    assert set(metrics["validation_file_ids"]) < {one.key for one in recordings}
    assert len(metrics["train_loss"]) == len(metrics["val_loss"]) == PAUSES.epochs
    assert metrics["overall"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 2}
    figures = metrics["per_type"]["long_pause"]
    assert (figures["f1"], figures["support"]) == (1.0, 2)
    assert [row["threshold"] for row in figures["curve"]] == [percent / 100 for percent in range(5, 100, 5)]
    assert {"precision", "recall", "f1", "found", "false", "missed", "threshold"} == set(figures["curve"][0])
    low, high = figures["usual_ms"]
    assert 500 <= low <= high <= 1200
    assert "200 ms" in metrics["match"]
    assert trained.mistakes == []


def test_the_same_seed_gives_the_same_bits_whatever_the_order(recordings, trained, tmp_path):
    again = train(recordings[::-1], PAUSES, seed=1)
    other = train(recordings, PAUSES, seed=2)
    for name, training in {"first": trained, "again": again, "other": other}.items():
        training.model.save(tmp_path / name)

    assert (tmp_path / "first").read_bytes() == (tmp_path / "again").read_bytes()
    assert (tmp_path / "first").read_bytes() != (tmp_path / "other").read_bytes()
    assert again.metrics == trained.metrics


def test_every_epoch_is_told_and_may_stop_the_training(recordings):
    epochs = []
    train(recordings, replace(PAUSES, epochs=2), seed=1, on_epoch=epochs.append)

    assert [row["epoch"] for row in epochs] == [1, 2]
    assert set(epochs[0]) == {"epoch", "train_loss", "val_loss", "per_type"}
    assert set(epochs[0]["per_type"]["long_pause"]) == {"precision", "recall", "f1"}
    with pytest.raises(InterruptedError):
        train(recordings, PAUSES, seed=1, on_epoch=stop)


def mislabeled(recordings):
    """Labels thrown at random: there is nothing to learn."""
    rng = np.random.default_rng(5)
    starts = [int(rng.integers(0, 11_000)) for _ in recordings]
    return [replace(one, events=[Event(at, at + 60, "long_pause")]) for one, at in zip(recordings, starts, strict=True)]


def test_too_high_a_learning_rate_ends_in_a_sentence(recordings):
    with pytest.raises(NothingLearned, match=r"long_pause: learning rate 0\.1 is too high"):
        train(mislabeled(recordings), replace(PAUSES, learning_rate=0.1), seed=1)


def test_too_little_learning_ends_in_a_sentence(recordings):
    slow = replace(PAUSES, learning_rate=0.0001, epochs=1, batch_size=256)

    with pytest.raises(NothingLearned, match=r"1 epochs at learning rate 0\.0001 are too few"):
        train(mislabeled(recordings), slow, seed=1)


def test_without_recordings_there_is_nothing_to_learn():
    with pytest.raises(NothingLearned, match="listened"):
        train([], PAUSES, seed=1)


def test_one_recording_is_judged_by_itself_and_says_so(recordings):
    training = train(recordings[:1], PAUSES, seed=1)

    assert training.metrics["validation_files"] == training.metrics["training_files"] == 1
    assert training.metrics["overall"]["support"] == 2
    assert [("only one recording" in sentence) for sentence in training.warnings] == [True]


def test_a_type_with_one_event_is_learned_from_and_cannot_be_judged(recordings):
    config = replace(PAUSES, artifact_types=("long_pause", "hum"))
    odd = replace(recordings[2], events=[*recordings[2].events, Event(11_000, 11_400, "hum")])
    searched = frozenset(["long_pause", "hum"])
    rows = [replace(one, searched=searched) for one in [*recordings[:2], odd, *recordings[3:]]]

    training = train(rows, config, seed=1)

    assert training.model.artifact_types == ("long_pause", "hum")
    assert odd.key not in training.metrics["validation_file_ids"]
    assert training.metrics["per_type"]["hum"]["f1"] == 0.0
    assert training.metrics["per_type"]["hum"]["support"] == 0
    assert ["hum" in sentence for sentence in training.warnings] == [True]


def test_what_was_not_searched_for_is_neither_learned_nor_judged(recordings):
    # In half of the recordings nobody looked for pauses: their silences must not teach that silence is nothing.
    blind = [replace(one, events=[], searched=frozenset(["hum"])) for one in recordings[3:]]
    config = replace(PAUSES, artifact_types=("long_pause", "hum"), validation_split=0.5)

    training = train([*recordings[:3], *blind], config, seed=1)

    assert training.metrics["per_type"]["long_pause"]["recall"] == 1.0
    assert all(mistake["kind"] == "missed" for mistake in training.mistakes)


def test_events_past_the_end_overlapping_or_of_other_types_do_no_harm(folder):
    rows = [recording(folder, seed) for seed in range(3)]
    odd = [
        Event(11_900, 13_000, "long_pause"),
        Event(20_000, 20_100, "long_pause"),
        Event(11_800, 12_500, "long_pause"),
        Event(100, 200, "unknown"),
    ]
    rows[0] = replace(rows[0], events=[*rows[0].events, *odd])

    training = train(rows, PAUSES, seed=1)

    assert training.model.artifact_types == ("long_pause",)


def test_very_short_recordings_can_be_learned_from(folder):
    rows = []
    for seed in range(8):
        silences = [(200, 500)] if seed % 2 else []
        features = features_of(folder, tone(seed, seconds=0.7, silences=silences))
        events = [Event(start, end, "gap") for start, end in silences]
        rows.append(Recording(f"{seed}", lambda features=features: features, events, frozenset(["gap"])))

    training = train(rows, TrainingConfig(artifact_types=("gap",), epochs=40, batch_size=8), seed=1)

    assert training.metrics["overall"]["support"] > 0


@pytest.mark.parametrize(("size_ms", "stride_ms"), [(40, 20), (60, 60), (10_000, 1000), (50_000, 25_000)])
def test_sequences_of_any_length_can_be_learned_from(recordings, size_ms, stride_ms):
    config = replace(PAUSES, epochs=1, chunk_size_ms=size_ms, stride_ms=stride_ms, batch_size=256, learning_rate=0.004)

    assert train(recordings[:3], config, seed=1).metrics["training_files"] == 2


def test_mistakes_are_named_worst_first(recordings):
    lied = [*recordings[:5], replace(recordings[5], key="zz", events=[Event(200, 700, "long_pause")])]

    training = train(lied, replace(PAUSES, validation_split=0.5), seed=3)
    if "zz" not in training.metrics["validation_file_ids"]:
        training = train(lied, replace(PAUSES, validation_split=0.5), seed=4)

    wrong = [1 - row["confidence"] if row["kind"] == "missed" else row["confidence"] for row in training.mistakes]
    assert wrong == sorted(wrong, reverse=True)
    assert all(
        set(row) == {"key", "artifact_type", "kind", "start_ms", "end_ms", "confidence"} for row in training.mistakes
    )


def test_splitting_keeps_every_type_to_learn_from(recordings):
    rare = [replace(recordings[0], events=[Event(0, 100, "rare")]), *recordings[1:]]

    for seed in range(20):
        learned, judged = split(rare, ["long_pause", "rare"], share=0.5, rng=np.random.default_rng(seed))
        assert (len(learned), len(judged)) == (3, 3)
        assert rare[0] in learned


@pytest.mark.parametrize(
    ("event", "frames"),
    [
        (Event(100, 200, "x"), slice(5, 10)),
        (Event(109, 111, "x"), slice(4, 7)),
        (Event(0, 1, "x"), slice(0, 2)),
        (Event(990, 1500, "x"), slice(49, 50)),
        (Event(1500, 1600, "x"), slice(50, 50)),
    ],
)
def test_a_label_covers_the_frames_with_their_middle_in_it(event, frames):
    assert frames_of(event, 50) == frames
