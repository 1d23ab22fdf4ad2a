"""reconcile, replay, report: reports on the mailbox and the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from inbox_bot import pipeline, settings
from inbox_bot.cli.output import Json, echo, print_json
from inbox_bot.cli.tables import progress_bar
from inbox_bot.errors import WrongUse
from inbox_bot.faq import load as faq_load
from inbox_bot.model import files
from inbox_bot.model.names import letter_name
from inbox_bot.reports import replay as reports_replay, report as reports_report
from inbox_bot.reports.report import Report, Topic, sentence
from inbox_bot.reports.report.counts import this_month
from inbox_bot.reports.report.formats import lines
from inbox_bot.service.author_store import open_author_store
from inbox_bot.service.lock import only_one
from inbox_bot.service.wiring import open_bot, open_temporary_bot
from inbox_bot.settings.policy import policy_of
from inbox_bot.settings.shipped import shipped
from inbox_bot.steps.reconcile import reconcile as reconcile_with_ledger


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def reconcile(directory: Path, as_json: bool) -> int:
    """Compare the mailbox with the ledger from day one, and take in anything missed.

    \b
    Example:
      inbox-bot reconcile
    """
    with only_one(directory), open_bot(directory) as bot:
        report = pipeline.poll(bot, datetime.now(UTC))
        found = reconcile_with_ledger(bot, datetime.now(UTC))
    if as_json:
        print_json(
            {
                "letters": found.letters,
                "accounted": found.accounted,
                "missed": found.missed,
                "gone": [promise.letter_id for promise in found.gone],
            }
        )
    else:
        echo(found.sentence())
        for promise in found.gone:
            which = f"Letter {letter_name(promise.letter_id)} from {promise.reader}"
            echo(f"{which} was deleted or moved out of reach.")
    for problem in report.unreachable:
        click.echo(problem, err=True)
    return 1 if report.unreachable or found.accounted < found.letters else 0


@click.command()
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3650))
@click.option(
    "--to",
    "file",
    default="replay.html",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for the report, relative to your directory.",
)
@click.pass_obj
def replay(directory: Path, days: int, file: Path) -> int:
    """Look back: what I would have replied, and what you did. Changes nothing.

    \b
    Example:
      inbox-bot replay --days 90
    """
    since, now = timedelta(days=days), datetime.now(UTC)
    with open_temporary_bot(directory, since) as bot, progress_bar("Reading letters") as progress:
        found = reports_replay.replay(replace(bot, progress=progress), days, now)
    page = reports_replay.page(found, shipped("templates") / "reports", bot.author.locale)
    target = directory / file
    files.write_text(target, page, files.PRIVATE)
    for line in reports_replay.summary(found):
        echo(line)
    click.echo(f"See the letters side by side: {target.resolve()}")
    return 1 if found.unreachable else 0


@click.command()
@click.argument("days", metavar="[FIRST..LAST]", default="")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--csv", "as_csv", is_flag=True, help="Print rows for a spreadsheet (CSV).")
@click.pass_obj
def report(directory: Path, days: str, as_json: bool, as_csv: bool) -> None:
    """Show how you kept your promise and what readers ask, this month or on given days.

    \b
    Example:
      inbox-bot report 2026-10-01..2026-10-31
    """
    found, locale = _counted(directory, days), settings.load(directory).author.as_author().locale
    if as_json:
        print_json(_as_json(found))
    elif as_csv:
        click.echo(reports_report.csv_lines(found), nl=False)
    else:
        for line in lines(found, locale):
            echo(line)


def _counted(directory: Path, days: str) -> Report:
    chosen = settings.load(directory)
    calendar = policy_of(chosen).calendar
    try:
        span = settings.parse_period(days) if days else this_month(datetime.now(UTC), calendar)
    except ValueError as error:
        raise WrongUse(f'"{days}" {error}') from error
    with open_author_store(directory) as store:
        return reports_report.report(store, faq_load.load(chosen.faq), calendar, span)


def _as_json(found: Report) -> Mapping[str, Json]:
    return {
        "sentence": sentence(found),
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "readers": found.readers,
        "open": found.open,
        "from_before": found.from_before,
        "median_days": found.pace.median,
        "most_days": found.pace.most,
        "as_drafted": found.as_drafted,
        "edited": found.edited,
        "rejected": found.rejected,
        "weeks": [
            {
                "monday": week.monday.isoformat(),
                "kept": week.kept,
                "late": week.late,
                "open": week.open,
                "released": week.released,
            }
            for week in found.weeks
        ],
        "asked": [_topic_json(topic) for topic in found.asked],
        "unanswered": [_topic_json(topic) for topic in found.unanswered],
    }


def _topic_json(topic: Topic) -> Mapping[str, Json]:
    return {"name": topic.name, "readers": topic.readers, "examples": list(topic.examples)}
