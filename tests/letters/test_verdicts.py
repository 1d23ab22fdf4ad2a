"""The table in verdicts.txt, and rules that hold for all of its rows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from inbox_bot.letters.verdicts import is_automatic, judge, judge_header, scope
from inbox_bot.model import Address, Attachment, KnownPeople, Message, Verdict

OUTSIDE = (Verdict.OWN, Verdict.PERSONAL)
OPEN = (Verdict.READER, Verdict.BOUNCE, Verdict.COURTESY, Verdict.PITCH)

PRIVATE = "private: "  # rows that only the whole letter tells, not its header alone

PEOPLE = KnownPeople(
    own=frozenset({"steve@example.com", "s.smith@example.com"}),
    never=frozenset({"pest@example.net", "@spam.example"}),
    known=frozenset({"sister@example.org"}),
    begun=frozenset({"begun@example.com"}),
)
ASKS = "Hi Steve,\n\ndoes massage help with sciatica?\n\nJane"
AWAY = "I am out of the office until 5 May and will answer upon my return."
FAILED = "Your message could not be delivered.\n<bob@example.net>: 550 5.1.1 user unknown"

TEXTS = {"ASKS": ASKS, "AWAY": AWAY, "FAILED": FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    name: str
    verdict: Verdict
    fields: str
    text: str


def rows() -> Iterator[Row]:
    table = Path(__file__).with_name("verdicts.txt").read_text(encoding="utf-8")
    for block in table.split("\n\n"):
        head, *lines = [line for line in block.splitlines() if not line.startswith("#")] or [""]
        if head:
            verdict, _, name = head.partition(": ")
            told = [line.strip() for line in lines]
            text = "\n".join(line[1:].removeprefix(" ") for line in told if line.startswith(">"))
            fields = "\n".join(line for line in told if not line.startswith(">"))
            text = TEXTS.get(text, text)
            yield Row(name=name, verdict=Verdict(verdict), fields=fields, text=text)


ROWS = [pytest.param(row, id=row.name) for row in rows()]


def letter(fields: str, text: str = ASKS) -> Message:
    """A message with these header fields, as reading would give it."""
    unfolded = fields.replace("\n ", " ").splitlines()
    found = [
        (name.lower(), value.strip()) for name, _, value in (f.partition(":") for f in unfolded)
    ]
    first = dict(reversed(found))
    return Message(
        message_id="1@example.org",
        sender=_address(first.get("from", "Jane Doe <jane@example.org>")),
        reply_to=_address(first.get("reply-to", "")),
        to=_addresses(first.get("to", "steve@example.com")),
        cc=_addresses(first.get("cc", "")),
        subject=first.get("subject", "Your article"),
        in_reply_to=first.get("in-reply-to", "").strip("<>"),
        references=tuple(one.strip("<>") for one in first.get("references", "").split()),
        headers=tuple(found),
        text=text,
        report=first.get("report", ""),
        attachments=tuple(
            Attachment(name="", content_type=part, size=1)
            for part in first.get("parts", "").split()
        ),
    )


def _address(value: str) -> Address | None:
    name, _, email = value.rpartition("<")
    email = email.strip("<> ")
    return Address(email=email, name=name.strip()) if email else None


def _addresses(value: str) -> tuple[Address, ...]:
    address = _address(value)
    return (address,) if address else ()


@pytest.mark.parametrize("row", ROWS)
def test_every_row_of_the_table_has_its_verdict(row: Row) -> None:
    judgement = judge(letter(row.fields, row.text), PEOPLE)
    assert judgement.verdict is row.verdict, judgement.reason
    assert judgement.reason


def test_the_table_has_a_row_for_every_rule_and_trap() -> None:
    table = list(rows())
    assert len({row.name for row in table}) == len(table) >= 80
    assert {row.verdict for row in table} == set(Verdict) - {Verdict.UNREADABLE, Verdict.OLD}


@pytest.mark.parametrize("row", ROWS)
def test_without_a_circle_the_letter_alone_decides(row: Row) -> None:
    alone = judge(letter(row.fields, row.text), KnownPeople()).verdict
    assert alone is row.verdict or row.verdict in OUTSIDE


@pytest.mark.parametrize("row", ROWS)
def test_scope_agrees_with_the_verdict(row: Row) -> None:
    outside = scope(letter(row.fields, ""), PEOPLE)
    if row.name.startswith(PRIVATE):
        assert outside is None
    elif row.verdict in OUTSIDE:
        assert outside is not None
        assert outside.verdict is row.verdict
    elif row.verdict in OPEN:
        assert outside is None


@pytest.mark.parametrize("row", ROWS)
def test_what_the_header_settles_no_text_would_have_changed(row: Row) -> None:
    header = letter(row.fields, "")
    if header.attachments:  # the header of such a letter tells that parts hang on it
        header = replace(header, headers=(*header.headers, ("content-type", "multipart/mixed")))
    settled = judge_header(header, PEOPLE).settled
    assert settled is None or settled.verdict is row.verdict


def test_lists_and_machines_are_settled_by_the_header_alone() -> None:
    for field in ("List-Id: <news.example.org>", "Precedence: bulk", "Auto-Submitted: generated"):
        assert judge_header(letter(f"From: shop@example.org\n{field}", ""), PEOPLE).settled
    for field in ("Subject: Your article", "Content-Type: multipart/report\nPrecedence: bulk"):
        assert not judge_header(letter(field, ""), PEOPLE).settled


def test_readers_may_have_an_address_of_their_own() -> None:
    people = KnownPeople(own=PEOPLE.own, readers_to=frozenset({"s.smith@example.com"}))
    judgement = scope(letter("To: steve@example.com\nDelivered-To: steve@example.com"), people)
    assert judgement is not None
    assert judgement.verdict is Verdict.PERSONAL
    assert scope(letter("To: s.smith@example.com"), people) is None


def test_an_out_of_office_reply_in_sent_is_automatic() -> None:
    assert is_automatic(letter("From: steve@example.com\nAuto-Submitted: auto-replied", AWAY))
    assert is_automatic(letter("Subject: Automatic reply: Your article", AWAY))
    assert not is_automatic(letter("From: steve@example.com", "Yes, it does."))


def test_a_hostile_header_is_judged_in_bounds() -> None:
    hostile = letter("Auto-Submitted: " + "(" * 200_000, "thanks " * 200_000)
    assert judge(hostile, PEOPLE).verdict in (Verdict.AUTOMATIC, Verdict.READER)
