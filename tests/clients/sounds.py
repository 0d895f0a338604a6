"""Recordings for programs to upload."""

from pathlib import Path

from tests.datasets.audio.zoo import encode, to_int16, voice, wav_bytes


def make_sounds(folder: Path) -> list[Path]:
    """Two as the printed calls name them: a WAV of 2.4 s and an MP3 of 3 s, both called .mp3."""
    first, second = folder / "audio_sample_1.mp3", folder / "audio_sample_2.mp3"
    first.write_bytes(wav_bytes(to_int16(voice(16_000, 2.4)).tobytes()))
    encode(second, voice(16_000, 3.0, seed=8), "libmp3lame", rate=16_000, container="mp3")
    return [first, second]
