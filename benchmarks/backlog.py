"""A backlog of 10,000 letters: from Dovecot into the store, read, matched and drafted.

    python -m benchmarks.backlog [--json] [--postgresql] [LETTERS]

Beside it, in turns in the same run: imapclient and mbsync (Debian: isync), which only download
them. The ratios are medians of those of each round. On a machine that has other work to do, the
processor's time tells more than the clock's; the server's own is in neither.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from imapclient import IMAPClient

from benchmarks.backlog_letters import letters, of_size, readers_among
from inbox_bot.settings.accounts import ImapAccount
from tests.servers import postgres
from tests.servers.dovecot import Dovecot

NAME = "author"
ROUNDS = 3
TOP = Path(__file__).parent.parent
MBSYNC = """
FSync yes

IMAPAccount there
Host 127.0.0.1
Port {port}
User {user}
Pass {password}
SSLType None
AuthMechs LOGIN

IMAPStore there
Account there

MaildirStore here
Path {directory}/
Inbox {directory}/INBOX
SubFolders Verbatim

Channel all
Far :there:
Near :here:
Patterns INBOX
Sync Pull
Create Near
SyncState *
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """`rss` in megabytes is that of the bot and the child that reads, at their highest; `cpu` in
    seconds that of both, the child's start included."""

    seconds: float
    cpu: float = 0.0
    rss: float = 0.0
    drafts: int = 0


def main() -> int:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    count = numbers[0] if numbers else 10_000
    server = Dovecot()
    try:
        lay(server, NAME, letters(count))
        lay(server, "big", [*letters(1), of_size(50 * 2**20)])
        lay(server, "small", letters(2))
        with tempfile.TemporaryDirectory() as cache:
            return _compare(server, Path(cache), count)
    finally:
        server.close()


def on_postgresql(server: Dovecot, cache: Path) -> float:
    """How many times as long the bot takes with its store in PostgreSQL; they take turns."""
    account, ratios = server.account(NAME, timeout=60), []
    with postgres.running(is_durable=True) as database:
        for number in range(ROUNDS):
            store = postgres.new_database(database, f"round{number}")
            beside, here = run_bot(account, cache, store), run_bot(account, cache)
            assert beside.drafts == here.drafts
            print(f"PostgreSQL {beside.seconds:.2f} s, SQLite {here.seconds:.2f} s")
            ratios.append(beside.seconds / here.seconds)
    return round(median(ratios), 2)


def _compare(server: Dovecot, cache: Path, count: int) -> int:
    account = server.account(NAME, timeout=60)
    run_bot(server.account("small"), cache)  # fills the cache
    rounds = [
        (_imapclient(account), run_bot(account, cache), _mbsync(account)) for _ in range(ROUNDS)
    ]
    client, bot, mbsync = (_median(takens) for takens in zip(*rounds, strict=True))
    big = run_bot(server.account("big"), cache)
    small = run_bot(server.account("small"), cache)
    print(f"{'who':<28}{'seconds':>9}{'cpu':>7}{'MB':>7}{'drafts':>8}")
    for who, taken in (
        (f"inbox_bot, {count} letters", bot),
        ("imapclient, download alone", client),
        ("mbsync, download alone", mbsync),
        ("inbox_bot, letter of 50 MB", big),
        ("inbox_bot, two small letters", small),
    ):
        print(f"{who:<28}{taken.seconds:>9.2f}{taken.cpu:>7.2f}{taken.rss:>7.0f}{taken.drafts:>8}")
    figures = {
        "letters": count,
        "seconds": round(bot.seconds, 2),
        "ratio_imapclient": _ratio([(bot, client) for client, bot, _ in rounds]),
        "ratio_mbsync": _ratio([(bot, mbsync) for _, bot, mbsync in rounds]),
        "ratio_cpu": round(median(bot.cpu / client.cpu for client, bot, _ in rounds), 2),
        "rss_mb": round(max(bot.rss for _, bot, _ in rounds)),
        "big_letter_mb": round(big.rss - small.rss),
        "drafts": bot.drafts,
    }
    if "--postgresql" in sys.argv:
        figures["ratio_postgresql"] = on_postgresql(server, cache)
        print(f"PostgreSQL / SQLite: {figures['ratio_postgresql']}")
    if "--json" in sys.argv:
        print(json.dumps(figures))
    return 0 if bot.drafts >= readers_among(count) * 0.9 else 1


def _median(takens: Sequence[Taken]) -> Taken:
    return sorted(takens, key=lambda taken: taken.seconds)[len(takens) // 2]


def _ratio(pairs: Sequence[tuple[Taken, Taken]]) -> float | None:
    """The median of the rounds; None without the competitor."""
    ratios = [bot.seconds / other.seconds for bot, other in pairs if other.seconds]
    return round(median(ratios), 2) if ratios else None


def lay(server: Dovecot, name: str, raws: list[bytes]) -> None:
    """Straight into the server's own folder: it is not what is measured."""
    home = server.base / "home" / name
    for folder in ("cur", "new", "tmp"):
        (home / "Maildir" / folder).mkdir(parents=True)
    begin = int(time.time()) - len(raws)
    for number, raw in enumerate(raws):
        file = home / "Maildir/cur" / f"{begin + number}.{number}.here:2,"
        file.write_bytes(raw.replace(b"\r\n", b"\n"))
        os.utime(file, (begin + number, begin + number))
    owner = (server.base / "home").stat()
    for path in (home, *home.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
    with IMAPClient("127.0.0.1", server.port, ssl=False) as client:
        account = server.account(name)
        client.login(account.username, account.password)
        client.select_folder("INBOX")  # so that no competitor pays for the server's index


def _imapclient(account: ImapAccount) -> Taken:
    begin, worked = time.perf_counter(), time.process_time()
    with IMAPClient(account.host, account.port, ssl=False) as client:
        client.login(account.username, account.password)
        client.select_folder("INBOX", readonly=True)
        uids = client.search(["ALL"])
        size = 0
        for start in range(0, len(uids), 500):
            got = client.fetch(uids[start : start + 500], ["BODY.PEEK[]"])
            size += sum(len(letter[b"BODY[]"]) for letter in got.values())
    assert size
    return Taken(seconds=time.perf_counter() - begin, cpu=time.process_time() - worked)


def _mbsync(account: ImapAccount) -> Taken:
    with tempfile.TemporaryDirectory() as directory:
        settings = Path(directory) / "mbsyncrc"
        settings.write_text(
            MBSYNC.format(
                port=account.port,
                user=account.username,
                password=account.password,
                directory=directory,
            )
        )
        begin = time.perf_counter()
        try:
            subprocess.run(["mbsync", "-q", "-c", str(settings), "all"], check=True)
        except FileNotFoundError:
            print("no mbsync: apt-get install isync", file=sys.stderr)
            return Taken(seconds=0)
        return Taken(seconds=time.perf_counter() - begin)


def run_bot(account: ImapAccount, cache: Path, *store: str) -> Taken:
    """In a process of its own, which holds nothing but the bot; its index lies in the cache."""
    words = [account.username, account.password, str(account.port), str(cache), *store]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.backlog_bot", *words],
        stdout=subprocess.PIPE,
        cwd=TOP,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    return Taken(**told)


if __name__ == "__main__":
    sys.exit(main())
