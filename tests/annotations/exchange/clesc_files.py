"""Tables in the shape of CLESC, with cells as messy as they are published."""

import csv
import io
from collections.abc import Sequence

COLUMNS = ("audio", *(f"Crowd_Worker_{n}" for n in (1, 2, 3)), *(f"Expert_{n}" for n in (1, 2, 3)), "source_dataset")


def cell(worker: str, *, pace: str = "normal", pitch: str = "medium", volume: str = "quiet", **words: str) -> str:
    """A cell as it is published: a dict that Python would print."""
    fields = {"pace": pace, "pitch": pitch, "voice": words.get("voice", "calm"), "volume": volume}
    return str(fields | {"emotion": words.get("emotion", "neutral"), "worker_id": worker})


# Known of the first published row: pitch low, medium, low by the crowd and medium by all experts, pace normal five to
# one, volume quiet five to one.
FIRST = [
    cell("t12", pitch="low"),
    cell("t40", pitch="medium", pace="slow"),
    cell("t7", pitch="low", volume="medium"),
    cell("e3", emotion="Calm, narrating tone,"),
    cell("e1", voice="Soft; warm"),
    cell("e9"),
]
MESSY = [
    "{'pace': 'Normal', 'pitch': low', 'voice: 'narrating tone,', 'volume': None, 'emotion': 'happy,, ', worker_id:t12",
    "{pace: Slow,, pitch: MEDIUM, voice: nan, volume: soft, emotion: [sad, 'tired'], worker_id: t7}",
    "nan",
    '{"pace": "fast and slow", "pitch": "medium", "emotion": "blorptastic", "worker_id": "e3"}',
    "{'pace': 'variable', 'pitch': 'medium', 'volume': 'loud', 'emotion': \"don't know\", 'worker_id': 'e1'}",
    "",
]


def table(*rows: Sequence[str], audio: Sequence[str] = (), source: str = "common_voice") -> bytes:
    """CSV with a row per list of six cells; recordings are call-0001.wav and on, by address, unless said."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for number, cells in enumerate(rows, start=1):
        name = audio[number - 1] if audio else f"https://example.com/clips/call-{number:04}.wav?x=1"
        writer.writerow([name, *cells, source])
    return buffer.getvalue().encode()
