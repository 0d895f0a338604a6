import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from datasets.audio.demo_clips import make_clips

DEMO = Path(__file__).resolve().parents[3] / "demo"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips") / "demo"
    return folder, make_clips(folder)


def test_the_clips_in_the_repository_are_what_the_module_makes(made):
    folder, clips = made

    assert json.loads((DEMO / "clips.json").read_text()) == clips
    for clip in clips:
        kept, fresh = (soundfile.read(place / clip["filename"], dtype="int16")[0] for place in (DEMO, folder))
        # Processors may round the last bit of a sine differently.
        assert np.abs(kept.astype(int) - fresh.astype(int)).max() <= 2


def test_clips_are_short_mono_and_small(made):
    folder, clips = made

    assert len(clips) == 12
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 1_600_000
    for clip in clips:
        info = soundfile.info(folder / clip["filename"])
        assert (info.samplerate, info.channels, info.format, info.subtype) == (16_000, 1, "FLAC", "PCM_16")
        assert clip["duration_ms"] == round(info.frames / 16)
        assert 6_000 <= clip["duration_ms"] <= 14_000


def test_every_kind_occurs_and_one_clip_is_clean(made):
    _, clips = made

    assert {region["label"] for clip in clips for region in clip["truth"]} == {
        *("glitch", "long_pause", "echo", "dropout", "clipping")
    }
    assert [clip["filename"] for clip in clips if not clip["truth"]] == ["call-0406.flac"]


def test_making_them_again_gives_the_same_files(made, tmp_path):
    folder, _ = made

    make_clips(tmp_path)

    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()
