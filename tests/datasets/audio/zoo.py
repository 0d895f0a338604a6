"""Every odd kind of sound file we have met, made on the spot, each with what must become of it.

The signal never repeats, so that any piece of it can be found again to the sample by correlation.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
SECONDS = 2


def voice(rate: int, seconds: float = SECONDS, seed: int = 7) -> Floats:
    """Noise below 3.4 kHz with a slow swell, within +-0.9; the same sound at every rate."""
    base = 48_000
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft(rng.standard_normal(int(base * seconds)))
    hertz = np.fft.rfftfreq(int(base * seconds), 1 / base)
    spectrum[(hertz < 60) | (hertz > min(3400, 0.45 * rate))] = 0
    count = round(rate * seconds)
    sound = np.fft.irfft(spectrum[: count // 2 + 1], count)
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 1.7 * np.arange(count) / rate)
    return 0.9 * swell * sound / np.abs(sound).max()


def to_int16(sound: Floats) -> npt.NDArray[np.int16]:
    return np.rint(np.clip(sound, -1, 1) * 32767).astype(np.int16)


def wav_bytes(
    data: bytes,
    *,
    rate: int = 16_000,
    channels: int = 1,
    bits: int = 16,
    coding: int = 1,
    claimed: int | None = None,
    before_data: bytes = b"",
) -> bytes:
    """A WAV file's bytes around sample data, whose header claims `claimed` bytes of it."""
    size = len(data) if claimed is None else claimed
    frame = channels * bits // 8
    fmt = b"fmt " + struct.pack("<IHHIIHH", 16, coding, channels, rate, rate * frame, frame, bits)
    body = b"WAVE" + fmt + before_data + b"data" + struct.pack("<I", size)
    riff = min(len(body) + size, 0xFFFFFFFF)
    return b"RIFF" + struct.pack("<I", riff) + body + data


def encode(
    path: Path,
    sound: Floats,
    codec: str,
    *,
    rate: int,
    container: str | None = None,
    layout: str = "mono",
    bit_rate: int | None = None,
    codec_options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    first_stamp: int = 0,
) -> None:
    """Write `sound`, of shape (samples,) or (channels, samples), with one of the encoders that PyAV brings."""
    rows = np.atleast_2d(to_int16(sound))
    with av.open(str(path), "w", format=container, options=container_options or {}) as out:
        stream = out.add_stream(codec, rate=rate, layout=layout, options=codec_options or {})
        if bit_rate:
            stream.bit_rate = bit_rate
        for at in range(0, rows.shape[1], 4096):
            piece = np.ascontiguousarray(rows[:, at : at + 4096].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout=layout)
            frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), first_stamp + at
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


@dataclass(frozen=True)
class Kind:
    """One kind of file. `samples` is what decodes; `refusal` is how a refused file's sentence begins."""

    name: str
    make: Callable[[Path], None]
    samples: int = 0
    rate: int = 16_000
    channels: int = 1
    container: str = "wav"
    codec: str = "pcm_s16le"
    content_type: str = "audio/wav"
    warnings: list[str] = field(default_factory=list)
    plays_as_is: bool = False
    start_offset_ms: int = 0
    refusal: str | None = None
    # Samples by which content comes late against what was encoded; None where the file is not our signal as it was.
    late: int | None = 0


KINDS: dict[str, Kind] = {}


def kind(name: str, **expected: object) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    """Enter a maker in the zoo, with what is expected of its file."""

    def enter(make: Callable[[Path], None]) -> Callable[[Path], None]:
        KINDS[name] = Kind(name, make, **expected)  # type: ignore[arg-type]
        return make

    return enter


def coded(name: str, encoder: str, *, encoding: dict[str, object] | None = None, **expected: object) -> None:
    """Enter a file that an encoder makes of the signal as it is."""
    rate = int(str(expected.get("rate", 16_000)))
    stereo = expected.get("channels") == 2

    def make(path: Path) -> None:
        sound = voice(rate)
        both = np.stack([sound, 0.5 * sound]) if stereo else sound
        layout = "stereo" if stereo else "mono"
        encode(path, both, encoder, rate=rate, layout=layout, **(encoding or {}))  # type: ignore[arg-type]

    kind(name, **expected)(make)


