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
from inbox_bot.humanize import counted, shortened
from inbox_bot.model import ON_THE_WAY, Promise
from inbox_bot.model.needs import NEEDS, Need
from inbox_bot.model.records import Listed
from inbox_bot.promises.calendar import Standing
from inbox_bot.review.queue import Row, asked_first

WORTH_TELLING = 1_000
"""Fewer letters than this need no progress line."""
NARROW = 60
"""A terminal with fewer columns, as on a phone."""
IN_A_COLUMN = 80
_STYLES = {
    Need.URGENT: "bold red",
    Need.READY: "green",
    Need.HOLDING: "green",
    Need.PARTIAL: "yellow",
    Need.MAYBE: "yellow",
}


def print_queue(rows: Sequence[Row], now: datetime, console: Console | None = None) -> None:
    """A table with reader, question, what the draft needs, and waiting time."""
    console = console or Console()
    if not rows:
        console.print("Nobody is waiting.")
        return
    _print(
        console,
        ("draft", "reader", "asks", "status", "waiting"),
        [_cells(row, now) for row in rows],
    )


def _cells(row: Row, now: datetime) -> Sequence[Text]:
    draft = row.draft
    leaves = draft.state in ON_THE_WAY
    need = Text(f"Will be sent ({draft.state})") if leaves else _coloured(row.need)
    asked = asked_first(draft.decisions, draft.subject, IN_A_COLUMN)
    return (
        Text(f"{draft.id}.{draft.version}"),
        Text(shortened(row.reader, 24)),
        Text(asked + (f"\n{row.matter}" if row.matter else "")),
        need,
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
    verdicts = Counter(letter.verdict.words for letter in others if letter.verdict)
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


def _coloured(need: Need) -> Text:
    return Text(NEEDS[need], style=_STYLES.get(need, "dim"))
