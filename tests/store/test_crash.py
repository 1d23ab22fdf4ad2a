"""kill -9 at any statement loses no letter, doubles no draft and sends nothing twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from inbox_bot.store import open_store

ROOT = Path(__file__).parents[2]


def killed(directory: Path, step: int, *prepared: Path) -> list[str]:
    """Output of `killed_store`, killed before every `step`-th statement."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.killed_store", str(directory), str(step), *prepared],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()


def test_a_kill_before_any_statement_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    open_store("sqlite:///prepared.db", tmp_path).close()
    *broken, kills = killed(tmp_path, 4, tmp_path / "prepared.db")
    assert broken == []
    assert int(kills) > 20


def test_a_kill_while_the_store_is_made_leaves_one_that_works(tmp_path: Path) -> None:
    *broken, kills = killed(tmp_path, 23)
    assert broken == []
    assert int(kills) > 6
