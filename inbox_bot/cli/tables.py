"""Tables and progress bars on a terminal, drawn with rich."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from inbox_bot.cli.names import letter_id
from inbox_bot.humanize import counted
from inbox_bot.model import Promise
from inbox_bot.model.records import Listed
from inbox_bot.promises.calendar import Standing
from inbox_bot.review.queue import Row

WORTH_TELLING = 1_000
"""Fewer letters than this need no progress line."""
NARROW = 60
"""A terminal with fewer columns, as on a phone."""


def print_queue(rows: Sequence[Row], now: datetime, console: Console | None = None) -> None:
    """A table with reader, question, certainty of the answer, and waiting time."""
    console = console or Console()
    if not rows:
        console.print("Nobody is waiting.")
        return
    _print(
        console,
        ("draft", "reader", "asks", "answer", "waiting"),
        [_cells(row, now) for row in rows],
    )


def _cells(row: Row, now: datetime) -> Sequence[Text]:
    draft = row.draft
    answer = row.answer if draft.state == "pending" else f"{row.answer}, {draft.state}"
    return (
        Text(f"{draft.id}.{draft.version}"),
        Text(_short(row.reader, 24)),
        Text(_short(row.question, 60) + (f"\n{row.matter}" if row.matter else "")),
        _coloured(answer),
        Text(ago(row.since, now)),
    )


def print_promises(standing: Sequence[tuple[Promise, Standing]], now: datetime) -> None:
    if not standing:
        Console().print("Nobody is waiting.")
        return
    found = []
    for promise, state in standing:
        told = promise.told.isoformat() if promise.told else ""
        matter = promise.matter or (str(state) if state is Standing.OVERDUE else "")
        cells = (
            letter_id(promise.letter_id),
            promise.reader,
            ago(promise.opened, now),
            told,
            matter,
        )
        found.append([Text(cell) for cell in cells])
    _print(Console(), ("letter", "reader", "waiting", "told", ""), found)


def print_others(others: Sequence[Listed], out_of_scope: int) -> None:
    """One line with the number of other letters by verdict."""
    verdicts = Counter(str(letter.verdict) for letter in others)
    told = [f"{count} {verdict}" for verdict, count in verdicts.most_common()]
    told += [f"{out_of_scope} not opened"] if out_of_scope else []
    if told:
        all_of_them = counted(len(others) + out_of_scope, "other letter")
        Console().print(f"{all_of_them}: {', '.join(told)}", style="dim")


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal; elsewhere plain lines at begin and end."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain_progress(what)
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=max(total, 1))


def _plain_progress(what: str) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        if total >= WORTH_TELLING and done in (0, total):
            Console(stderr=True).print(f"{what}: {done} of {total}")

    return tell


def ago(then: datetime, now: datetime) -> str:
    """A waiting time in one coarse unit."""
    minutes = max(int((now - then).total_seconds() // 60), 0)
    for unit, length in (("day", 1440), ("hour", 60), ("minute", 1)):
        if count := minutes // length:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "under a minute"


def _print(console: Console, columns: Sequence[str], rows: Sequence[Sequence[Text]]) -> None:
    """A table, or on a narrow console one paragraph for each row."""
    if console.width < NARROW:
        for row in rows:
            console.print(Text(" · ").join(cell for cell in row if cell.plain), end="\n\n")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _short(text: str, length: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"


def _coloured(answer: str) -> Text:
    colours = {"urgent": "bold red", "sure": "green", "maybe": "yellow", "none": "dim"}
    return Text(answer, style=colours.get(answer.partition(",")[0], ""))
