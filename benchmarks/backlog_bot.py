"""The bot's part of `backlog.py`, in a process of its own: USER PASSWORD PORT CACHE [STORE]."""

from __future__ import annotations

import json
import re
import resource
import secrets
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from inbox_bot import pipeline
from inbox_bot.bot import Account, Bot, Policy
from inbox_bot.drafting.mime import build
from inbox_bot.faq.reload import Sources, learn
from inbox_bot.letters.reading import Sandbox
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.mail.smtp import SmtpOutbox
from inbox_bot.model import Address, Author, DraftState
from inbox_bot.service.wiring import collect_rarely
from inbox_bot.settings.accounts import ImapAccount, SmtpAccount, Tls
from inbox_bot.store import open_store

TOP = Path(__file__).parent.parent
ADDRESS = "author@example.test"


def main() -> None:
    collect_rarely()  # as wiring does for each bot that it opens
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox())
        bot = _new_bot(Path(directory), sandbox)
        stack.callback(bot.store.close)
        stack.callback(bot.accounts[0].mailbox.close)
        sandbox.read([b"From: a@example.org\r\n\r\n"])  # the child is up when the clock starts
        begin, worked = time.perf_counter(), time.process_time()
        now = datetime.now(UTC)
        pipeline.begin(bot, now)
        pipeline.poll(bot, now)
        with bot.store.reading() as tx:
            drafts = tx.drafts.in_state(DraftState.PENDING)
        for draft in drafts:
            build(draft, now)
        seconds, cpu = time.perf_counter() - begin, time.process_time() - worked
        rss = _peak() + sandbox.peak_memory() / 2**20
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu += child.ru_utime + child.ru_stime
    print(json.dumps({"seconds": seconds, "cpu": cpu, "rss": rss, "drafts": len(drafts)}))


def _new_bot(directory: Path, sandbox: Sandbox) -> Bot:
    user, password, port, cache = sys.argv[1:5]
    imap = ImapAccount(
        address=ADDRESS,
        host="127.0.0.1",
        port=int(port),
        tls=Tls.NONE,
        username=user,
        password=password,
        timeout=60,
    )
    smtp = SmtpAccount(
        address=ADDRESS, host="127.0.0.1", port=1, tls=Tls.NONE, username="", password=""
    )
    knowledge = learn(Sources(faq=TOP / "faq", templates=TOP / "templates", cache=Path(cache)))
    account = Account(
        addresses=(Address(email=ADDRESS),), mailbox=ImapMailbox(imap), outbox=SmtpOutbox(smtp)
    )
    return Bot(
        store=open_store((*sys.argv[5:], "sqlite:///inbox_bot.db")[0], directory),
        accounts=(account,),
        read=sandbox.read,
        knowledge=lambda: knowledge,
        author=Author(name="Steve", signature="Steve", timezone="America/New_York", country="US"),
        new_token=lambda: secrets.token_bytes(16),
        policy=Policy(drafts_at_once=0),
    )


def _peak() -> float:
    status = Path("/proc/self/status").read_text()
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
