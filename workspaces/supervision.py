"""Keeping a few programs alive: start them, restart what dies, stop all of them together. Knows nothing of Django."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

PR_SET_PDEATHSIG = 1
LOOK_EVERY_S = 0.1


@dataclass(frozen=True)
class Program:
    """What to run: a command line, its environment, and file descriptors it inherits beside the standard ones.

    `is_busy` says whether it has work in hand that it should be given time to end when it is asked to stop.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    descriptors: Sequence[int] = ()
    is_busy: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class Patience:
    """Seconds, and how often. A program that lived for `healthy_s` counts as well started."""

    first_wait_s: float = 0.5
    longest_wait_s: float = 30
    healthy_s: float = 20
    tries: int = 5
    stop_s: float = 10


def die_with_parent() -> None:
    """In a child: ask Linux for SIGTERM should the parent be killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One program: the process that runs it now, and how often it died young in a row."""

    def __init__(self, program: Program, *, patience: Patience) -> None:
        self.program = program
        self.patience = patience
        self.young_deaths = 0
        self.restart_at: float | None = None
        self.start()

    def start(self) -> None:
        self.restart_at = None
        self.started_at = time.monotonic()
        # A session of its own: Ctrl+C reaches the supervisor alone, and the whole group can be killed at the end.
        self.process = subprocess.Popen(  # noqa: S603 - the command lines are ours
            list(self.program.command),
            env=dict(self.program.environment),
            pass_fds=tuple(self.program.descriptors),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,  # safe: no thread holds a lock when children start
        )

    def is_dead(self) -> bool:
        return self.process.poll() is not None

    def note_death(self) -> float:
        """Clear up after a dead process and plan the next start. Returns the seconds until then."""
        now = time.monotonic()
        self.kill()
        self.young_deaths = 0 if now - self.started_at >= self.patience.healthy_s else self.young_deaths + 1
        wait = min(self.patience.first_wait_s * 2.0 ** (self.young_deaths - 1), self.patience.longest_wait_s)
        self.restart_at = now + wait
        return wait

    def keeps_dying(self) -> bool:
        return self.young_deaths >= self.patience.tries

    def ask_to_stop(self) -> None:
        if not self.is_dead():
            self.process.terminate()

    def kill(self) -> None:
        """Kill what is left of the program's group; the group outlives a leader that was killed."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Supervisor:
    """Runs programs until SIGTERM, SIGINT or SIGHUP, or until all of them keep dying."""

    def __init__(
        self, programs: Sequence[Program], *, say: Callable[[str], None], patience: Patience | None = None
    ) -> None:
        self.programs = programs
        self.say = say
        self.patience = patience or Patience()
        self.stops_asked = 0

    def run(self) -> int:
        """The exit code: 0 after a signal, 1 when nothing stays alive."""
        signals = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        before = {number: signal.signal(number, self._note_signal) for number in signals}
        children: list[Child] = []
        try:
            for program in self.programs:
                children.append(Child(program, patience=self.patience))
            while not self.stops_asked:
                time.sleep(LOOK_EVERY_S)
                self._look_after(children)
                if all(child.keeps_dying() for child in children):
                    self.say("Nothing stays alive; giving up. The lines above say why.")
                    return 1
            return 0
        finally:
            self._stop(children)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stops_asked += 1

    def _look_after(self, children: Sequence[Child]) -> None:
        for child in children:
            if child.restart_at is not None:
                if time.monotonic() >= child.restart_at:
                    child.start()
            elif child.is_dead():
                code = child.process.returncode
                wait = child.note_death()
                self.say(f"The {child.program.name} process ended with code {code}; it starts again in {wait:g} s.")

    def _stop(self, children: Sequence[Child]) -> None:
        """Ask, wait for those who are busy, then kill. Another signal while waiting kills at once."""
        asked = self.stops_asked
        for child in children:
            child.ask_to_stop()
        until = time.monotonic() + self.patience.stop_s
        while time.monotonic() < until and self.stops_asked == asked:
            if all(child.is_dead() or not child.program.is_busy() for child in children):
                break
            time.sleep(LOOK_EVERY_S / 2)
        for child in children:
            child.kill()
