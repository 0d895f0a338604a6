"""Makes the demo's clips: `python -m datasets.audio.demo_clips OUT` writes twelve FLAC files and `clips.json`.

The result is kept in the repository under `demo/`; run this again only to change it.
"""

import json
import sys
from pathlib import Path
from typing import Any  # clips.json holds texts, numbers and lists

import soundfile

from datasets.audio.planting import plant
from datasets.audio.speech import VOICES, speak

SAMPLE_RATE = 16_000
_FIRST_NUMBER = 401
_VERSIONS = ("voice-v2", "voice-v3")

# What the agent is about to say, how long it takes in seconds, and what goes wrong. One clip is clean.
_SCRIPTS: tuple[tuple[str, float, tuple[str, ...]], ...] = (
    ("Greeting and a question", 6.0, ("glitch",)),
    ("Reads back an order number", 7.5, ("glitch", "dropout")),
    ("Explains a late delivery", 8.5, ("long_pause", "glitch")),
    ("Offers a refund", 8.0, ("echo",)),
    ("Spells an address", 7.0, ("clipping", "dropout")),
    ("Asks the caller to hold", 6.0, ()),
    ("Comes back from hold", 6.0, ("long_pause",)),
    ("Confirms an appointment", 8.5, ("echo", "glitch", "glitch")),
    ("Gives opening hours", 7.0, ("dropout", "dropout")),
    ("Describes two price plans", 10.0, ("clipping", "long_pause", "glitch")),
    ("Says sorry for a fault", 8.0, ("echo", "dropout")),
    ("Says goodbye", 7.0, ("clipping", "glitch")),
)


def make_clips(folder: Path) -> list[dict[str, Any]]:
    """Write the clips and `clips.json` into `folder` (made if missing); returns what the JSON file holds.

    Per clip: `filename`, `duration_ms`, `data` (texts for the columns of a labeling task) and `truth` (the planted
    artifacts as regions with `label`, `start_ms`, `end_ms`).
    """
    folder.mkdir(parents=True, exist_ok=True)
    clips = []
    for number, (description, seconds, kinds) in enumerate(_SCRIPTS):
        voice = VOICES[number % len(VOICES)]
        clean = speak(_FIRST_NUMBER + number, seconds=seconds, voice=voice, sample_rate=SAMPLE_RATE)
        signal, regions = plant(clean, kinds=kinds, seed=_FIRST_NUMBER + number, sample_rate=SAMPLE_RATE)
        filename = f"call-{_FIRST_NUMBER + number:04}.flac"
        soundfile.write(folder / filename, signal, SAMPLE_RATE, subtype="PCM_16", compression_level=1.0)
        clips.append(
            {
                "filename": filename,
                "duration_ms": round(len(signal) * 1000 / SAMPLE_RATE),
                "data": {
                    "Agent": _VERSIONS[number % len(_VERSIONS)],
                    "Speaker": voice.name.capitalize(),
                    "Language": "made-up syllables",
                    "Description": description,
                },
                "truth": [
                    {"label": region.label, "start_ms": region.start_ms, "end_ms": region.end_ms} for region in regions
                ],
            }
        )
    (folder / "clips.json").write_text(json.dumps(clips, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return clips


if __name__ == "__main__":
    make_clips(Path(sys.argv[1]))
