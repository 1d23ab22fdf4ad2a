"""The process that is killed. It imports everything, then forks a child for each story.

Run by `kill.py` under the shim. Standard input brings orders, a line of JSON each.
"""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from imapclient import IMAPClient

from inbox_bot import pipeline, review
from inbox_bot.bot import Account, Bot, Policy
from inbox_bot.errors import InboxBotError, Unreadable
from inbox_bot.faq.reload import Sources, learn
from inbox_bot.letters.reading import read
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.mail.smtp import SmtpOutbox
from inbox_bot.model import Address, Author, Draft, DraftKind, DraftState, Message
from inbox_bot.settings.accounts import ImapAccount, SmtpAccount, Tls
from inbox_bot.store import open_store

TOP = Path(__file__).parent.parent
ADDRESS = "author@example.test"
BEGIN = datetime(2026, 3, 3, 19, 0, tzinfo=UTC)
AUTHOR = Author(name="Steve", signature="Steve", timezone="America/New_York", country="US")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One story to live through. `at` 0 lets it live; `error` 0 kills, else is an errno."""

    scene: str
    part: str
    user: str
    password: str
    imap: int
    smtp: int
    directory: str
    store: str = "sqlite:///inbox_bot.db"
    at: int = 0
    error: int = 0


@dataclass
class Stage:
    order: Order
    bot: Bot
    now: datetime = BEGIN

    def later(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def an_hour_goes_by(self) -> None:
        self.later(60)

    def lay(self, folder: str, text: str, headers: Mapping[str, str]) -> None:
        email = EmailMessage()
        named = {"From": "Ann <ann@example.org>", "To": ADDRESS, "Subject": "Your article"}
        for name, value in {**named, **headers}.items():
            email[name] = value
        email.set_content(text)
        with IMAPClient("127.0.0.1", self.order.imap, ssl=False) as client:
            client.login(self.order.user, self.order.password)
            client.append(folder, email.as_bytes(), msg_time=BEGIN)

    def letter(self, number: int, text: str, **headers: str) -> None:
        who = {"From": f"Ann <ann{number}@example.org>", "Message-ID": f"<{number}@example.org>"}
        self.lay("INBOX", text, {**who, **headers})

    def poll(self) -> None:
        pipeline.poll(self.bot, self.now)

    def send(self) -> None:
        self.later(2)
        pipeline.send_approved(self.bot, self.now)

    def approve(self) -> None:
        for draft in self.pending():
            line = "Once a week to begin with." if draft.kind is DraftKind.BLANK else ""
            review.approve_with_line(self.bot, review.shown(draft), line, self.now)

    def edit(self) -> None:
        for draft in self.pending():
            text = f"{draft.text}\n\nPS: Walk a little each day."
            review.edit(self.bot, review.shown(draft), text, self.now)

    def pending(self) -> Sequence[Draft]:
        with self.bot.store.reading() as tx:
            return tx.drafts.in_state(DraftState.PENDING)

    def asks(self) -> None:
        self.letter(1, "Does massage help with sciatica?")
        self.letter(2, "Special offers", **{"List-Id": "<news.example.org>"})
        self.letter(3, "How often should I get a massage?")

    def many_ask(self) -> None:
        for number in range(11, 17):
            self.letter(number, "Does massage help with sciatica?")

    def asks_again(self) -> None:
        ties = {"In-Reply-To": "<1@example.org>", "References": "<1@example.org>"}
        self.letter(1, "Does trigger point massage hurt?", **{**ties, "Message-ID": "<4@x.org>"})

    def answers_by_hand(self) -> None:
        self.lay(
            "Sent",
            "Dear Ann, yes, it does, and I would begin with an hour a week.",
            {
                "From": ADDRESS,
                "To": "ann1@example.org",
                "Message-ID": "<5@example.test>",
                "In-Reply-To": "<1@example.org>",
                "References": "<1@example.org>",
            },
        )


Part = Callable[[Stage], None]


def idle(stage: Stage) -> None:
    """A new process, until nothing is left to do."""
    stage.later(10)
    pipeline.recover(stage.bot, stage.now)
    for _ in range(2):
        stage.poll()
        stage.send()
    stage.later(2)
    stage.poll()


def parts(*names: str) -> Part:
    def play(stage: Stage) -> None:
        for name in names:
            getattr(stage, name)()

    return play


SCENES: Mapping[str, tuple[Part, Part]] = {
    "letters come in": (parts("asks"), parts("poll")),
    "approve and send": (parts("asks", "poll"), parts("approve", "send")),
    "edit, approve, send": (parts("asks", "poll"), parts("edit", "poll", "approve", "send")),
    "the reader writes again": (
        parts("asks", "poll", "approve", "asks_again"),
        parts("poll", "approve", "send"),
    ),
    "answered by hand": (parts("asks", "poll", "approve", "answers_by_hand"), parts("send")),
    "copies into Sent": (
        parts("many_ask", "poll", "approve", "send"),
        parts("an_hour_goes_by", "poll"),
    ),
    "the whole story": (parts("asks"), parts("poll", "approve", "send", "poll")),
}
"""What happened before, unharmed, and what is interrupted."""


def main() -> None:
    shim = ctypes.CDLL(None)
    knowledge = learn(Sources(faq=TOP / "faq", templates=TOP / "templates"))
    read(b"From: a@example.org\r\nContent-Type: text/html\r\n\r\n<p>Warm?")
    print("ready", flush=True)
    for line in sys.stdin:
        order = Order(**json.loads(line))
        child = os.fork()
        if child == 0:
            _live(order, shim, lambda: knowledge)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _live(order: Order, shim: ctypes.CDLL, knowledge: Callable[[], object]) -> None:
    """0: lived; 1: gave up in good order; 3: stumbled."""
    code = 0
    try:
        stage = Stage(order=order, bot=_bot(order, knowledge))
        prepare, interrupted = SCENES[order.scene]
        if order.part == "prepare":
            pipeline.begin(stage.bot, stage.now)
            prepare(stage)
        elif order.part == "idle":
            idle(stage)
        else:
            shim.arm(order.at, order.error)
            interrupted(stage)
            count = shim.steps()
            shim.disarm()
            Path(order.directory, "steps").write_text(str(count))
        stage.bot.accounts[0].mailbox.close()
        stage.bot.store.close()
    except InboxBotError as error:
        shim.disarm()
        if not order.error:
            print(f"{order.scene}: {error}", file=sys.stderr)
        code = 1
    except BaseException:
        shim.disarm()
        traceback.print_exc()
        code = 3
    os._exit(code)


def _bot(order: Order, knowledge: Callable[[], object]) -> Bot:
    imap = ImapAccount(
        address=ADDRESS,
        host="127.0.0.1",
        port=order.imap,
        tls=Tls.NONE,
        username=order.user,
        password=order.password,
    )
    smtp = SmtpAccount(address=ADDRESS, host="127.0.0.1", port=order.smtp, tls=Tls.NONE)
    account = Account(
        addresses=(Address(email=ADDRESS, name="Steve"),),
        mailbox=ImapMailbox(imap),
        outbox=SmtpOutbox(smtp),
    )
    return Bot(
        store=open_store(order.store, Path(order.directory)),
        accounts=(account,),
        read=_read,
        knowledge=knowledge,  # type: ignore[arg-type]
        author=AUTHOR,
        new_token=lambda: secrets.token_bytes(16),
        policy=replace(Policy(), undo=timedelta(0), since=timedelta(days=14)),
    )


def _read(raws: Sequence[bytes]) -> list[Message | Unreadable]:
    """In this process: the sandbox apart has a death of its own, and tests of its own."""
    answers: list[Message | Unreadable] = []
    for raw in raws:
        try:
            answers.append(read(raw))
        except Unreadable as error:
            answers.append(error)
    return answers


if __name__ == "__main__":
    main()
