"""drafts, show, approve, edit, hold, reject, undo, uncertain: list and decide on drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot import review
from inbox_bot.bot import Bot
from inbox_bot.cli.names import DRAFT, Named, Thing, draft_named, letter_id
from inbox_bot.cli.output import (
    Json,
    decision_json,
    decision_lines,
    echo,
    edited,
    iso,
    print_json,
)
from inbox_bot.cli.tables import print_queue
from inbox_bot.drafting.mime import shown_hash
from inbox_bot.errors import Conflict
from inbox_bot.humanize import counted
from inbox_bot.model import OWED, Draft, Verdict
from inbox_bot.model.names import draft_name
from inbox_bot.promises.calendar import local_day
from inbox_bot.review import Shown, shown
from inbox_bot.review.queue import Row, rows
from inbox_bot.review.warnings import warnings_of
from inbox_bot.service.wiring import open_bot
from inbox_bot.steps.stored_letters import read_or_header


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per draft.")
@click.pass_obj
def drafts(directory: Path, as_json: bool) -> None:
    """List the drafts waiting for you, most urgent first.

    \b
    Example:
      inbox-bot drafts
    """
    now = datetime.now(UTC)
    with open_bot(directory) as bot:
        with bot.store.reading() as tx:
            waiting = rows(tx, local_day(now, bot.calendar()))
        if as_json:
            for row in waiting:
                print_json(_row_json(row))
        else:
            print_queue(waiting, now)


def _row_json(row: Row) -> Mapping[str, Json]:
    draft = row.draft
    return {
        "draft": draft.id,
        "version": draft.version,
        "letter": draft.letter_id,
        "state": str(draft.state),
        "kind": str(draft.kind),
        "reader": draft.to[0].email,
        "question": row.question,
        "context": row.draft.decisions[0].question.context if row.draft.decisions else "",
        "answer": row.answer,
        "need": str(row.need),
        "entries": list(draft.entries),
        "since": iso(row.since),
        "reason": draft.reason,
    }


@click.command()
@click.argument("name", type=DRAFT, metavar="DRAFT")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def show(directory: Path, name: Named, as_json: bool) -> None:
    """Show a letter, how the bot read it, and the reply as it would be sent.

    \b
    Example:
      inbox-bot show D3
      inbox-bot show L12
    """
    with open_bot(directory) as bot:
        if _is_without_draft(bot, name):
            _show_letter(bot, name.number, as_json)
            return
        draft = draft_named(bot, name)
        cautions = warnings_of(bot, draft.id, datetime.now(UTC))
        if as_json:
            print_json({**_draft_json(draft), "warnings": list(cautions)})
        else:
            _print_draft(draft)
            echo("".join(f"! {caution}\n" for caution in cautions))


def _is_without_draft(bot: Bot, name: Named) -> bool:
    if name.thing is Thing.DRAFT:
        return False
    with bot.store.reading() as tx:
        return not tx.drafts.for_thread(tx.messages.get(name.number).thread)


def _show_letter(bot: Bot, number: int, as_json: bool) -> None:
    """The verdict and the text, where there is no draft to show."""
    with bot.store.reading() as tx:
        stored = tx.messages.get(number)
        (listed,) = tx.messages.listed([number])
    (letter,) = read_or_header(bot, [stored])
    sender = listed.sender.email if listed.sender else ""
    if as_json:
        print_json(
            {
                "letter": number,
                "from": sender,
                "subject": listed.subject,
                "verdict": str(stored.verdict or "new"),
                "reason": stored.reason,
                "text": letter.message.text,
            }
        )
        return
    what = stored.verdict.words if stored.verdict else "new"
    echo(f"Letter {letter_id(number)} ({what}): {stored.reason or 'not read yet'}")
    echo(f"From: {sender}\nSubject: {listed.subject}\n\n{letter.message.text}")
    echo(_why_no_draft(number, stored.verdict))


def _why_no_draft(number: int, verdict: Verdict | None) -> str:
    if verdict is None or verdict in OWED:
        return "No draft yet."
    undo = f"inbox-bot is-a-reader {letter_id(number)}"
    return f"No draft: it isn't a reader's letter. If it is: {undo}"


def _draft_json(draft: Draft) -> Mapping[str, Json]:
    return {
        "draft": draft.id,
        "version": draft.version,
        "letter": draft.letter_id,
        "state": str(draft.state),
        "kind": str(draft.kind),
        "from": draft.sender.email,
        "to": [address.email for address in draft.to],
        "subject": draft.subject,
        "text": draft.text,
        "quoted": draft.quoted,
        "message_id": draft.message_id,
        "in_reply_to": draft.in_reply_to,
        "hash": shown_hash(draft),
        "questions": [decision_json(decision) for decision in draft.decisions],
        "reason": draft.reason,
    }


def _print_draft(draft: Draft) -> None:
    letter = letter_id(draft.letter_id)
    echo(f"Draft {draft.id}.{draft.version} for letter {letter}, {draft.kind}, {draft.state}")
    if draft.reason:
        echo(f"  {draft.reason}")
    for decision in draft.decisions:
        echo("\n".join(decision_lines(decision)))
    to = ", ".join(f"{one.name} <{one.email}>".strip() for one in draft.to)
    echo(f"\nFrom: {draft.sender.email}\nTo: {to}\nSubject: {draft.subject}\n")
    echo(draft.text)
    echo(draft.quoted)


@click.command()
@click.argument("name", type=DRAFT, metavar="DRAFT")
@click.pass_obj
def approve(directory: Path, name: Named) -> None:
    """Approve a draft. It goes out after the undo window, when the bot runs or sends.

    With a version (3.1) it is approved right away; without one you see it first.

    \b
    Example:
      inbox-bot approve 3.1
    """
    with open_bot(directory) as bot:
        draft = draft_named(bot, name)
        if name.version is None:
            _print_draft(draft)
            click.confirm("Send exactly this?", abort=True)
        approved = review.approve(bot, review.shown(draft), datetime.now(UTC))
        seconds = int(bot.policy.undo.total_seconds())
        said = f"Draft {approved.id}.{approved.version} is approved."
        until_then = (
            f"It goes out in {counted(seconds, 'second')}. "
            f"To stop it: inbox-bot undo D{approved.id}"
        )
        click.echo(
            f"{said} {until_then if seconds else 'It goes out the next time the bot sends.'}"
        )


@click.command()
@click.argument("name", type=DRAFT, metavar="DRAFT")
@click.option("--text", "new_text", help="The new text. Without it, your $EDITOR opens.")
@click.pass_obj
def edit(directory: Path, name: Named, new_text: str | None) -> None:
    """Edit a draft in your editor. That makes a new version, which waits for your approval.

    \b
    Example:
      inbox-bot edit D3
    """

    def change(bot: Bot, draft: Draft) -> Draft:
        written = new_text if new_text is not None else edited(draft.text, extension=".txt")
        if written is None or written.strip() == draft.text.strip():
            raise Conflict(f"Draft {draft_name(draft.id)} was not changed.")
        return review.edit(bot, review.shown(draft), written, datetime.now(UTC))

    change_draft(directory, name, change)


@click.command()
@click.argument("name", type=DRAFT, metavar="DRAFT")
@click.option("--without-date", is_flag=True, help="Give no date.")
@click.pass_obj
def hold(directory: Path, name: Named, without_date: bool) -> None:
    """Replace a draft with a holding reply: "I'll write again by Thursday."

    \b
    Example:
      inbox-bot hold D3
      inbox-bot hold D3 --without-date
    """
    _say(directory, name, review.hold_without_date if without_date else review.hold)


@click.command()
@click.argument("name", type=DRAFT, metavar="DRAFT")
@click.pass_obj
def reject(directory: Path, name: Named) -> None:
    """Reject a draft. The reader is still waiting: answer by hand, hold, or undo.

    \b
    Example:
      inbox-bot reject D3
    """
    _say(directory, name, review.reject)


@click.command()
@click.argument("name", type=DRAFT, metavar="DRAFT")
@click.pass_obj
def undo(directory: Path, name: Named) -> None:
    """Undo your last decision on a draft, as long as it hasn't been sent.

    \b
    Example:
      inbox-bot undo D3
    """

    def change(bot: Bot, draft: Draft) -> Draft:
        return review.undo(bot, draft.id, datetime.now(UTC))

    change_draft(directory, name, change)


@click.command()
@click.argument("name", type=DRAFT, metavar="DRAFT")
@click.option("--sent/--not-sent", "left", required=True, help="Was it sent?")
@click.pass_obj
def uncertain(directory: Path, name: Named, left: bool) -> None:
    """Say whether an uncertain reply was sent. Check your Sent folder, or ask the reader.

    \b
    Example:
      inbox-bot uncertain D3 --sent
    """

    def change(bot: Bot, draft: Draft) -> Draft:
        settle = review.was_sent if left else review.was_not_sent
        return settle(bot, draft.id, datetime.now(UTC))

    change_draft(directory, name, change)


def _say(
    directory: Path,
    name: Named,
    verb: Callable[[Bot, Shown, datetime], Draft],
) -> None:
    """Decide on the current version, as if it had been shown."""
    change_draft(directory, name, lambda bot, draft: verb(bot, shown(draft), datetime.now(UTC)))


def change_draft(directory: Path, name: Named, change: Callable[[Bot, Draft], Draft]) -> None:
    with open_bot(directory) as bot:
        changed = change(bot, draft_named(bot, name))
        click.echo(f"Draft {changed.id}.{changed.version} is {changed.state} ({changed.kind}).")
