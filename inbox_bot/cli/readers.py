"""not-a-reader, never-sender, never, others, is-a-reader: the author's rules on who is a reader."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot import review
from inbox_bot.bot import Bot
from inbox_bot.cli.names import DRAFT, LETTER, Named, letter_id, letter_named
from inbox_bot.cli.output import echo, iso, print_json
from inbox_bot.reports.report import not_opened
from inbox_bot.service.author_store import open_author_store
from inbox_bot.service.wiring import open_bot


@click.command("not-a-reader")
@click.argument("name", type=DRAFT, metavar="DRAFT|LETTER")
@click.option("--undo", "take_back", is_flag=True, help="The sender is a reader after all.")
@click.pass_obj
def not_a_reader(directory: Path, name: Named, take_back: bool) -> None:
    """Never draft for the sender of this letter, or of the letter behind this draft.

    \b
    Example:
      inbox-bot not-a-reader D7
      inbox-bot not-a-reader L12
    """
    now = datetime.now(UTC)
    with open_bot(directory) as bot:
        letter = _letter(bot, name)
        if take_back:
            review.undo_last(bot, letter, now)
            click.echo(f"The sender of letter {letter_id(letter)} counts as a reader again.")
        else:
            address = review.not_a_reader(bot, letter, now)
            who = address or f"The sender of letter {letter_id(letter)}"
            undo = f"inbox-bot not-a-reader {letter_id(letter)} --undo"
            click.echo(f"{who} is marked as not a reader. To undo: {undo}")


@click.command("never-sender")
@click.argument("name", type=DRAFT, metavar="DRAFT|LETTER")
@click.option("--domain", is_flag=True, help="Nor anyone else at the sender's domain.")
@click.pass_obj
def never_sender(directory: Path, name: Named, domain: bool) -> None:
    """Never fetch or show this sender's letters again.

    \b
    Example:
      inbox-bot never-sender L12
      inbox-bot never-sender L12 --domain
    """
    rule_out = review.never_domain if domain else review.never_sender
    with open_bot(directory) as bot:
        rule = rule_out(bot, _letter(bot, name), datetime.now(UTC))
    click.echo(f"{rule} won't be shown again. To undo: inbox-bot never --undo {rule}")


def _letter(bot: Bot, name: Named) -> int:
    with bot.store.reading() as tx:
        return letter_named(tx, name)


@click.command()
@click.option(
    "--undo", "rule", metavar="RULE", help="Remove this rule; the letters it kept out come in."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per rule.")
@click.pass_obj
def never(directory: Path, rule: str | None, as_json: bool) -> None:
    """List senders you ruled out and how many letters that kept out, or undo a rule.

    \b
    Example:
      inbox-bot never
      inbox-bot never --undo ann@example.org
    """
    if rule:
        with open_bot(directory) as bot:
            review.take_back(bot, rule, datetime.now(UTC))
        echo(f"Removed the rule for {rule}. The letters it kept out come in with the next check.")
        return
    with open_author_store(directory) as store, store.reading() as tx:
        rules, kept_out = sorted(tx.people.never()), tx.messages.kept_out()
    for one in rules:
        if as_json:
            print_json({"rule": one, "letters": kept_out.get(one, 0)})
        else:
            echo(f"{kept_out.get(one, 0):>5}  {one}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per letter.")
@click.pass_obj
def others(directory: Path, as_json: bool) -> None:
    """List the letters that aren't from readers, newest first.

    Letters that weren't opened at all are counted at the end, by rule.

    \b
    Example:
      inbox-bot others
    """
    with open_author_store(directory) as store, store.reading() as tx:
        letters, unopened = tx.messages.others(200), tx.messages.unopened()
    for letter in letters:
        sender = letter.sender.email if letter.sender else ""
        if as_json:
            print_json(
                {
                    "letter": letter.letter_id,
                    "from": sender,
                    "subject": letter.subject,
                    "arrived": iso(letter.arrived),
                    "verdict": str(letter.verdict),
                    "reason": letter.reason,
                }
            )
        else:
            what = letter.verdict.words if letter.verdict else "new"
            echo(f"{letter_id(letter.letter_id):>5}  {sender}: {letter.subject} ({what})")
            echo(f"       {letter.reason}")
    if not as_json:
        echo("\n".join(not_opened.lines(unopened)))


@click.command("is-a-reader")
@click.argument("name", type=LETTER, metavar="LETTER|DRAFT")
@click.pass_obj
def is_a_reader(directory: Path, name: Named) -> None:
    """Treat a letter as a reader's after all; `inbox-bot others` shows its ID.

    \b
    Example:
      inbox-bot is-a-reader L17
    """
    with open_bot(directory) as bot:
        letter = _letter(bot, name)
        address = review.a_reader_after_all(bot, letter, datetime.now(UTC))
        who = address or f"The sender of letter {letter_id(letter)}"
        click.echo(f"{who} is a reader. The next check drafts a reply to {letter_id(letter)}.")