PCM16 = to_int16(voice(16_000)).tobytes()
MP3 = {"container": "mp3", "codec": "mp3", "content_type": "audio/mpeg"}
VBR = {"global_quality": str(4 * 118), "flags": "+qscale"}
NO_TAG = {"write_xing": "0", "id3v2_version": "0"}


@kind("plain.wav", samples=32_000, plays_as_is=True)
def _(path: Path) -> None:
    path.write_bytes(wav_bytes(PCM16))


@kind("stereo.wav", samples=88_200, rate=44_100, channels=2, plays_as_is=True)
def _(path: Path) -> None:
    sound = voice(44_100)
    path.write_bytes(wav_bytes(to_int16(np.stack([sound, 0.5 * sound], 1)).tobytes(), rate=44_100, channels=2))


@kind("studio.wav", samples=192_000, rate=96_000, channels=2, codec="pcm_s24le")
def _(path: Path) -> None:
    sound = voice(96_000)
    deep = np.rint(np.stack([sound, 0.5 * sound], 1) * 8_388_607).astype("<i4")
    data = deep.reshape(-1, 1).view(np.uint8)[:, :3].tobytes()
    path.write_bytes(wav_bytes(data, rate=96_000, channels=2, bits=24))


coded("ulaw.wav", "pcm_mulaw", samples=16_000, rate=8_000, codec="pcm_mulaw", plays_as_is=True)
coded("alaw.wav", "pcm_alaw", samples=16_000, rate=8_000, codec="pcm_alaw", plays_as_is=True)
coded("adpcm.wav", "adpcm_ima_wav", samples=32_656, codec="adpcm_ima_wav")
coded("cbr.mp3", "mp3", encoding={"bit_rate": 64_000}, samples=88_200, rate=44_100, **MP3)
coded("vbr.mp3", "mp3", encoding={"codec_options": VBR}, samples=88_200, rate=44_100, **MP3)
coded(
    "no_tag.mp3",
    "mp3",
    encoding={"codec_options": VBR, "container_options": NO_TAG},
    samples=89_856,
    rate=44_100,
    late=1105,
    warnings=["duration_estimated"],
    **MP3,
)
coded("slow.mp3", "mp3", encoding={"bit_rate": 32_000}, samples=32_000, **MP3)
coded(
    "sound.m4a",
    "aac",
    encoding={"container": "ipod", "bit_rate": 64_000},
    samples=88_200,
    rate=44_100,
    container="mp4",
    codec="aac",
    content_type="audio/mp4",
)
coded(
    "raw.aac",
    "aac",
    encoding={"container": "adts", "bit_rate": 64_000},
    samples=90_112,
    rate=44_100,
    container="adts",
    codec="aac",
    content_type="audio/aac",
    warnings=["duration_estimated"],
    late=1024,
)
coded(
    "plain.flac",
    "flac",
    samples=88_200,
    rate=44_100,
    container="flac",
    codec="flac",
    content_type="audio/flac",
    plays_as_is=True,
)
coded(
    "vorbis.ogg",
    "vorbis",
    encoding={"bit_rate": 96_000, "codec_options": {"strict": "-2"}},
    samples=88_256,
    rate=44_100,
    channels=2,
    container="ogg",
    codec="vorbis",
    content_type="audio/ogg",
)
OPUS = {"samples": 96_000, "rate": 48_000, "codec": "opus", "late": 0}
coded(
    "opus.ogg",
    "libopus",
    encoding={"container": "ogg", "bit_rate": 32_000},
    container="ogg",
    content_type="audio/ogg",
    **OPUS,
)
coded(
    "opus.webm",
    "libopus",
    encoding={"container": "webm", "bit_rate": 32_000},
    container="webm",
    content_type="audio/webm",
    **OPUS,
)
coded(
    "live.webm",  # as a browser records it: no duration, no index
    "libopus",
    encoding={"container": "webm", "bit_rate": 32_000, "container_options": {"live": "1"}},
    container="webm",
    content_type="audio/webm",
    warnings=["duration_estimated"],
    **OPUS,
)
coded(
    "phone.amr",
    "libopencore_amrnb",
    encoding={"container": "amr", "bit_rate": 12_200},
    samples=16_160,
    rate=8_000,
    container="amr",
    codec="amr_nb",
    content_type="audio/amr",
    warnings=["duration_estimated"],
    late=None,  # too little of the signal is left to be found to the sample
)
coded(
    "plain.aiff",
    "pcm_s16be",
    samples=88_200,
    rate=44_100,
    container="aiff",
    codec="pcm_s16be",
    content_type="audio/aiff",
)
coded(
    "old.wma",
    "wmav2",
    encoding={"container": "asf", "bit_rate": 64_000},
    samples=88_064,
    rate=44_100,
    container="asf",
    codec="wmav2",
    content_type="audio/x-ms-wma",
    late=-2048,
)
coded(
    "late.mka",  # its own clock begins at three seconds
    "flac",
    encoding={"container": "matroska", "first_stamp": 3 * 48_000},
    samples=96_000,
    rate=48_000,
    container="matroska",
    codec="flac",
    content_type="audio/x-matroska",
    start_offset_ms=3_000,
)
coded(
    "stream.ts",
    "aac",
    encoding={"container": "mpegts", "bit_rate": 64_000},
    samples=97_280,
    rate=48_000,
    container="mpegts",
    codec="aac",
    content_type="video/mp2t",
    late=1024,
)


