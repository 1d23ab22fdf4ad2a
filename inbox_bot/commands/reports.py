"""reconcile, replay: is every letter accounted for, and what would have been?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot.commands.output import echo, print_json


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def reconcile(directory: Path, as_json: bool) -> int:
    """Lay mailbox and ledger side by side, since the first day; take in what was missed.

    \b
    Example:
      inbox-bot reconcile
    """
    from inbox_bot import pipeline
    from inbox_bot.lock import only_one
    from inbox_bot.reconciling import reconcile as lay_side_by_side
    from inbox_bot.wiring import open_bot

    with only_one(directory), open_bot(directory) as bot:
        report = pipeline.poll(bot, datetime.now(UTC))
        found = lay_side_by_side(bot, datetime.now(UTC))
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
            echo(
                f"Letter {promise.letter_id} of {promise.reader} was deleted or moved out of reach."
            )
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
    help="Where the page goes, relative to your directory.",
)
@click.pass_obj
def replay(directory: Path, days: int, file: Path) -> int:
    """Look back: what I would have answered, and how you did. Changes nothing anywhere.

    \b
    Example:
      inbox-bot replay --days 90
    """
    from datetime import timedelta

    from inbox_bot import replaying
    from inbox_bot.shipped import shipped
    from inbox_bot.tables import progress_bar
    from inbox_bot.wiring import open_visitor

    since, now = timedelta(days=days), datetime.now(UTC)
    with open_visitor(directory, since) as bot, progress_bar("Reading letters") as progress:
        found = replaying.replay(replace(bot, progress=progress), days, now)
    page = replaying.page(found, shipped("templates") / "reports")
    target = directory / file
    target.write_text(page, encoding="utf-8")
    target.chmod(0o600)
    for line in replaying.summary(found):
        echo(line)
    click.echo(f"The letters side by side: {target.resolve()}")
    return 1 if found.unreachable else 0
