"""drafts, show, approve, edit, hold, reject, undo, uncertain: list and decide on drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot import review
from inbox_bot.bot import Bot
from inbox_bot.cli.output import Json, decision_json, decision_lines, echo, iso, print_json
from inbox_bot.cli.tables import print_queue
from inbox_bot.drafting.mime import shown_hash
from inbox_bot.errors import Conflict, WrongUse
from inbox_bot.humanize import counted
from inbox_bot.model import Draft
from inbox_bot.promises.calendar import local_day
from inbox_bot.review import Shown, shown
from inbox_bot.review.queue import Row, rows
from inbox_bot.review.warnings import warnings_of
from inbox_bot.service.wiring import open_bot


class DraftName(click.ParamType[tuple[int, int | None]]):
    """`12` is draft 12 as it is now, `12.3` its third version."""

    name = "ID[.VERSION]"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[int, int | None]:
        number, dot, version = str(value).partition(".")
        if not number.isdecimal() or (dot and not version.isdecimal()):
            self.fail(f"{value!r} is not a draft; use a number like 12 or 12.3", param, ctx)
        return int(number), int(version) if dot else None


NAME = DraftName()


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
        "answer": row.answer,
        "entries": list(draft.entries),
        "since": iso(row.since),
        "reason": draft.reason,
    }


@click.command()
@click.argument("name", type=NAME, metavar="ID[.VERSION]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def show(directory: Path, name: tuple[int, int | None], as_json: bool) -> None:
    """Show a letter, how the bot read it, and the reply as it would be sent.

    \b
    Example:
      inbox-bot show 3
    """
    with open_bot(directory) as bot:
        draft = draft_named(bot, name)
        cautions = warnings_of(bot, draft.id, datetime.now(UTC))
        if as_json:
            print_json({**_draft_json(draft), "warnings": list(cautions)})
        else:
            _print_draft(draft)
            echo("".join(f"! {caution}\n" for caution in cautions))


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
    echo(f"Draft {draft.id}.{draft.version}, {draft.kind}, {draft.state}")
    if draft.reason:
        echo(f"  {draft.reason}")
    for decision in draft.decisions:
        echo("\n".join(decision_lines(decision)))
    to = ", ".join(f"{one.name} <{one.email}>".strip() for one in draft.to)
    echo(f"\nFrom: {draft.sender.email}\nTo: {to}\nSubject: {draft.subject}\n")
    echo(draft.text)
    echo(draft.quoted)


@click.command()
@click.argument("name", type=NAME, metavar="ID[.VERSION]")
@click.pass_obj
def approve(directory: Path, name: tuple[int, int | None]) -> None:
    """Approve a draft. It goes out after the undo window, when the bot runs or sends.

    With ID.VERSION it is approved right away; with just an ID you see it first.

    \b
    Example:
      inbox-bot approve 3.1
    """
    with open_bot(directory) as bot:
        draft = draft_named(bot, name)
        if name[1] is None:
            _print_draft(draft)
            click.confirm("Send exactly this?", abort=True)
        approved = review.approve(bot, review.shown(draft), datetime.now(UTC))
        seconds = int(bot.policy.undo.total_seconds())
        said = f"Draft {approved.id}.{approved.version} is approved."
        until_then = (
            f"It goes out in {counted(seconds, 'second')}. To stop it: inbox-bot undo {approved.id}"
        )
        click.echo(
            f"{said} {until_then if seconds else 'It goes out the next time the bot sends.'}"
        )


@click.command()
@click.argument("name", type=NAME, metavar="ID[.VERSION]")
@click.option("--text", "new_text", help="The new text. Without it, your $EDITOR opens.")
@click.pass_obj
def edit(directory: Path, name: tuple[int, int | None], new_text: str | None) -> None:
    """Edit a draft in your editor. That makes a new version, which waits for your approval.

    \b
    Example:
      inbox-bot edit 3
    """

    def change(bot: Bot, draft: Draft) -> Draft:
        written = new_text if new_text is not None else click.edit(draft.text, extension=".txt")
        if written is None or written.strip() == draft.text.strip():
            raise Conflict(f"Draft {draft.id} was not changed.")
        return review.edit(bot, review.shown(draft), written, datetime.now(UTC))

    _change(directory, name, change)


@click.command()
@click.argument("name", type=NAME, metavar="ID[.VERSION]")
@click.pass_obj
def hold(directory: Path, name: tuple[int, int | None]) -> None:
    """Replace a draft with a holding reply: "I'll write again by Thursday."

    \b
    Example:
      inbox-bot hold 3
    """
    _say(directory, name, review.hold)


@click.command()
@click.argument("name", type=NAME, metavar="ID[.VERSION]")
@click.pass_obj
def reject(directory: Path, name: tuple[int, int | None]) -> None:
    """Reject a draft. The reader is still waiting: answer by hand, or undo.

    \b
    Example:
      inbox-bot reject 3
    """
    _say(directory, name, review.reject)


@click.command()
@click.argument("name", type=NAME, metavar="ID")
@click.pass_obj
def undo(directory: Path, name: tuple[int, int | None]) -> None:
    """Undo your last decision on a draft, as long as it hasn't been sent.

    \b
    Example:
      inbox-bot undo 3
    """

    def change(bot: Bot, draft: Draft) -> Draft:
        return review.undo(bot, draft.id, datetime.now(UTC))

    _change(directory, name, change)


@click.command()
@click.argument("name", type=NAME, metavar="ID")
@click.option("--sent/--not-sent", "left", required=True, help="Was it sent?")
@click.pass_obj
def uncertain(directory: Path, name: tuple[int, int | None], left: bool) -> None:
    """Say whether an uncertain reply was sent. Check your Sent folder, or ask the reader.

    \b
    Example:
      inbox-bot uncertain 3 --sent
    """

    def change(bot: Bot, draft: Draft) -> Draft:
        settle = review.was_sent if left else review.was_not_sent
        return settle(bot, draft.id, datetime.now(UTC))

    _change(directory, name, change)


def _say(
    directory: Path,
    name: tuple[int, int | None],
    verb: Callable[[Bot, Shown, datetime], Draft],
) -> None:
    """Decide on the current version, as if it had been shown."""
    _change(directory, name, lambda bot, draft: verb(bot, shown(draft), datetime.now(UTC)))


def _change(
    directory: Path, name: tuple[int, int | None], change: Callable[[Bot, Draft], Draft]
) -> None:
    with open_bot(directory) as bot:
        changed = change(bot, draft_named(bot, name))
        click.echo(f"Draft {changed.id}.{changed.version} is {changed.state} ({changed.kind}).")


def draft_named(bot: Bot, name: tuple[int, int | None]) -> Draft:
    if name[0] == 0:
        raise WrongUse("Draft numbers start at 1; `inbox-bot drafts` lists them.")
    with bot.store.reading() as tx:
        return tx.drafts.get(*name)
