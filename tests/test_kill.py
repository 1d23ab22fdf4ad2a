"""A few of the points of `benchmarks/kill.py`: the story is killed and every law still holds."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator

import pytest

from benchmarks.kill import Share, Stage, Tally, play, stage
from benchmarks.kill_story import SCENES
from tests.servers import postgres

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="the shim is built with gcc")


FEWEST_STEPS = 20
"""Minimum for the shortest scene: a transaction, a letter over IMAP, their fsyncs."""


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    with stage() as running:
        yield running


@pytest.mark.parametrize("scene", SCENES)
def test_a_kill_at_any_step_breaks_no_law(on: Stage, scene: str) -> None:
    tally = Tally()
    steps = play(on, scene, Share(every=83), tally)
    assert steps >= FEWEST_STEPS, "the shim counts no I/O"
    assert tally.points == len(range(1, steps + 1, 83))
    assert tally.violations == []


def test_a_kill_while_sending_breaks_no_law_on_postgresql() -> None:
    if reason := postgres.why_not():
        pytest.skip(reason)
    tally = Tally()
    with stage(on_server=True) as running:
        steps = play(running, "approve and send", Share(every=61), tally)
    assert steps >= FEWEST_STEPS
    assert tally.points == len(range(1, steps + 1, 61))
    assert tally.violations == []


def test_a_full_disk_at_any_step_breaks_no_law(on: Stage) -> None:
    tally = Tally()
    play(on, "approve and send", Share(every=41, errors=(errno.ENOSPC, errno.EIO)), tally)
    assert tally.violations == []
