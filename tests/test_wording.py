"""All that the author or a reader sees reads as an American writes it.

Each `Kind` refuses one way of writing by its pattern, and is tried on sentences that it refuses.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest

from inbox_bot.cli.main import commands
from inbox_bot.drafting import Drafter
from inbox_bot.faq import load as faq_load
from inbox_bot.model import Author
from inbox_bot.reports.notes.illness import fallen_ill, well_again
from inbox_bot.reports.notes.text import DayTold, Digested, Waiting, subject, text, urgent_text
from inbox_bot.reports.replay.pace import pace_of
from inbox_bot.review.queue import Tally
from inbox_bot.review.status import Status
from inbox_bot.steps.health import Health, Illness

TOP = Path(__file__).parents[1]
DOCUMENTS = (
    "README.md",
    "CHANGELOG.md",
    "docs/author.md",
    "docs/engineer.md",
    "docs/host.md",
    "docs/install.md",
    "docs/questions.md",
    "docs/who-sees-what.md",
)
COMMENTED = (
    "settings.yaml",
    "faq/urgent.yaml",
    "faq/personal.yaml",
    "faq/massage-for-sciatica.yaml",
)
SHOWN = ("inbox_bot/settings/providers.toml", "scripts/setup", "scripts/demo", "scripts/venv.sh")
NOT_READ = ("matching", "questions", "migrations")
"""These hold words of letters."""
ABROAD = re.compile(r"\.(?:de|fr|es)\.j2$")
_A_PATTERN = re.compile(r"\(\?|\\[bwdsW]|\[\^|\\\\")
_MARKUP = re.compile(r"<style>.*?</style>|<[^>]+>|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A way of writing that is refused; `better` tells what to write."""

    pattern: str
    refused: tuple[str, ...]
    better: str

    def found_in(self, written: str) -> list[str]:
        found = re.finditer(self.pattern, written)
        return [written[max(0, one.start() - 30) : one.end() + 30] for one in found]


