"""Two processes that poll one mailbox into one store draft each letter once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.databases import DATABASES
from tests.servers.dovecot import Dovecot
from tests.world import TOP, World

pytestmark = pytest.mark.both_stores

LETTERS = 40
ROUNDS = int(os.environ.get("INBOX_BOT_RACES", "1"))
"""Twenty of them take a minute."""


def raced(world: World, dovecot: Dovecot) -> Mapping[str, int]:
    """The outcome of two polls at the same time."""
    where = [DATABASES.url_in(world.directory), str(world.directory)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.racing", *where, str(dovecot.port), world.imap.username],
        cwd=TOP,
        env={**os.environ, "PYTHONPATH": str(TOP)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: Mapping[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_two_pollers_on_one_store_draft_each_letter_once(world: World, dovecot: Dovecot) -> None:
    for told in range(1, ROUNDS + 1):
        for number in range(LETTERS):
            sender = f"Reader <reader{told}-{number}@example.org>"
            world.letter("Hi,\n\ndoes trigger point massage hurt?\n", From=sender)
        found = dict(raced(world, dovecot))
        assert found.pop("copies without a record") == 0
        assert set(found.values()) == {told * LETTERS}, found
