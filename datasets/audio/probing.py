"""What a file surely is not, told from its first bytes alone. Standard library only: the web process asks this."""

import codecs

EMPTY = "The file is empty."
NO_SOUND = "There is no sound in it."
NO_INDEX = (
    "The file is damaged: its index is missing, so it cannot be decoded. Save or export it again, then upload that."
)
ODD_HEADER = (
    "Its header names more channels, or another sample rate, than can be imported. "
    "If that is not how it was recorded, the file is damaged."
)
UNREADABLE = "This is not a sound file, or it is damaged so badly that nothing of it can be played."
TEXT = "This is not a sound file: it looks like text."
WEB_PAGE = "This is not a sound file: it looks like a web page."
JSON = "This is not a sound file: it looks like JSON."
PDF = "This is not a sound file: it looks like a PDF document."
PICTURE = "This is not a sound file: it looks like a picture."
ARCHIVE = "This is not a sound file: it looks like a ZIP archive or an office document. Upload the sound files in it."
PACKED = "This is not a sound file: it looks like a packed archive. Upload the sound files in it."
PROGRAM = "This is not a sound file: it looks like a program."
DATABASE = "This is not a sound file: it looks like a database."

_OPENINGS = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PICTURE),
    (b"\xff\xd8\xff\xe0", PICTURE),
    (b"\xff\xd8\xff\xe1", PICTURE),
    (b"\xff\xd8\xff\xdb", PICTURE),
    (b"GIF87a", PICTURE),
    (b"GIF89a", PICTURE),
    (b"II*\x00", PICTURE),
    (b"MM\x00*", PICTURE),
    (b"PK\x03\x04", ARCHIVE),
    (b"PK\x05\x06", ARCHIVE),
    (b"\x1f\x8b\x08", PACKED),
    (b"7z\xbc\xaf\x27\x1c", PACKED),
    (b"Rar!\x1a\x07", PACKED),
    (b"\xfd7zXZ\x00", PACKED),
    (b"\x7fELF", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"SQLite format 3\x00", DATABASE),
)
# Sound formats whose first bytes read as text: a very short file of theirs must not be taken for text.
_SOUND_OPENINGS = (b"#!AMR", b"NIST_1A", b"RIFF", b"RF64", b"FORM", b"OggS", b"fLaC", b"ID3", b".snd", b"caff")
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


class NotAudio(Exception):
    """There is nothing to listen to in a file. The message is one plain sentence for the person who uploaded it."""


def sniff(first_bytes: bytes) -> str | None:
    """Why these bytes (a file's first 4 KB) are surely not sound, as a sentence; None when they may be.

    Liberal on purpose: what is merely odd passes, and the worker, which decodes it, decides.
    """
    if not first_bytes:
        return EMPTY
    if first_bytes[:4] == b"RIFF" and first_bytes[8:12] == b"WEBP":
        return PICTURE
    if first_bytes.startswith(_SOUND_OPENINGS):
        return None
    for opening, sentence in _OPENINGS:
        if first_bytes.startswith(opening):
            return sentence
    if first_bytes[:2] == b"MZ" and b"PE\0\0" in first_bytes:
        return PROGRAM
    text = _as_text(first_bytes)
    return None if text is None else _kind_of_text(text)


def _as_text(first_bytes: bytes) -> str | None:
    """The bytes as text when they read as text: no control characters, and UTF-8 or nearly all of it ASCII."""
    if first_bytes.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = first_bytes[: len(first_bytes) // 2 * 2].decode("utf-16", errors="replace")
        return text if _printable(text) else None
    if not _CONTROLS.isdisjoint(first_bytes):
        return None
    try:
        # Not `bytes.decode`: the cut at 4 KB may fall inside a character.
        return codecs.getincrementaldecoder("utf-8")().decode(first_bytes)
    except UnicodeDecodeError:
        ascii_share = sum(byte < 127 for byte in first_bytes) / len(first_bytes)
        return first_bytes.decode("latin-1") if ascii_share > 0.9 else None


def _printable(text: str) -> bool:
    """Does nearly all of it read as ordinary text? UTF-16 read out of binary data does not."""
    good = sum(character.isascii() and (character.isprintable() or character.isspace()) for character in text)
    return good > 0.9 * len(text)


def _kind_of_text(text: str) -> str:
    start = text.lstrip("\ufeff \t\r\n")[:200].lower()
    if start.startswith(("<!doctype html", "<html", "<head")):
        return WEB_PAGE
    if start.startswith(("{", "[")) and _opens_json(start):
        return JSON
    return TEXT


def _opens_json(start: str) -> bool:
    """Whether text that begins with a bracket goes on as JSON: the next thing is a value, a name or the end."""
    rest = start[1:].lstrip()
    if not rest or rest[0] in '"{[}]-0123456789':
        return True
    return rest.startswith(("true", "false", "null"))
