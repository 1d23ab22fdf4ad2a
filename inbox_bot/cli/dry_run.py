"""match, read, ask: try the bot on texts and files, without mailbox, password or store."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot.cli.output import (
    Json,
    decision_json,
    decision_lines,
    echo,
    gravest,
    is_personal,
    iso,
    print_json,
)
from inbox_bot.errors import Unreadable, WrongUse
from inbox_bot.faq.decide import MOST_CANDIDATES, offered
from inbox_bot.faq.knowledge import asked
from inbox_bot.letters.contact_forms import Form
from inbox_bot.letters.questions import find_questions, single
from inbox_bot.letters.reading import Sandbox, read as read_letter
from inbox_bot.letters.verdicts import judge, judge_unread
from inbox_bot.model import Decision, KnownPeople, Match, Message, Verdict
from inbox_bot.reports.rehearsal import Rehearsal, rehearse
from inbox_bot.service.knowledge import knowledge_in, stage_in
from inbox_bot.settings import FILE_NAME, load
from inbox_bot.settings.policy import policy_of
from inbox_bot.steps.stored_letters import as_written, header_of

AT_ONCE = 200
_LETTER = click.Path(path_type=Path)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@click.pass_obj
def match(directory: Path, as_json: bool) -> None:
    """Match questions from standard input, one per line, to your answers.

    A line is plain text, or JSON such as {"text": "Does it hurt?"}.

    \b
    Example:
      echo "does trigger point massage hurt?" | inbox-bot match
    """
    knowledge = knowledge_in(directory)
    for line in sys.stdin.buffer:
        text = _text_of(line.decode("utf-8", errors="replace").rstrip("\r\n"))
        named = knowledge.articles_named(text)
        decisions = knowledge.consider_text(text, single(text), named)
        shown = [
            offered(one, knowledge.matcher.rank(asked(one.question), named))[:MOST_CANDIDATES]
            for one in decisions
        ]
        if as_json:
            _print_match(text, decisions, shown)
            continue
        echo(f"{text}\n  -> {gravest(decisions)}")
        for decision, matches in zip(decisions, shown, strict=True):
            echo("\n".join(decision_lines(replace(decision, matches=matches))))


def _print_match(
    text: str, decisions: Sequence[Decision], shown: Sequence[Sequence[Match]]
) -> None:
    both = zip(decisions, shown, strict=True)
    print_json(
        {
            "text": text,
            "decision": gravest(decisions),
            "personal": is_personal(decisions),
            "questions": [decision_json(decision, matches) for decision, matches in both],
        }
    )


def _text_of(line: str) -> str:
    if line.lstrip().startswith("{"):
        try:
            item = json.loads(line)
        except ValueError:
            return line
        if isinstance(item, dict) and isinstance(item.get("text"), str):
            return str(item["text"])
    return line


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option(
    "--files0-from",
    metavar="F",
    help="Read NUL-terminated file names from F, or from standard input if F is -.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@click.pass_obj
def read(directory: Path, files: tuple[str, ...], files0_from: str | None, as_json: bool) -> None:
    """Show how the bot reads letters: sender, text, and whether a reader wrote it.

    Your own addresses and forms are taken from settings.yaml, if there is one.

    \b
    Example:
      inbox-bot read letter.eml
      find mail -name '*.eml' -print0 | inbox-bot read --files0-from - --json
    """
    names = [*files, *_names_from(files0_from)]
    if not names:
        raise WrongUse("Give at least one file, like: inbox-bot read letter.eml")
    own = _own_in(directory)
    with Sandbox() as sandbox:
        for some in _batches(names):
            raws = [_bytes_of(name) for name in some]
            read_now = iter(sandbox.read([raw for raw in raws if isinstance(raw, bytes)]))
            for name, raw in zip(some, raws, strict=True):
                message = next(read_now) if isinstance(raw, bytes) else raw
                error = message if isinstance(message, Unreadable) else None
                if error and isinstance(raw, bytes):
                    (message,) = sandbox.read([header_of(raw)])
                _show_read(_read_json(name, message, error, own), as_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """The author's addresses and contact forms, from her settings."""

    own: frozenset[str] = frozenset()
    forms: tuple[Form, ...] = ()
    authserv_id: str = ""

    def people(self, message: Message) -> KnownPeople:
        """The letter's recipients count as addresses that readers write to."""
        named = (address.email.lower() for address in (*message.to, *message.cc))
        return KnownPeople(own=self.own, readers_to=self.own.union(named))


