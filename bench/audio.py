"""What reading and cutting sound costs, in CPU seconds of a process that does nothing else."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench.rows import Row

MINUTES = 60
CLIPS, CLIP_MS = 1000, 2000


def measure() -> Iterable[Row]:
    with tempfile.TemporaryDirectory(prefix="earmark-bench-") as folder:
        wav, mp3 = Path(folder, "sixty.wav"), Path(folder, "sixty.mp3")
        _cpu("make", wav, mp3)
        bare = min(_cpu("decode", mp3) for _ in range(3))
        importing = min(_cpu("import", mp3) for _ in range(3))
        how = f"{MINUTES} min MP3 44.1 kHz 64 kbit/s: CPU of analyse() with peaks over bare PyAV decode ({bare:.2f} s)"
        yield Row("import_over_decode", round(importing / bare, 2), "x", 1.6, how)
        yield Row(
            "import_60min_wav_cpu_s", round(_cpu("import", wav), 2), "s", None, f"{MINUTES} min WAV 16 kHz, with peaks"
        )
        for kind, budget in (("wav", 1.5), ("flac", 3.0)):
            how = f"{CLIPS} clips of {CLIP_MS} ms out of {MINUTES} min WAV 16 kHz, written as {kind}"
            yield Row(f"clips_{kind}_cpu_s", round(_cpu(f"clips-{kind}", wav), 2), "s", budget, how)


def _cpu(step: str, *paths: Path) -> float:
    """CPU seconds of one step, start-up of its process not counted."""
    command = [sys.executable, "-m", "bench.sound", step, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, check=True)
    return float(json.loads(done.stdout))