@kind("cut.mp3", samples=34_607, rate=44_100, warnings=["truncated"], **MP3)
def _(path: Path) -> None:
    encode(path, voice(44_100), "mp3", rate=44_100, bit_rate=64_000)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 5 + 7])


@kind("cut.m4a", refusal="The file is damaged: its index is missing")
def _(path: Path) -> None:
    encode(path, voice(44_100), "aac", rate=44_100, container="ipod")
    path.write_bytes(path.read_bytes()[:5_000])


FLAC = {"container": "flac", "codec": "flac", "content_type": "audio/flac"}


@kind("cut.flac", samples=32_256, rate=44_100, warnings=["truncated"], **FLAC)
def _(path: Path) -> None:
    encode(path, voice(44_100), "flac", rate=44_100)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


@kind("cut.wav", samples=12_000, warnings=["truncated"])
def _(path: Path) -> None:
    path.write_bytes(wav_bytes(PCM16)[: 44 + 24_000])


@kind("unfinished.wav", samples=32_000)
def _(path: Path) -> None:
    """As a recorder leaves it that was killed, or that wrote to a pipe."""
    path.write_bytes(wav_bytes(PCM16, claimed=0xFFFFFFFF))


@kind("zero_sizes.wav", samples=32_000)
def _(path: Path) -> None:
    whole = wav_bytes(PCM16, claimed=0)
    path.write_bytes(whole[:4] + bytes(4) + whole[8:])


@kind("list_chunk.wav", samples=32_000, plays_as_is=True)
def _(path: Path) -> None:
    """A chunk of odd length, padded, stands before the samples."""
    chunk = b"LIST" + struct.pack("<I", 15) + b"INFOINAM" + struct.pack("<I", 3) + b"abc" + b"\0"
    path.write_bytes(wav_bytes(PCM16, before_data=chunk))


@kind("loud_floats.wav", samples=32_000, codec="pcm_f32le", warnings=["clipped"], plays_as_is=True)
def _(path: Path) -> None:
    data = (voice(16_000) * 4).astype("<f4").tobytes()
    path.write_bytes(wav_bytes(data, bits=32, coding=3))


@kind("wild_floats.wav", samples=32_000, codec="pcm_f32le", warnings=["clipped"], plays_as_is=True, late=None)
def _(path: Path) -> None:
    """Floats that are no numbers, or that cannot be squared."""
    sound = voice(16_000).astype("<f4")
    sound[100:120], sound[200:220], sound[300:320] = np.nan, np.inf, -3e38
    path.write_bytes(wav_bytes(sound.tobytes(), bits=32, coding=3))


@kind("no_samples.wav", refusal="There is no sound in it.")
def _(path: Path) -> None:
    path.write_bytes(wav_bytes(b""))


@kind("empty.wav", refusal="The file is empty.")
def _(path: Path) -> None:
    path.write_bytes(b"")


@kind("text.wav", refusal="This is not a sound file: it looks like text.")
def _(path: Path) -> None:
    path.write_text("this is not audio\n" * 400)


@kind("text.mp3", refusal="This is not a sound file: it looks like text.")
def _(path: Path) -> None:
    """Its first two bytes are an MP3 frame's."""
    path.write_text("ÿû looks like the start of an MP3 frame, and is none\n" * 400, encoding="latin-1")


