"""The first command: `demo --once`, and the page that `demo` serves, with any Python."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

TOP = Path(__file__).parents[1]
OLDEST = (3, 11)
DEBIANS = Path("/usr/bin/python3")
_ASK = """
import json, sys, importlib.util as find
parts = all(find.find_spec(part) for part in ("venv", "ensurepip"))
print(json.dumps([sys.version_info[:3], parts]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A Python on this machine. `unfit` says why it cannot be tried, or nothing."""

    path: Path
    version: tuple[int, ...]
    unfit: str = ""

    @property
    def name(self) -> str:
        return ".".join(map(str, self.version))

    @property
    def venv(self) -> Path:
        """Below a cache that git ignores; kept, and renewed when the lock changes."""
        return TOP / ".cache" / "pythons" / self.name

    @property
    def environment(self) -> dict[str, str]:
        """For the scripts: they take the first python3 of the PATH."""
        plain = {key: os.environ[key] for key in os.environ if not key.startswith("PYTHON")}
        path = f"{self.path.parent}:/usr/bin:/bin:/usr/sbin"
        return {**plain, "PATH": path, "INBOX_BOT_VENV": str(self.venv)}


def ask(path: Path) -> Interpreter | None:
    """The Python at that path; None where there is none, or it does not start."""
    try:
        asked = subprocess.run(
            [path, "-c", _ASK], capture_output=True, text=True, check=True, timeout=60
        )
        version, parts = json.loads(asked.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    unfit = "" if parts else "it has no venv: apt install python3-venv"
    if tuple(version) < OLDEST:
        unfit = "it is older than 3.11"
    return Interpreter(path=path, version=tuple(version), unfit=unfit)


def interpreters() -> Iterator[Interpreter]:
    """Every Python 3 that is found, each version once: Debian's, pyenv's, those on the PATH."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    on_path = [shutil.which(f"python3.{minor}") for minor in range(OLDEST[1], 20)]
    places = [DEBIANS, Path("/usr/local/bin/python3"), *pyenv.glob("versions/*/bin/python3")]
    known = set()
    for place in [*places, *(Path(found) for found in on_path if found)]:
        python = ask(place)
        if python and python.version not in known:
            known.add(python.version)
            yield python


def show_once(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> str:
    """What `demo --once` prints; AssertionError with all of it where it fails."""
    done = subprocess.run(
        [*command, "--once"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def served_page(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> str:
    """The queue as the demo's page shows it; then Ctrl-C, after which the demo ends."""
    told = []
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                told.append(line)
                if found := re.search(r"http://127\.0\.0\.1:\d+/open/\S+", line):
                    browser = build_opener(HTTPCookieProcessor(CookieJar()))
                    page: str = browser.open(found[0], timeout=30).read().decode()
                    break
            else:
                raise AssertionError("".join(told))
            interrupt(process)
        finally:
            process.kill()
    assert process.returncode in {0, 1}, "".join(told)
    return page


def interrupt(process: subprocess.Popen[str]) -> None:
    """Ctrl-C until it ends: a process in the background may ignore the first one."""
    for tries_left in reversed(range(4)):
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=20)  # ending may take a while, too
        except subprocess.TimeoutExpired:
            if not tries_left:
                raise
        else:
            return


def this_python() -> list[str | Path]:
    return [sys.executable, "-m", "inbox_bot", "demo"]
