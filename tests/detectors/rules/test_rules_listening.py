from functools import cache

import av
import numpy as np
import pytest
import soundfile

from bench.truth import UNSEEN_SEED, UNSEEN_VOICES, make
from datasets.audio.reading import NotAudio, read
from datasets.audio.speech import random_voice, speak
from detectors.learning.matching import Tally, tally
from detectors.learning.settings import DetectionConfig
from detectors.rules.catalogue import RULES
from detectors.rules.listening import listen
from detectors.rules.loudness import Loudness

RATE = 16_000


def written(folder, signal, *, rate=RATE, subtype="PCM_16", name="sound.wav"):
    soundfile.write(folder / name, signal, rate, subtype=subtype)
    return folder / name


@cache
def speech(seed=1, *, seconds=12.0, rate=RATE):
    return speak(seed, seconds=seconds, voice=random_voice(300 + seed), sample_rate=rate)


def found(rule, path, **config):
    return listen(rule, path, DetectionConfig(**config))


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    return make(tmp_path_factory.mktemp("truth"), minutes=5, seed=UNSEEN_SEED + 50, voices=UNSEEN_VOICES)


@pytest.mark.parametrize(
    ("rule", "kind", "precision", "recall"),
    [
        ("long_pause", "long_pause", 0.9, 0.95),
        ("clipping", "clipping", 0.8, 0.85),
        ("dropout", "dropout", 0.95, 0.45),  # a third is filled with noise, which no rule tells from a consonant
        ("clicks", "glitch", 0.75, 0.7),
        ("echo", "echo", 0.6, 0.6),
    ],
)
def test_each_rule_finds_most_of_what_was_planted(truth, rule, kind, precision, recall):
    total = Tally()
    for path, events in truth:
        detections = found(rule, path)
        assert {detection.artifact_type for detection in detections} <= {kind}
        total += tally([event for event in events if event.artifact_type == kind], detections)

    assert total.right + total.missed >= 10
    assert total.score["precision"] >= precision
    assert total.score["recall"] >= recall


@pytest.mark.parametrize("rule", RULES)
def test_clean_speech_has_no_artifact(tmp_path, rule):
    assert found(rule, written(tmp_path, speech())) == []


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 96_000])
def test_every_rate_and_two_channels_are_listened_to(tmp_path, rule, rate):
    noise = np.random.default_rng(1).standard_normal((rate * 3, 2)) * 0.02

    assert all(detection.end_ms <= 3000 for detection in found(rule, written(tmp_path, noise, rate=rate)))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("n_samples", [1, 2, 100, RATE * 4])
def test_silence_of_any_length_holds_nothing(tmp_path, rule, n_samples):
    assert found(rule, written(tmp_path, np.zeros(n_samples))) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_file_without_sound_is_refused_or_empty(tmp_path, rule):
    empty = tmp_path / "empty.wav"
    empty.write_bytes(b"")

    with pytest.raises(NotAudio):
        found(rule, empty)


@pytest.mark.parametrize("rule", RULES)
def test_progress_never_falls_and_ends_at_one(tmp_path, rule):
    heard: list[float] = []

    listen(rule, written(tmp_path, speech()), DetectionConfig(), on_progress=heard.append)

    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_whoever_hears_of_progress_may_stop_it(tmp_path):
    def stop(part):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        listen("clipping", written(tmp_path, speech()), DetectionConfig(), on_progress=stop)


def test_a_pause_is_found_to_ten_milliseconds_and_its_length_is_its_confidence(tmp_path):
    signal = speech().copy()
    signal[5 * RATE : 6 * RATE] *= 0.001

    (pause,) = found("long_pause", written(tmp_path, signal))

    assert pause.start_ms == pytest.approx(5000, abs=200)  # where a word had just ended the pause began before
    assert pause.end_ms == pytest.approx(6000, abs=200)
    assert 0.65 < pause.confidence < 0.75


def test_silence_around_the_speech_is_no_pause(tmp_path):
    silence = np.zeros(2 * RATE, np.float32)

    assert found("long_pause", written(tmp_path, np.concatenate([silence, speech(), silence]))) == []


def test_a_lower_threshold_finds_shorter_pauses(tmp_path):
    path = written(tmp_path, speech())

    assert len(found("long_pause", path, threshold=0.34)) > len(found("long_pause", path)) == 0


