"""The supervisor catches signals, so it runs in a process of its own here; its programs are a few lines of Python."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workers import wait_until

ROOT = Path(__file__).resolve().parents[2]
SLEEPER = "import time; time.sleep(600)"
SUPERVISOR = """
import sys
from workspaces.supervision import Patience, Program, Supervisor
patience = Patience(first_wait_s=0.1, longest_wait_s=0.3, healthy_s=60, tries=3, stop_s=1)
programs = [Program(f"program {n}", [sys.executable, "-c", code]) for n, code in enumerate(sys.argv[1:])]
sys.exit(Supervisor(programs, say=lambda text: print(text, flush=True), patience=patience).run())
"""


@pytest.fixture
def supervise(tmp_path):
    """`supervise(code, ...)` runs a supervisor over programs; `{folder}` in them is the test's folder."""
    started = []

    def start(*programs: str) -> subprocess.Popen[str]:
        code = [program.replace("{folder}", str(tmp_path)) for program in programs]
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, *code], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def noting(name: str, then: str = SLEEPER) -> str:
    return f"import os, pathlib; pathlib.Path('{{folder}}', '{name}').write_text(str(os.getpid()))\n{then}"


def pid_in(path: Path) -> int:
    wait_until(lambda: path.exists() and path.read_text())
    return int(path.read_text())


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not reaped yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_every_program(supervise, tmp_path, number):
    supervisor = supervise(noting("one"), noting("two"))
    pids = [pid_in(tmp_path / name) for name in ("one", "two")]

    supervisor.send_signal(number)

    assert supervisor.wait(10) == 0
    assert [is_alive(pid) for pid in pids] == [False, False]


def test_a_program_that_was_killed_starts_again(supervise, tmp_path):
    supervise(noting("one"))
    first = pid_in(tmp_path / "one")

    os.kill(first, signal.SIGKILL)

    wait_until(lambda: pid_in(tmp_path / "one") != first)
    assert is_alive(pid_in(tmp_path / "one"))


def test_what_a_killed_program_had_started_does_not_outlive_it(supervise, tmp_path):
    starts_another = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {noting('grandchild')!r}])"
    supervise(noting("one", starts_another))
    grandchild = pid_in(tmp_path / "grandchild")

    os.kill(pid_in(tmp_path / "one"), signal.SIGKILL)

    wait_until(lambda: not is_alive(grandchild))


def test_it_gives_up_when_everything_keeps_dying(supervise):
    supervisor = supervise("raise SystemExit(3)", "raise SystemExit(4)")

    assert supervisor.wait(20) == 1
    lines = supervisor.stdout.read().splitlines()
    assert lines[-1] == "Nothing stays alive; giving up. The lines above say why."
    assert "The program 0 process ended with code 3; it starts again in 0.1 s." in lines
    assert len(lines) == 7


def test_it_goes_on_while_one_program_lives(supervise, tmp_path):
    supervisor = supervise("raise SystemExit(3)", noting("two"))

    said = [supervisor.stdout.readline() for _ in range(6)]

    assert len([line for line in said if line.startswith("The program 0 process ended")]) == 6
    assert (supervisor.poll(), is_alive(pid_in(tmp_path / "two"))) == (None, True)


def test_a_program_that_does_not_listen_is_killed_with_all_it_started(supervise, tmp_path):
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    starts_another = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {deaf + noting('grandchild')!r}])"
    supervisor = supervise(deaf + noting("one", starts_another))
    grandchild = pid_in(tmp_path / "grandchild")

    supervisor.terminate()

    assert supervisor.wait(10) == 0
    wait_until(lambda: not is_alive(grandchild))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_programs_do_not_outlive_a_killed_supervisor(supervise, tmp_path):
    supervisor = supervise(noting("one"))
    child = pid_in(tmp_path / "one")

    supervisor.kill()

    wait_until(lambda: not is_alive(child))