KINDS = (
    Kind(
        pattern=r"\bfor your mail\b|\bmy last mail\b|\brest of your mail\b|\bmails\b",
        refused=("Thanks for your mail.", "As for the rest of your mail, let me look into that"),
        better="email",
    ),
    Kind(pattern=r"(?i)\bs?he or s?he\b", refused=("She or he can tell you",), better="they"),
    Kind(
        pattern=r"\babove all if\b|\bcomes? to the worst\b|\bby chance into\b|\bhad gone by\b"
        r"|\bfor nothing than\b",
        refused=(
            "worth bringing up above all if",
            "hopefully only if it comes to the worst",
            "put by chance into a group",
            "When 10 weeks had gone by",
            "looked at for nothing than to wait",
        ),
        better="the American idiom",
    ),
    Kind(
        pattern=r"\bAnd do \w+ with\b|, please\.",
        refused=("And do check with your doctor before you decide, please.",),
        better="Please first",
    ),
    Kind(
        pattern=r"\bwaits since\b|\bwaits? for (?:you\b|your yes)|\b\d+ (?:\w+ )?waits?\b"
        r"|\b[Ww]ho waits\b|\breaders? waits?\b",
        refused=(
            "waits since Tuesday",
            "1 new drafts wait for you",
            "14 answered by you, 9 wait.",
            "List who waits, and since when.",
        ),
        better="is waiting, has been waiting since",
    ),
    Kind(
        pattern=r"\bno answer that is\b|\bwhat else would\b|\b[Bb]elow it, the\b|\b[Aa]s it will"
        r" arrive\b|\bSomething else$",
        refused=(
            "yours no answer that is sure",
            "Why, and what else would fit",
            "Below it, the letter quoted",
            "Below it: As it will arrive",
            "Something else",
        ),
        better="a label: Quoted letter, Preview, More",
    ),
    Kind(
        pattern=r"(?i)\bout of sight\b|\bname no day\b|\bput(?:s|ting)? (?:it )?off until\b"
        r"|\blets? (?:it|the letter) go\b|\bneeded, because\b",
        refused=(
            "Hold, and name no day",
            "Out of sight until / Put off",
            "No answer is needed, because / Let it go",
            "put it off until a day",
        ),
        better="snooze, without a date, Done",
    ),
    Kind(
        pattern=r"\blook whether\b|\blook(?:s|ed|ing)? into (?:your|INBOX|Sent)\b"
        r"|\b[Ll]ook(?:s|ed|ing)? twice\b|\bonly look(?:ing)? on\b|\bI(?: only)? look on\b"
        r"|\b[Ll]ooks? on and\b",
        refused=(
            "details are taken out; look whether they are",
            "I cannot look into your mailbox",
            "look twice: the name is another address",
            "I only look on.",
            "looks on and keeps a score",
        ),
        better="check, watch",
    ),
    Kind(
        pattern=r"\b[Oo]ther ways to ask\b|\b[Ww]hat no (?:entry|answer)\b|\banswers go to\b",
        refused=(
            "Other ways to ask it, its article, its name",
            "What no entry answers",
            "answers go to X, but Y wrote",
        ),
        better="Other phrasings, Questions without an answer yet, Your reply goes to",
    ),
    Kind(
        pattern=r"\bany more\b|\bin use no\b|\bNot so\b",
        refused=(
            "its answer massage-chair is not in use any more",
            "Not so (404)",
            "Not so? Undo.",
        ),
        better="anymore; say what went wrong",
    ),
    Kind(
        pattern=r"\bbehind this door\b|\bits way in\b|\bin no \w+ that is not\b|\bThe house\b"
        r"|\bor no longer\b|\blooked back upon\b|\bleft of the look\b",
        refused=(
            "behind this door… prints a link that lets you in",
            "your phone has lost its way in",
            "in no network that is not yours alone",
            "The house",
            "Start the bot with your computer, or no longer",
            "The last 90 days, looked back upon",
            "This file is all that is left of the look.",
        ),
        better="no riddles: name the thing",
    ),
    Kind(
        pattern=r"\b(?:stands?|stood) (?:in\b|beside|there|below|above|under\b|at its)"
        r"|\bnever stands?\b|\bfirst stands\b",
        refused=(
            "what stands in braces is filled in",
            "What is wrong stands in settings.yaml",
            "Passwords never stand in this file",
            "Every key stands here, and stands in order",
        ),
        better="is, is stored, is shown",
    ),
    Kind(
        pattern=r"\b(?:lies?|lays?|laid) "
        r"(?:in\b|into\b|beside|there|anew|and sends|nothing|a reply)"
        r"|\b(?:it|which) lies\b|\balso lies?\b|\bshall (?:I|your)\b",
        refused=(
            "In Junk lies in wait what looks like…",
            "Where shall your settings and answers lie?",
            "so this one lays and sends nothing",
            "`inbox-bot init` lays it there; a reply laid beside it",
            "Drafts also lie in your own Drafts folder",
        ),
        better="is in, put, draft",
    ),
    Kind(
        pattern=r"(?<!eave )\bempty to\b|\(empty: |; empty: any|\b(Drafts|Sent) is \1\b|; then: ",
        refused=(
            "URL, empty to try it first",
            "Password of a@b.example (empty: later)",
            "Drafts is Drafts; Sent is Sent",
            "What is wrong stands in…; then: init",
        ),
        better="Enter to …; then run",
    ),
    Kind(
        pattern=r"\b(?:propose|give) (?:a|no) term\b|\bdue later now\b",
        refused=("too few answers to propose a term", "0 promises are due later now"),
        better="deadline; No due dates changed",
    ),
    Kind(
        pattern=rf"\b\d{{1,2}}\.? {_MONTHS}\.? \d{{4}}\b|\b\d{{1,2}}\.\d{{1,2}}\.(?!\d)",
        refused=("Monday, 2 March 2026", "week of 02.03."),
        better="March 2, 2026, by `humanize`",
    ),
    Kind(
        pattern=r"(?<![:\d])(?:1[3-9]|2[0-3]):[0-5]\d(?![:\d])",
        refused=("last looked 14:05, mail OK",),
        better="2:05 PM, by `humanize`",
    ),
    Kind(pattern=r"\d\s%(?!\w)", refused=("98 % sure",), better="98%"),
    Kind(
        pattern=r"(?i)\b(?:neighbour|centre\b|organis|recognis|judgement|colour|favour|behaviour"
        r"|whilst|licence\b|programme\b|cancelled)",
        refused=("my neighbour", "your poison centre", "your organisation's", "no judgement"),
        better="American spelling",
    ),
    Kind(
        pattern=r"\b[Oo]ne JSON object an? \w+|\bone key a\b"
        r"|\b(?:question|object|entry|file|row) an? (?:line|article|letter|rule|check)\b"
        r"|\b[Oo]ne a line\b",
        refused=("One JSON object a line.", "one key a draft", "a question a line", "One a line"),
        better="per, each",
    ),
    Kind(
        pattern=r"\b[Ww]hoever\b|\bwhom\b|\bwhat came of\b|\bwhat is ill\b"
        r"|\bWhat (?:is|has|was)\b[^.?]{3,40} (?:stays|comes|goes|counts)\b",
        refused=(
            "Whoever wrote as a reader is owed",
            "List whom you ruled out",
            "What is in DIR already stays as it is.",
        ),
        better="everyone who, the one that; a noun instead of a what-clause",
    ),
    Kind(
        pattern=r"\bmend(?:s|ed|ing)?\b|\banew\b|\bheed(?:s|ed|ing)?\b|\breckon(?:s|ed)?\b"
        r"|\bovertaken by\b",
        refused=(
            "mend the file and line named",
            "2 drafts were made anew, overtaken by time.",
            "A bot that runs heeds it at once.",
            "replay reckons with whole threads",
        ),
        better="fix, rewrite, pick up, count",
    ),
    Kind(pattern=r"(?i)\blog-ins?\b", refused=("refuses the log-in",), better="login, log in"),
    Kind(
        pattern=r"\bwrite for example\b|\b[Nn]ame (?:a|the|another) (?:new|right|directory)\b",
        refused=("is not a duration; write for example 5m", "name a new file; name a new one"),
        better="try, use, choose",
    ),
    Kind(
        pattern=r"\bnone of (?:its|my|our|the bot's) business\b|\bnone of ours\b"
        r"|\bis unwell\b|\bis ill\b|\btells of\b|\bnobody understands\b|\bsays goodbye to\b",
        refused=(
            "and 3 others that are none of my business",
            "imap.example.com is unwell",
            "mail.example answered what nobody understands",
            "it tells of a loss",
        ),
        better="no personification",
    ),
    Kind(
        pattern=r"\bis no (?:reader|address|day|month|URL|duration|question|backup|FAQ|threshold"
        r"|letter|emergency|list|number)\b",
        refused=("tomorrow is no day", "It is no emergency service."),
        better="is not a",
    ),
    Kind(
        pattern=r"\bcannot be (?:reached|read|written|opened|found|verified)\b"
        r"|\bthere is no (?:entry|letter|draft|article)\b(?! or)",
        refused=("localhost:993 cannot be reached", "there is no entry `x`"),
        better="can't reach, there's no",
    ),
    Kind(
        pattern=r"\bby now:|\bis \{?\w*\}? by now\b|\bjust leaving\b|\bhas left\b(?! the)",
        refused=("Draft 3 is sent by now: nothing was sent.", "until it has left"),
        better="is already, was sent",
    ),
)


