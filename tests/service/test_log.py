"""What a running bot writes down: a whole story, and not a word of it in the log."""

from __future__ import annotations

import io
import logging
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE, STDOUT

import pytest

from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import DraftKind
from inbox_bot.reports.first_look import first_look
from inbox_bot.service import log as service_log
from inbox_bot.service.scheduler import Ticker
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.steps.send import close_undo_windows
from tests.faults import Fault, Proxy, Way
from tests.servers.dovecot import PASSWORD
from tests.servers.smtp import PASSWORD as SMTP_PASSWORD, Receiver
from tests.world import World

MINUTE = timedelta(minutes=1)
ADDRESS = re.compile(r"[\w.+-]{2,}@[\w-]{2,}\.")
ADDRESS_OF_ANN = "ann@example.org"
WORDS = ("marzipan", "sciatica", "kneecap", "Zanzibar")
"""Words of letters, replies, subjects and names in these stories."""


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("550 <ann.b@example.org> unknown", "550 <a…@e…> unknown"),
        ("no folder in steve@example.com; make one", "no folder in s…@e…; make one"),
        ("ünal@bücher.example, bob@b.example", "ü…@b…, b…@b…"),
        ("http://127.0.0.1:8025/open/s3cr-t_", "http://127.0.0.1:8025/open/…"),
        ("3 new drafts are waiting for you.", "3 new drafts are waiting for you."),
    ],
)
def test_addresses_are_shortened_and_links_lose_their_secret(told: str, kept: str) -> None:
    assert service_log.discreet(told) == kept


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that any library says, down to its debug level, as `run` would write it down."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(lambda record: record.name != "mail.log")  # the receiver in this process
    handler.addFilter(service_log.clean)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def slips(written: str, *secrets: str) -> list[str]:
    """What must not stand in a log and does."""
    return [word for word in (*WORDS, *secrets) if word in written] + ADDRESS.findall(written)


def test_a_whole_story_leaves_no_word_no_address_and_no_password_in_the_log(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, log: io.StringIO
) -> None:
    told: list[str] = []
    with Proxy(account.port) as proxy, Sandbox() as sandbox:
        imap = replace(account, port=proxy.port)
        world = World(
            imap=imap, smtp=smtp, directory=tmp_path, sandbox=sandbox, now=datetime.now(UTC)
        )
        world.begin()
        _letters_come(world)
        Ticker(world.bot, MINUTE, told.append).poll()
        smtp.say({"RCPT": "550 5.1.1 <ann@example.org>: no such mailbox"})
        (draft,) = (one for one in world.drafts() if one.kind is DraftKind.ANSWER)
        world.approve(draft)
        close_undo_windows(world.bot, world.now)
        Ticker(world.bot, MINUTE, told.append).send()
        proxy.answers = {"STATUS": "%t NO [SERVERBUG] ann@example.org is broken"}
        Ticker(world.bot, MINUTE, told.append).poll()
        proxy.fault = Fault(way=Way.UP, after=0)
        proxy.cut_all()
        Ticker(world.bot, MINUTE, told.append).poll()
        world.close()
    assert "refused: 127.0.0.1 answered 550" in "".join(told)
    assert "is broken" in "".join(told)
    assert "can't reach" in "".join(told)
    written = "\n".join([*map(service_log.discreet, told), log.getvalue()])
    assert slips(written, PASSWORD, SMTP_PASSWORD) == []


def _letters_come(world: World) -> None:
    world.letter("Hi Steve,\n\ndoes massage help with sciatica? My kneecap hurts.\n\nAnn")
    world.letter("Hello", From="Zanzibar <zoe@example.net>", Subject="=?utf-8?b?bWFyemlwYW4=?=")
    world.raw_letter(b"From: a@example.net\r\nSubject: marzipan\r\n\r\n" + bytes(range(256)))
    hostile = b"(" * 50_000
    world.raw_letter(b"From: " + hostile + b" marzipan@example.net\r\n\r\nkneecap marzipan")


PITCH = """\
Hi Steve,

I am a link building specialist. We can publish a guest post with a dofollow backlink on your site.
Please share your rates for a sponsored post.
"""


def test_the_log_tells_why_each_letter_got_its_verdict_and_quotes_none_of_it(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, log: io.StringIO
) -> None:
    told: list[str] = []
    with Sandbox() as sandbox:
        world = World(
            imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox, now=datetime.now(UTC)
        )
        world.begin()
        world.letter(PITCH, Subject="marzipan")
        world.letter("Back soon.", Subject="Out of Office: marzipan")
        world.letter("News", **{"List-Id": "<news.example.net>", "From": "n@example.net"})
        Ticker(world.bot, MINUTE, told.append).poll()
        world.close()
    written = log.getvalue()
    assert re.search(r"letter \d+: pitch: looks like an offer, not a question: “", written)
    assert re.search(r"letter \d+: automatic: an automatic reply: its subject says “…”", written)
    assert re.search(r"letter \d+: list: sent to a list", written)
    assert slips(written) == []


def test_the_first_look_leaves_the_verdicts_to_the_bot(world: World, log: io.StringIO) -> None:
    """It judges in a store of its own, whose numbers mean nothing later."""
    world.letter("News", **{"List-Id": "<news.example.net>", "From": "n@example.net"})
    world.letter("Hi Steve,\n\ndoes massage help?\n\nAnn")
    first_look(world.bot, world.now)
    assert "verdict_log" not in log.getvalue()
    assert not re.search(r"letter \d+: ", log.getvalue())
    world.letter("News", **{"List-Id": "<news.example.net>", "From": "n@example.net"})
    world.poll()
    assert len(re.findall(r"letter \d+: list", log.getvalue())) == 1


def test_a_kept_log_has_our_own_lines_and_only_the_warnings_of_libraries() -> None:
    code = (
        "import logging; from inbox_bot.service.log import set_up_logging; set_up_logging()\n"
        "for name in ('inbox_bot.steps', 'library'): logging.getLogger(name).info('told')"
    )
    done = subprocess.run([sys.executable, "-c", code], stderr=PIPE, text=True, check=True)
    assert done.stderr == "inbox_bot.steps: told\n"


def test_an_error_in_a_library_loses_its_words_and_keeps_its_place(log: io.StringIO) -> None:
    letter = "".join(("marz", "ipan for ann", "@example.org"))
    try:
        int(letter)
    except ValueError:
        logging.getLogger("library").exception("no number from %s", ADDRESS_OF_ANN)
    assert "ValueError" in log.getvalue()
    assert "test_log.py" in log.getvalue()
    assert slips(log.getvalue()) == []


def test_what_run_prints_where_no_terminal_listens_holds_none_of_it() -> None:
    with DemoWorld(datetime.now(UTC)) as world:
        here = [sys.executable, "-m", "inbox_bot", "-C", str(world.directory)]
        subprocess.run([*here, "poll", "--yes"], check=True, capture_output=True)
        running = subprocess.Popen([*here, "run"], stdout=PIPE, stderr=STDOUT, text=True)
        assert running.stdout is not None
        lines = [next(running.stdout) for _ in range(2)]
        running.send_signal(signal.SIGTERM)
        written = "".join([*lines, running.communicate(timeout=30)[0]])
    assert "review page: http://" in written
    assert slips(written, world.password.reveal()) == []
    assert not re.search(r"/open/\w", written)
