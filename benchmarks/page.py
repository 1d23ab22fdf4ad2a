"""How quick the review page is for an author with 20,000 letters and 500 drafts that wait.

    python -m benchmarks.page [--json] [--letters N] [--postgresql]

The page is served as `inbox-bot run` serves it, over loopback, to one browser's worth of requests;
times are the server's answer as a client sees it, in milliseconds.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote, urlencode

from rich.console import Console
from rich.table import Table

from inbox_bot import pipeline
from inbox_bot.bot import Account, Bot
from inbox_bot.faq.reload import Sources, learn
from inbox_bot.letters.reading import Sandbox
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.mail.smtp import SmtpOutbox
from inbox_bot.model import Address, Author, Fetched, Place
from inbox_bot.model.records import Arrival
from inbox_bot.settings.accounts import ImapAccount, SmtpAccount, Tls
from inbox_bot.steps.process_new import draft_new, judge_new
from inbox_bot.store import SqlStore, open_store
from inbox_bot.web.page import Page
from inbox_bot.web.serving import Serving
from inbox_bot.web.sessions import new_link
from tests.servers import postgres

TOP = Path(__file__).parent.parent
LETTERS = 20_000
DRAFTS = 500
REQUESTS = 200
AUTHOR = Address(email="steve@example.com", name="Steve")
APPROVALS = 25
BARS = {
    "queue_p95_ms": 60,
    "letter_p95_ms": 60,
    "search_p95_ms": 60,
    "queue_bytes": 40_000,
    "approve_ms": 150,
}
SEARCHES = ("massage+{}", "ann{}", "how+m", "a", "sciatica", "ann{}@example.org", "zoë")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HIDDEN = re.compile(r'name="(version|hash)" value="([^"]+)"')
ROW = re.compile(r'href="/letter/(\d+)"')
ASSET = re.compile(r'"(/static/page\.(?:css|js)[^"]*)"')
QUESTIONS = (
    "is a massage chair any good?",
    "how does deep tissue massage help with sciatica?",
    "what is trigger point massage, and does it hurt?",
    "how much does one session cost?",
    "how do I find a good massage therapist?",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    status: int
    body: str
    octets: int
    ms: float
    location: str


class Browser:
    """One kept-alive connection with a cookie, and a clock."""

    def __init__(self, port: int, ticket: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookie = ""
        self.get(f"/open/{ticket}")

    def get(self, path: str) -> Answered:
        return self._ask("GET", path, "")

    def post(self, path: str, form: dict[str, str]) -> Answered:
        return self._ask("POST", path, urlencode(form))

    def _ask(self, method: str, path: str, body: str) -> Answered:
        headers = {"Cookie": self._cookie}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self._connection.request(method, path, body or None, headers)
        answer = self._connection.getresponse()
        read = answer.read()
        ms = (time.perf_counter() - began) * 1000
        if cookie := answer.getheader("Set-Cookie"):
            self._cookie = cookie.partition(";")[0]
        head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        return Answered(
            status=answer.status,
            body=read.decode(),
            octets=head + len(read),
            ms=ms,
            location=answer.getheader("Location") or "",
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--json", action="store_true")
    options.add_argument("--letters", type=int, default=LETTERS)
    options.add_argument("--postgresql", action="store_true")
    chosen = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        store_in(Path(folder), chosen.postgresql) as store,
        filled(store, chosen.letters) as bot,
    ):
        figures = {"letters": chosen.letters, **measure(bot)}
    if chosen.json:
        print(json.dumps({name: figures[name] for name in ("letters", *BARS)}))
        return
    table = Table("what", "measured", "at most")
    for name, figure in figures.items():
        table.add_row(name, f"{figure:,}", f"{BARS[name]:,}" if name in BARS else "")
    Console().print(table)


@contextmanager
def store_in(folder: Path, on_server: bool) -> Iterator[SqlStore]:
    """An empty store: a file, or a database of a PostgreSQL server that flushes to the disk."""
    with ExitStack() as stack:
        url = "sqlite:///page.db"
        if on_server:
            server = stack.enter_context(postgres.running(is_durable=True))
            url = postgres.new_database(server, "page")
        yield stack.enter_context(closing(open_store(url, folder)))


@contextmanager
def filled(store: SqlStore, letters: int) -> Iterator[Bot]:
    """A bot whose store holds all those letters; the last 500 of them wait with a draft."""
    with Sandbox() as sandbox:
        bot = bot_with(store, sandbox)
        now = datetime.now(UTC)
        keep(bot, range(letters - DRAFTS), now - timedelta(days=400))
        judge_new(bot, now)
        with bot.store.transaction() as tx:
            for letter in tx.messages.unconsidered(letters):
                tx.messages.considered(letter.id)
        pipeline.begin(bot, now)
        keep(bot, range(letters - DRAFTS, letters), now - timedelta(days=5))
        judge_new(bot, now)
        draft_new(bot, now)
        yield bot


def bot_with(store: SqlStore, sandbox: Sandbox) -> Bot:
    """The author's own rules; its mail servers are never asked."""
    knowledge = learn(Sources(faq=TOP / "faq", templates=TOP / "templates"))
    account = Account(
        addresses=(AUTHOR,),
        mailbox=ImapMailbox(
            ImapAccount(
                address=AUTHOR.email,
                host="127.0.0.1",
                port=1,
                tls=Tls.NONE,
                username="",
                password="",
            )
        ),
        outbox=SmtpOutbox(
            SmtpAccount(address=AUTHOR.email, host="127.0.0.1", port=1, tls=Tls.NONE)
        ),
    )
    return Bot(
        store=store,
        accounts=(account,),
        read=sandbox.read,
        knowledge=lambda: knowledge,
        author=Author(name="Steve", signature="Steve", timezone="America/New_York"),
        new_token=lambda: secrets.token_bytes(16),
    )


