"""What kind of file bytes begin as, told from the first of them alone. Standard library only."""

UNKNOWN = "application/octet-stream"

_OPENINGS = (
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"#!AMR", "audio/amr"),
    (b".snd", "audio/basic"),
    (b"caff", "audio/x-caf"),
    (b"NIST_1A", "audio/x-nist"),
    (b"wvpk", "audio/x-wavpack"),
    (b"MAC ", "audio/x-ape"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "audio/x-ms-wma"),
    (b"ID3", "audio/mpeg"),
)
_EBML = b"\x1a\x45\xdf\xa3"


def content_type_of(first_bytes: bytes) -> str:
    """The media type of a file that begins with these bytes (some 4 KB); UNKNOWN when they do not tell."""
    for opening, content_type in _OPENINGS:
        if first_bytes.startswith(opening):
            return content_type
    form = first_bytes[8:12]
    if first_bytes[:4] in (b"RIFF", b"RF64") and form == b"WAVE":
        return "audio/wav"
    if first_bytes[:4] == b"FORM" and form in (b"AIFF", b"AIFC"):
        return "audio/aiff"
    if first_bytes[4:8] == b"ftyp":
        return "audio/mp4"
    if first_bytes.startswith(_EBML):
        return "audio/webm" if b"\x42\x82\x84webm" in first_bytes[:64] else "audio/x-matroska"
    return _framed(first_bytes)


def _framed(first_bytes: bytes) -> str:
    """MPEG sound without any opening: frames that begin with eleven or twelve set bits."""
    if len(first_bytes) < 4 or first_bytes[0] != 0xFF:
        return UNKNOWN
    second, third = first_bytes[1], first_bytes[2]
    # ADTS: layer 00, then a sampling frequency that exists.
    if second & 0xF6 == 0xF0 and third >> 2 & 0xF < 13:
        return "audio/aac"
    has_layer = second & 0xE0 == 0xE0 and second & 0x06 != 0 and second & 0x18 != 0x08
    if has_layer and third >> 4 not in (0, 15) and third >> 2 & 3 != 3:
        return "audio/mpeg"
    return UNKNOWN
