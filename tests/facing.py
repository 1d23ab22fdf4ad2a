"""Two bots that write to each other, and a bot that writes to a responder. Authors say yes to all.

`python -m benchmarks.facing` plays it ten thousand times over.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from inbox_bot.errors import Conflict
from inbox_bot.model import DraftState
from tests.servers.smtp import Taken
from tests.world import World

LONGEST = 20
"""Rounds after which an exchange counts as endless."""


def deliver(world: World, letters: Sequence[bytes]) -> None:
    """Append in batches of 100."""
    with world.client() as client:
        for start in range(0, len(letters), 100):
            client.multiappend("INBOX", [{"msg": raw} for raw in letters[start : start + 100]])


def yes_to_all(world: World) -> list[Taken]:
    """Approve all that can be approved; returns what leaves for others."""
    world.poll()
    for draft in world.drafts(DraftState.PENDING):
        with suppress(Conflict):
            world.approve(draft)
    world.later(hours=1)
    before = len(world.replies())
    world.send()
    own = world.imap.address
    return [taken for taken in world.replies()[before:] if taken.recipients != (own,)]


def exchange(one: World, other: World, questions: Sequence[str]) -> int:
    """`one` asks `other` these questions; returns the rounds until one is silent."""
    deliver(other, [question(one, other, text, at) for at, text in enumerate(questions)])
    asked, asks = other, one
    for rounds in range(1, LONGEST):
        left = yes_to_all(asked)
        if not left:
            return rounds
        deliver(asks, [taken.raw for taken in left])
        asks.now = max(asks.now, asked.now)
        asked, asks = asks, asked
    return LONGEST


def question(one: World, other: World, text: str, number: int) -> bytes:
    """A letter from one of the other author's many addresses: each is a reader of its own."""
    name, _, domain = one.imap.address.partition("@")
    letter = EmailMessage(policy=SMTP)
    letter["From"] = f"Reader {number} <{name}+{number}@{domain}>"
    letter["To"] = other.imap.address
    letter["Subject"] = "Your article on massage"
    letter["Message-ID"] = f"<question{number}@example.org>"
    letter["Date"] = format_datetime(other.now)
    letter.set_content(text)
    return letter.as_bytes()


def vacation(taken: Taken) -> bytes:
    """What Dovecot's responder (Pigeonhole) answers to a reply."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = taken.recipients[0]
    letter["To"] = parseaddr(str(taken.email["From"]))[1]
    letter["Subject"] = f"Auto: {taken.email['Subject']}"
    letter["Message-ID"] = f"<dovecot-sieve-{taken.email['Message-ID'].strip('<>')}"
    letter["Date"] = str(taken.email["Date"])
    letter["Auto-Submitted"] = "auto-replied (vacation)"
    letter["Precedence"] = "bulk"
    letter["X-Auto-Response-Suppress"] = "All"
    letter["In-Reply-To"] = str(taken.email["Message-ID"])
    letter["References"] = str(taken.email["Message-ID"])
    letter.set_content("I am away. Does massage help with sciatica? I will answer when I am back.")
    return letter.as_bytes()