def keep(bot: Bot, numbers: range, first: datetime) -> None:
    for start in range(numbers.start, numbers.stop, 500):
        some = range(start, min(start + 500, numbers.stop))
        with bot.store.transaction() as tx:
            tx.messages.add_all([arrival(number, first) for number in some])


def arrival(number: int, first: datetime) -> Arrival:
    arrived = first + timedelta(minutes=number % 5_000)
    place = Place(mailbox=AUTHOR.email, folder="INBOX", uidvalidity=1, uid=number + 1)
    raw = letter(number, arrived)
    return Arrival(
        fetched=Fetched(place=place, raw=raw, size=len(raw), arrived=arrived),
        message_id=f"l{number}@example.org",
        thread=f"l{number}@example.org",
    )


def letter(number: int, arrived: datetime) -> bytes:
    """Some two kilobytes; of those that were answered long ago every tenth is a newsletter."""
    is_news = number % 10 == 0 and datetime.now(UTC) - arrived > timedelta(days=30)
    about = "List-Id: <news.example.org>\n" if is_news else ""
    story = "I read your article on massage twice and then once more to my husband. " * 22
    text = f"Hi Steve,\n\n{QUESTIONS[number % len(QUESTIONS)]}\n\n{story}\n\nThanks,\nAnn\n"
    head = (
        f"From: Ann Reader {number} <ann{number}@example.org>\nTo: {AUTHOR.email}\n"
        f"Subject: Your article on massage, {number}\nMessage-ID: <l{number}@example.org>\n"
        f"Date: {format_datetime(arrived)}\n{about}\n"
    )
    return (head + text).replace("\n", "\r\n").encode()


def measure(bot: Bot) -> dict[str, float]:
    page = Page(
        bot=bot,
        clock=lambda: datetime.now(UTC),
        hosts=frozenset({"127.0.0.1"}),
        key=secrets.token_hex(),
        faq=TOP / "faq",
    )
    with Serving(page, "127.0.0.1", 0) as serving:
        browser = Browser(serving.port, new_link(bot.store, datetime.now(UTC)))
        first = browser.get("/")
        pages = int(re.findall(r"1 of (\d+)", first.body)[0])
        assets = [browser.get(path) for path in ASSET.findall(first.body)]
        queue = [browser.get(f"/?page={number % pages + 1}") for number in range(REQUESTS)]
        rows = [row for one in queue[:pages] for row in ROW.findall(one.body)]
        letters = [browser.get(f"/letter/{rows[n % len(rows)]}") for n in range(REQUESTS)]
        asked = [SEARCHES[n % len(SEARCHES)].format(n) for n in range(REQUESTS)]
        found = [browser.get(f"/search?q={quote(words, safe='+')}") for words in asked]
        assert {one.status for one in found} == {200}
        approvals = [approve(browser, row) for row in rows[:APPROVALS]]
    return {
        "drafts": len(rows),
        "queue_p50_ms": round(statistics.median(one.ms for one in queue), 1),
        "queue_p95_ms": p95([one.ms for one in queue]),
        "letter_p95_ms": p95([one.ms for one in letters]),
        "queue_bytes": max(one.octets for one in queue) + sum(one.octets for one in assets),
        "approve_ms": p95(approvals),
        "search_p95_ms": p95([one.ms for one in found]),
    }


def approve(browser: Browser, row: str) -> float:
    """From the button pressed to the queue without that row, in milliseconds."""
    shown = browser.get(f"/letter/{row}").body
    (name,) = re.findall(r'action="(/draft/\d+)/approve"', shown)
    form = {"csrf_token": TOKEN.findall(shown)[0], **dict(HIDDEN.findall(shown)), "line": "Hello"}
    said = browser.post(f"{name}/approve", form)
    queue = browser.get(said.location)
    assert said.status == 303, said.body
    assert queue.status == 200
    assert row not in re.findall(r'<li><a href="/letter/(\d+)">\n<span class="reader"', queue.body)
    return said.ms + queue.ms


def p95(times: Sequence[float]) -> float:
    return round(statistics.quantiles(times, n=20)[-1], 1)


if __name__ == "__main__":
    main()
