"""The first command, and the suite, with every Python on this machine; names those not tried.

python -m benchmarks.pythons [--no-suite] [--core] [VERSION …]

Each Python gets an environment of its own below .cache/pythons, from the lock. --core leaves the
tests out that need a server or a browser. VERSION (3.12, 3.13.0) tries only what begins so.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from tests.first_command import TOP, Interpreter, interpreters, served_page, show_once

NEWEST = 14
CORE = "tests/drafting tests/faq tests/letters tests/promises tests/settings tests/store"
_INSTALL = """
. "$0/scripts/venv.sh"
install_into "$INBOX_BOT_VENV" "$0/requirements/dev.lock" --editable
"""


def main(arguments: Sequence[str]) -> int:
    wanted = tuple(word for word in arguments if not word.startswith("--"))
    found = sorted(interpreters(), key=lambda python: python.version)
    tried = [each for each in found if not each.unfit and each.name.startswith(wanted or ("",))]
    failed = sum(not _try(python, arguments) for python in tried)
    for python in found:
        if python not in tried:
            print(f"not tried: {python.name:<8}{python.path}: {python.unfit or 'not asked for'}")
    for minor in range(11, NEWEST + 1):
        if not any(python.version[:2] == (3, minor) for python in found):
            print(f"not tried: 3.{minor:<6}there is none on this machine")
    return 1 if failed or not tried else 0


def _try(python: Interpreter, arguments: Sequence[str]) -> bool:
    demo = [TOP / "scripts" / "demo"]
    steps: dict[str, Callable[[], str]] = {
        "demo --once": lambda: show_once(demo, python.environment),
        "served page": lambda: served_page(demo, python.environment),
        "suite": lambda: _suite(python, core="--core" in arguments),
    }
    if "--no-suite" in arguments:
        del steps["suite"]
    good = True
    for name, step in steps.items():
        began = time.monotonic()
        try:
            step()
            said = "works"
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            good, said = False, f"FAILS\n{error}"
        spent = time.monotonic() - began
        print(f"{python.name:<8}{python.path}  {name:<12}{spent:5.0f} s  {said}", flush=True)
    return good


def _suite(python: Interpreter, *, core: bool) -> str:
    subprocess.run(["bash", "-euc", _INSTALL, TOP], env=python.environment, check=True)
    some = CORE.split() if core else []
    done = subprocess.run(
        [python.venv / "bin" / "python", "-m", "pytest", "-q", "-n", "auto", *some],
        cwd=TOP,
        env=python.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-2_000:]
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