def _own_in(directory: Path) -> _Own:
    if not (directory / FILE_NAME).exists():
        return _Own()
    chosen = load(directory)
    own = (address.lower() for mailbox in chosen.mailboxes for address in mailbox.addresses)
    policy = policy_of(chosen)
    return _Own(own=frozenset(own), forms=policy.forms, authserv_id=policy.authserv_id)


def _names_from(listing: str | None) -> Iterable[str]:
    if listing is None:
        return ()
    try:
        raw = sys.stdin.buffer.read() if listing == "-" else Path(listing).read_bytes()
    except OSError as error:
        raise WrongUse(f"Can't read {listing}: {error.strerror}") from error
    return [name.decode("utf-8", errors="surrogateescape") for name in raw.split(b"\0") if name]


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), AT_ONCE):
        yield names[start : start + AT_ONCE]


def _bytes_of(name: str) -> bytes | Unreadable:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        return Unreadable(f"{name}: {error.strerror}")


def _show_read(shown: Mapping[str, Json], as_json: bool) -> None:
    if as_json:
        print_json(shown)
        return
    what = Verdict(str(shown["verdict"])).words
    echo(f"{shown['file']}: {what} ({shown['reason'] or shown['error']})")
    echo(f"  from {shown['from']}, {shown['date']}: {shown['subject']}")
    for line in str(shown["text"]).splitlines():
        echo(f"  | {line}")


def _read_json(
    name: str, message: Message | Unreadable, error: Unreadable | None, own: _Own
) -> Mapping[str, Json]:
    """For an unreadable letter, `message` is its header, if that is readable."""
    if isinstance(message, Unreadable):
        message = Message(message_id="", sender=None)
    message = as_written(message, own.forms, own.own, own.authserv_id)
    judgement = judge(message, own.people(message))
    if error:
        judgement = judge_unread(judgement, str(error))
    asked = find_questions(message.text) if judgement.verdict is Verdict.READER else ()
    return {
        "file": name,
        "message_id": message.message_id,
        "from": message.sender.email if message.sender else "",
        "reply_to": message.reply_to.email if message.reply_to else "",
        "subject": message.subject,
        "date": iso(message.date),
        "verdict": str(judgement.verdict),
        "reason": judgement.reason,
        "text": message.text,
        "questions": [question.text for question in asked],
        "error": str(error) if error else None,
    }


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=_LETTER)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@click.pass_obj
def ask(directory: Path, files: tuple[Path, ...], as_json: bool) -> None:
    """Show what the bot would do with these letters, including its drafts. Nothing is saved.

    \b
    Example:
      inbox-bot ask letter.eml
    """
    for file in files:
        if not file.is_file():
            raise WrongUse(
                f"{file}: there's no such file here. In your mail program, save the letter as a "
                ".eml file, and give its path: inbox-bot ask letter.eml"
            )
    stage, now = stage_in(directory), datetime.now(UTC)
    for number, file in enumerate(files):
        try:
            rehearsed = rehearse(stage, read_letter(file.read_bytes()), now)
        except Unreadable as error:
            if not as_json:
                raise
            print_json({"file": str(file), "error": str(error)})
            continue
        if as_json:
            print_json(_ask_json(file, rehearsed))
            continue
        if len(files) > 1:
            echo(f"\n{file}" if number else str(file))
        _show_rehearsal(rehearsed)


def _ask_json(file: Path, rehearsed: Rehearsal) -> Mapping[str, Json]:
    draft = rehearsed.draft
    return {
        "file": str(file),
        "verdict": str(rehearsed.judgement.verdict),
        "reason": rehearsed.judgement.reason,
        "decision": gravest(rehearsed.decisions),
        "owed": rehearsed.owed,
        "personal": is_personal(rehearsed.decisions),
        "entries": list(draft.entries) if draft else [],
        "questions": [decision_json(one) for one in rehearsed.decisions],
        "subject": draft.subject if draft else None,
        "draft": draft.text if draft else None,
    }


def _show_rehearsal(rehearsed: Rehearsal) -> None:
    judgement = rehearsed.judgement
    echo(f"{judgement.verdict.words}: {judgement.reason}")
    for decision in rehearsed.decisions:
        echo("\n".join(decision_lines(decision)))
    if rehearsed.draft:
        echo(f"\nSubject: {rehearsed.draft.subject}\n\n{rehearsed.draft.text}")