@pytest.mark.parametrize("channel", [0, 1])
def test_a_hole_in_one_channel_is_found_where_it_is(tmp_path, channel):
    both = np.stack([speech(), speech(2)], axis=1)
    loud = int(np.argmax(np.convolve(both[:, channel] ** 2, np.ones(1600), mode="valid")))
    both[loud + 400 : loud + 1200, channel] = 0

    (hole,) = found("dropout", written(tmp_path, both))

    middle_ms = (loud + 800) / 16
    assert hole.start_ms < middle_ms < hole.end_ms
    assert hole.end_ms - hole.start_ms == 60


def test_a_held_value_is_a_hole_as_well(tmp_path):
    signal = speech().copy()
    loud = int(np.argmax(np.convolve(signal**2, np.ones(1600), mode="valid")))
    signal[loud + 400 : loud + 1200] = 0.1

    assert [detection.artifact_type for detection in found("dropout", written(tmp_path, signal))] == ["dropout"]


def test_holes_do_not_depend_on_where_blocks_end(tmp_path):
    signal = np.tile(speech(), 6).copy()
    for second in range(1, 60):
        signal[second * RATE + 8000 : second * RATE + 8400] = 0

    early, late = (
        found("dropout", written(tmp_path, np.concatenate([np.zeros(shift), signal]), name=f"{shift}.wav"))
        for shift in (0, 8000)
    )

    assert [detection.start_ms + 500 for detection in early] == [detection.start_ms for detection in late]
    assert len(early) > 20


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_a_loud_low_tone_is_not_clipped_until_it_is_cut(tmp_path, rate):
    tone = 0.8 * np.sin(2 * np.pi * 90 * np.arange(rate * 4) / rate)
    cut = tone.copy()
    cut[rate : rate * 2] = np.clip(cut[rate : rate * 2], -0.5, 0.5)

    assert found("clipping", written(tmp_path, tone, rate=rate)) == []
    (clipped,) = found("clipping", written(tmp_path, cut, rate=rate))
    assert clipped.start_ms == pytest.approx(1000, abs=20)
    assert clipped.end_ms == pytest.approx(2000, abs=20)


def test_what_is_too_loud_and_too_quiet_is_told_apart(tmp_path):
    voice = speech(seconds=30.0)
    gain = np.repeat([1.0, 5.0, 0.1], RATE * 10)

    detections = found("loudness", written(tmp_path, np.clip(voice * gain, -1, 1)))

    assert [detection.artifact_type for detection in detections] == ["too_loud", "too_quiet"]
    loud, quiet = detections
    assert 9_000 < loud.start_ms < 12_000
    assert 19_000 < loud.end_ms < 22_000
    assert 19_000 < quiet.start_ms < 23_000
    assert quiet.end_ms > 29_000


def test_a_long_silence_is_not_too_quiet(tmp_path):
    voice = speech()

    assert found("loudness", written(tmp_path, np.concatenate([voice, voice[:RATE] * 0 + 1e-4, voice]))) == []


@pytest.mark.parametrize(
    ("rate", "signal"),
    [
        (16_000, speech()),
        (48_000, np.sin(2 * np.pi * 997 * np.arange(480_000) / 48_000) * 0.5),
        (44_100, np.random.default_rng(0).standard_normal((441_000, 2)) * [0.1, 0.01]),
    ],
    ids=["speech", "sine", "stereo noise"],
)
def test_loudness_is_what_ffmpeg_measures(tmp_path, rate, signal):
    path = written(tmp_path, signal, rate=rate, subtype="FLOAT")
    with read(path) as sound:
        meter = Loudness(sound.sample_rate)
        for block in sound.blocks():
            meter.feed(block)

    assert meter.integrated() == pytest.approx(ffmpeg_lufs(path), abs=0.3)


def ffmpeg_lufs(path):
    loudness = None
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        graph = av.filter.Graph()
        graph.link_nodes(
            graph.add_abuffer(template=stream), graph.add("ebur128", "metadata=1"), graph.add("abuffersink")
        ).configure()
        for frame in [*container.decode(stream), None]:
            graph.push(frame)
            while True:
                try:
                    loudness = float(graph.pull().metadata["lavfi.r128.I"])
                except (av.error.BlockingIOError, av.error.EOFError):
                    break
    return loudness