@kind("picture.mp3", refusal="This is not a sound file: it looks like a picture.")
def _(path: Path) -> None:
    path.write_bytes(PNG)


@kind("noise.wav", refusal="This is not a sound file, or it is damaged so badly")
def _(path: Path) -> None:
    path.write_bytes(bytes(255 - byte % 32 for byte in range(3_000)))


@kind("playlist.mp3", refusal="This is not a sound file: it looks like text.")
def _(path: Path) -> None:
    """With this an upload would make the decoder read other files of the machine."""
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n")


PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82"
)


@kind("cover.mp3", samples=88_200, rate=44_100, **MP3)
def _(path: Path) -> None:
    """A picture in the tag is a video stream to a decoder."""
    encode(path, voice(44_100), "mp3", rate=44_100, bit_rate=64_000, container_options={"id3v2_version": "0"})
    picture = b"\0image/png\0\x03\0" + PNG
    frame = b"APIC" + struct.pack(">I", len(picture)) + b"\0\0" + picture
    size = bytes((len(frame) >> shift) & 127 for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\x03\0\0" + size + frame + path.read_bytes())


@kind("bad_tags.mp3", samples=88_200, rate=44_100, **MP3)
def _(path: Path) -> None:
    """A title that is not in the encoding it says it is."""
    encode(path, voice(44_100), "mp3", rate=44_100, bit_rate=64_000, container_options={"id3v2_version": "0"})
    frame = b"TIT2" + struct.pack(">I", 5) + b"\0\0" + b"\x03\xff\xfe\xfa\x80"
    path.write_bytes(b"ID3\x03\0\0\0\0\0" + bytes([len(frame)]) + frame + path.read_bytes())


@kind("two_rates.mp3", samples=179_183, rate=44_100, warnings=["duration_estimated", "rate_changed"], late=None, **MP3)
def _(path: Path) -> None:
    """Two files glued together, the second at half the rate."""
    encode(path, voice(44_100), "mp3", rate=44_100, bit_rate=64_000)
    first = path.read_bytes()
    encode(path, voice(22_050), "mp3", rate=22_050, bit_rate=32_000)
    path.write_bytes(first + path.read_bytes())


@kind("many_channels.wav", refusal="Its header names more channels, or another sample rate,")
def _(path: Path) -> None:
    path.write_bytes(wav_bytes(bytes(400_000), channels=200))


@kind("many_planes.nut", refusal="Its header names more channels, or another sample rate,")
def _(path: Path) -> None:
    """Sixteen channels in planes: the bindings would read behind the last one."""
    rows = np.stack([voice(8_000)] * 16)
    encode(path, rows, "pcm_s16le_planar", rate=8_000, container="nut", layout="hexadecagonal")


@kind("no_rate.wav", refusal="Its header names more channels, or another sample rate,")
def _(path: Path) -> None:
    path.write_bytes(wav_bytes(PCM16, rate=0xF000_0000 // 2))


@kind("silence.wav", samples=32_000, warnings=["silent"], plays_as_is=True, late=None)
def _(path: Path) -> None:
    path.write_bytes(wav_bytes(bytes(64_000)))


@kind("surround.flac", samples=96_000, rate=48_000, channels=6, **FLAC)
def _(path: Path) -> None:
    sound = voice(48_000)
    encode(path, np.stack([sound / (k + 1) for k in range(6)]), "flac", rate=48_000, layout="5.1")


@kind("ünïcode ’name’ 音声.wav", samples=32_000, plays_as_is=True)
def _(path: Path) -> None:
    path.write_bytes(wav_bytes(PCM16))


@kind("wav_named.mp3", samples=32_000, plays_as_is=True)
def _(path: Path) -> None:
    path.write_bytes(wav_bytes(PCM16))


@kind("mp3_named.raw", samples=88_200, rate=44_100, **MP3)
def _(path: Path) -> None:
    encode(path, voice(44_100), "mp3", rate=44_100, container="mp3", bit_rate=64_000)


@kind("video.mp4", refusal="There is no sound in it.")
def _(path: Path) -> None:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        out.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        out.mux(stream.encode(None))


class Zoo:
    """Makes each file once, when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        path = self._folder / name
        if not path.exists():
            KINDS[name].make(path)
        return path