# --- what is read ----------------------------------------------------------------------------


def _helps() -> Iterator[tuple[str, str]]:
    yield from _help_of(commands, click.Context(commands, info_name="inbox-bot"))


def _help_of(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    yield f"{context.command_path} --help", " ".join(command.get_help(context).split())
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _help_of(found, click.Context(found, info_name=name, parent=context))


def _literals(path: Path) -> Iterator[tuple[str, str]]:
    """The strings of a module but docstrings and regular expressions; values are "{}"."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        if isinstance(node, ast.JoinedStr) and id(node) not in skipped:
            skipped |= {id(one) for one in ast.walk(node)}
            parts = (one.value if isinstance(one, ast.Constant) else "{}" for one in node.values)
            yield from _sentence(path, node.lineno, "".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and id(node) not in skipped:
            yield from _sentence(path, node.lineno, node.value)


def _sentence(path: Path, line: int, said: object) -> Iterator[tuple[str, str]]:
    if isinstance(said, str) and " " in said.strip() and not _A_PATTERN.search(said):
        yield f"{path.relative_to(TOP)}:{line}", said


def _modules() -> Iterator[tuple[str, str]]:
    for path in sorted((TOP / "inbox_bot").rglob("*.py")):
        if not set(path.relative_to(TOP).parts) & set(NOT_READ):
            yield from _literals(path)


def _files() -> Iterator[tuple[str, str]]:
    for name in (*DOCUMENTS, *SHOWN):
        yield name, " ".join((TOP / name).read_text(encoding="utf-8").split())
    for name in COMMENTED:
        lines = (TOP / name).read_text(encoding="utf-8").splitlines()
        comments = (re.sub(r"^.*?#", "", line) for line in lines if re.search(r"(?:^|\s)#", line))
        yield name, " ".join(" ".join(comments).split())
    for path in sorted((TOP / "templates/replies").glob("*.j2")):
        if not ABROAD.search(path.name):
            yield f"templates/replies/{path.name}", path.read_text(encoding="utf-8")
    page = (TOP / "templates/reports/replay.html").read_text(encoding="utf-8")
    yield "templates/reports/replay.html", " ".join(_MARKUP.sub(" ", page).split())
    for path in sorted((TOP / "templates/web").glob("*.html")):
        shown = _MARKUP.sub(" ", path.read_text(encoding="utf-8"))
        yield f"templates/web/{path.name}", " ".join(shown.split())
    for entry in faq_load.load(TOP / "faq").entries:
        yield f"the answer {entry.id}", " ".join(entry.answer.split())


AT = datetime(2026, 3, 3, 19, 5, tzinfo=UTC)
NEW_YORK = Author(name="Steve", signature="Steve", timezone="America/New_York")


def _rendered() -> Iterator[tuple[str, str]]:
    drafter = Drafter.load(TOP / "templates/replies")
    for name in ("answer", "partial", "blank", "holding", "correction", "urgent"):
        yield f"a letter from {name}.j2", drafter.sample(f"{name}.j2")
    ann = Waiting(
        letter_id=7,
        reader="Ann",
        question="Does it hurt?",
        since=date(2026, 3, 1),
        subject="Re: A question",
        draft="D3",
        reply="Hi Ann,\n\nIt can.",
        in_drafts=True,
    )
    needy = replace(ann, urgent=True, unedited=True, reply="")
    told = (DayTold(day=date(2026, 3, 2), reader="Ann"),)
    for number in range(3):
        waiting = (*(ann,) * number, *(needy,) * max(0, number - 1))
        view = Digested(today=AT.date(), waiting=waiting, told=told, answered=number)
        yield f"a note on {number}", f"{subject(view)}\n{text(view)}"
        away = Digested(today=AT.date(), waiting=(replace(ann, owed=False),) * number, elsewhere=1)
        yield f"a note on {number} corrections", f"{subject(away)}\n{text(away)}"
    yield "an urgent note", urgent_text([ann], "") + urgent_text([ann] * 2, "")
    illness = Illness(since=AT, missed=3, what="can't reach imap.example.com:993", over=AT)
    zone = ZoneInfo("America/New_York")
    yield "a note on trouble", fallen_ill(illness, zone, "en_US")
    yield "a note on its end", well_again(illness, zone, "en_US")
    for count in range(8):
        yield f"a pace of {count}", pace_of([timedelta(days=2)] * count).sentence()
    for count in range(3):
        state = Status(
            tally=Tally(urgent=count, ready=count, need_you=count),
            waiting=2 * count,
            approved=count,
            uncertain=count,
            paused=True,
            looked=AT,
            health=Health(since=AT, why="can't reach imap.example.com:993"),
        )
        yield f"a status of {count}", state.sentence(NEW_YORK)


@cache
def everything() -> tuple[tuple[str, str], ...]:
    return (*_helps(), *_modules(), *_files(), *_rendered())


# --- the sentences ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.refused[0])
def test_no_sentence_is_of_a_refused_kind(kind: Kind) -> None:
    found = {where: hits for where, said in everything() if (hits := kind.found_in(said))}
    assert not found, f"write: {kind.better}"


@pytest.mark.parametrize(
    ("kind", "said"), [(kind, said) for kind in KINDS for said in kind.refused]
)
def test_each_kind_refuses_what_it_was_made_for(kind: Kind, said: str) -> None:
    assert kind.found_in(said)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("inbox-bot approve --help", "Approve a draft."),
        ("inbox-bot faq draw --help", "Split articles"),
        ("templates/replies/opening.j2", "Thanks for your email."),
        ("docs/author.md", "Nothing is ever sent without your approval."),
        ("settings.yaml", "Passwords are never stored in this file"),
        ("templates/web/others.html", "You don’t owe these a reply"),
        ("the answer see-a-doctor-first", "They can tell you"),
        ("a note on 1", "1 reader is waiting, 1 reply is ready"),
        ("a note on trouble", "since Tue, Mar 3, 2026 at 2:05 PM"),
        ("a status of 1", "last checked Mar 3 at 2:05 PM"),
    ],
)
def test_what_is_seen_is_read(where: str, said: str) -> None:
    assert any(said in text for place, text in everything() if place == where)


def test_the_errors_of_every_layer_are_read() -> None:
    layers = {Path(where).parts[1] for where, _ in everything() if where.startswith("inbox_bot/")}
    folders = {path.name for path in (TOP / "inbox_bot").iterdir() if path.is_dir()}
    assert folders - layers <= {"__pycache__"}
