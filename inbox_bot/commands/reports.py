"""reconcile: is every letter accounted for?"""

from __future__ import annotations

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
