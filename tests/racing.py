"""Two processes that poll one mailbox into one store at the same time, as two computers would.

`test_two_pollers.py` runs this file as a program of its own, because it forks. It prints the
numbers of letters, drafts, drafted letters, promises and unknown copies in Drafts as JSON.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from inbox_bot import pipeline
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import DraftState, Verdict
from inbox_bot.settings.accounts import ImapAccount, Tls
from tests.databases import DATABASES
from tests.servers.dovecot import HERE, PASSWORD
from tests.servers.smtp import Receiver
from tests.world import START, World


def poll(world: World, go: int) -> None:
    """As a process of its own that has waited for the other one to be ready."""
    with Sandbox() as sandbox:
        sandbox.start()
        bot = replace(world.bot, read=sandbox.read, new_token=lambda: secrets.token_bytes(16))
        os.read(go, 1)
        pipeline.poll(bot, START + timedelta(minutes=1))
    world.close()


def race(world: World) -> None:
    go, start = os.pipe()
    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            failed = 1
            try:
                poll(world, go)
                failed = 0
            finally:
                os._exit(failed)
        children.append(child)
    os.write(start, b"go")
    for child in children:
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0


def outcome(world: World) -> Mapping[str, int]:
    with world.bot.store.reading() as tx:
        letters = tx.messages.count(Verdict.READER)
        drafts = tx.drafts.in_state(*DraftState)
        promises = tx.promises.waiting()
        filed = tx.drafts.filed()
    return {
        "letters": letters,
        "drafts": len(drafts),
        "drafted letters": len({one.letter_id for one in drafts}),
        "promises": len(promises),
        "copies without a record": len(world.folder("Drafts")) - len(filed),
    }


def main(url: str, directory: Path, port: int, user: str) -> None:
    DATABASES.know(directory, url)
    smtp = Receiver()
    account = ImapAccount(
        address=f"{user}@{HERE}",
        host="127.0.0.1",
        port=port,
        tls=Tls.NONE,
        username=user,
        password=PASSWORD,
    )
    world = World(imap=account, smtp=smtp, directory=directory, sandbox=Sandbox())
    race(world)
    print(json.dumps(outcome(world)))
    world.close()
    smtp.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
