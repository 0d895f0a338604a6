import gzip
import io
import json
import os
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.audio import probing
from datasets.audio.probing import sniff
from tests.datasets.audio.zoo import KINDS, PNG


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("call.wav", b"RIFF")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", probing.EMPTY),
        (b"just words\r\n" * 50, probing.TEXT),
        ("Größe; 音声\n".encode() * 700, probing.TEXT),
        ("Größe der Datei, in Zeilen\n".encode("latin-1") * 20, probing.TEXT),
        ("plain words".encode("utf-16"), probing.TEXT),
        (b"\xef\xbb\xbfname,label\n1,glitch\n", probing.TEXT),
        (b"  <!DOCTYPE html><html><body>Sign in</body></html>", probing.WEB_PAGE),
        (json.dumps({"detail": "Not found."}).encode(), probing.JSON),
        (json.dumps([1, 2, 3], indent=2).encode(), probing.JSON),
        (b"[info] nothing here\n", probing.TEXT),
        (b"%PDF-1.7\n%\xe2\xe3", probing.PDF),
        (PNG, probing.PICTURE),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", probing.PICTURE),
        (b"GIF89a\x01\0\x01\0", probing.PICTURE),
        (b"RIFF\x24\0\0\0WEBPVP8 ", probing.PICTURE),
        (zipped(), probing.ARCHIVE),
        (gzip.compress(b"RIFF", mtime=0), probing.PACKED),
        (b"\x7fELF\x02\x01\x01\0", probing.PROGRAM),
        (b"MZ\x90\0" + bytes(60) + b"PE\0\0", probing.PROGRAM),
        (b"SQLite format 3\0\x10\0", probing.DATABASE),
    ],
)
def test_what_is_surely_not_sound_is_named(content, reason):
    assert sniff(content[:4096]) == reason


@pytest.mark.parametrize("name", [kind.name for kind in KINDS.values() if kind.refusal is None])
def test_every_sound_passes(zoo, name):
    assert sniff(zoo.path(name).read_bytes()[:4096]) is None


@pytest.mark.parametrize(
    "content", [b"#!AMR\n<abc", b"NIST_1A\n   1024\n", b"MZ\x01 sounds", bytes(4096), b"\xff\xfb\x90\x64\0\0"]
)
def test_what_is_merely_odd_passes(content):
    assert sniff(content) is None


def test_a_character_cut_in_two_by_the_limit_is_still_text():
    text = "音" * 2000

    assert [sniff(text.encode()[:size]) for size in (4094, 4095, 4096)] == [probing.TEXT] * 3


@given(st.binary(max_size=300))
def test_any_bytes_have_an_answer(content):
    reason = sniff(content)

    assert reason is None or reason.endswith(".")


def test_random_bytes_pass():
    assert [sniff(os.urandom(4096)) for _ in range(50)] == [None] * 50
