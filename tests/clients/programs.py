"""Programs that use the public client package, in processes of their own: see sdk_run.py."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.environment import ROOT

# Where each version lies, before what is installed for everybody.
VERSIONS = {"0.1.0": str(ROOT / ".venv" / "sdk-0.1.0"), "0.7.0": ""}


class Program:
    """A process on one version. It starts with its first question."""

    def __init__(self, version: str) -> None:
        self.version = version
        self._process: subprocess.Popen[str] | None = None

    def ask(self, command: str, *arguments: object, **door: str) -> dict[str, object]:
        """What it sees; `door` says where and with what key."""
        process = self._process or self._start()
        asked = {"command": command, "arguments": [str(one) for one in arguments], "door": door}
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        assert line, f"the program on {self.version} has ended with {process.wait()}"
        seen: dict[str, object] = json.loads(line)
        assert "error" not in seen, seen["error"]
        assert seen["version"] == self.version
        return seen

    def close(self) -> None:
        if self._process is not None:
            # Its input ends, and so does it.
            self._process.communicate(timeout=20)

    def _start(self) -> "subprocess.Popen[str]":
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("sdk_run.py"))],
            env={**os.environ, "PYTHONPATH": VERSIONS[self.version]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self._process
