"""What a web process is made of. It runs in a process of its own, as this one has loaded everything already."""

import json
import subprocess
import sys

from tests.environment import ROOT, for_subprocess

HEAVY = ["numpy", "av", "soundfile", "praatio", "boto3", "sklearn", "pyarrow"]
CODE = f"""
import json, sys
import config.wsgi
from django.urls import get_resolver, URLResolver

def walk(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns)
        else:
            yield pattern.callback

views = list(walk(get_resolver().url_patterns))
print(json.dumps({{"views": len(views), "heavy": [name for name in {HEAVY} if name in sys.modules]}}))
"""


def test_a_web_process_with_every_view_loads_no_audio_library(tmp_path):
    (tmp_path / "static").mkdir()
    environment = for_subprocess(EARMARK_DATA_DIR=str(tmp_path))
    environment.pop("AWS_STORAGE_BUCKET_NAME", None)

    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    found = json.loads(done.stdout)
    assert found["heavy"] == []
    assert found["views"] > 50
