"""What files begin as, against what the decoders find in them."""

import pytest

from datasets.audio.kinds import UNKNOWN, content_type_of
from datasets.audio.reading import read
from tests.datasets.audio.zoo import KINDS, Zoo


@pytest.fixture(scope="module")
def zoo(tmp_path_factory):
    return Zoo(tmp_path_factory.mktemp("zoo-of-kinds"))


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.refusal is None])
def test_the_first_bytes_tell_what_the_decoder_finds(zoo, name):
    path = zoo.path(name)

    with read(path) as sound:
        assert content_type_of(path.read_bytes()[:4096]) in (sound.content_type, UNKNOWN)


@pytest.mark.parametrize("start", [b"", b"R", b"RIFF", b"\xff\xfb", b"\xff\xff\xff\xff", b"hello world", bytes(64)])
def test_what_does_not_tell_is_unknown(start):
    assert content_type_of(start) == UNKNOWN


@pytest.mark.parametrize(
    ("start", "content_type"),
    [
        (b"RF64\0\0\0\0WAVEds64", "audio/wav"),
        (b"FORM\0\0\0\0AIFC", "audio/aiff"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (
            b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm",
            "audio/webm",
        ),
        (b"ID3\x03\0\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"#!AMR-WB\n", "audio/amr"),
    ],
)
def test_openings(start, content_type):
    assert content_type_of(start) == content_type
