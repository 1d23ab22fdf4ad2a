"""What the author sees from outside: on a real Dovecot and SMTP server, by commands and `--json`.

    python -m benchmarks.scenarios [NAME ...]

Each scenario is a function whose name is a sentence; a part of a name chooses those that hold it.
Prints a line each, and a count last.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import (
    scenarios_apart,
    scenarios_files,
    scenarios_headers,
    scenarios_page,
    scenarios_readers,
    scenarios_sent,
)
from benchmarks.scenarios_world import SCENARIOS, Fails, NotTried, world
from tests.servers.dovecot import Dovecot

MODULES = (
    scenarios_apart,
    scenarios_readers,
    scenarios_sent,
    scenarios_headers,
    scenarios_page,
    scenarios_files,
)


def main(words: Sequence[str]) -> int:
    chosen = [name for name in SCENARIOS if not words or any(word in name for word in words)]
    held = failed = 0
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # the receiver's own library
    imap = Dovecot()
    try:
        with tempfile.TemporaryDirectory(prefix="ibs", dir="/tmp") as place:
            for name in chosen:
                begun = time.monotonic()
                told, good = _play(name, imap, Path(place))
                held, failed = held + (good is True), failed + (good is False)
                print(f"{told}  ({time.monotonic() - begun:.0f} s)", flush=True)
    finally:
        imap.close()
    print(f"{held} of {held + failed} hold, {len(chosen) - held - failed} not tried")
    return 1 if failed else 0


def _play(name: str, imap: Dovecot, place: Path) -> tuple[str, bool | None]:
    """The line about it, and whether it holds."""
    function, setup = SCENARIOS[name]
    try:
        with world(imap, place, setup) as scene:
            function(scene)
    except Fails as why:
        return f"FAILS  {name}: {why}", False
    except NotTried as why:
        return f"-      {name}: {why}", None
    except Exception as error:
        return f"FAILS  {name}: {type(error).__name__}: {error}", False
    return f"ok     {name}", True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
