"""Letters that a rule kept out, and their return once the author takes the rule back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, case, func, null, or_, select, true, update

from inbox_bot.model import OutOfScope, Place, Verdict
from inbox_bot.model.records import Unopened
from inbox_bot.store.rows import place_of
from inbox_bot.store.schema import message, place

AGAIN = "look again"
"""Replaces the rule at places to be checked again; it can be no address and no domain."""

SKIPPED = place.c.letter_id.is_(None)
HELD_BACK = select(place).where(SKIPPED, place.c.rule == AGAIN)
BY_RULE = or_(
    message.c.reason.startswith("you said: "), message.c.reason.startswith("you said that ")
)
"""The reasons that the author's rules give begin so."""


def let_in_again(connection: Connection, rule: str) -> None:
    named = rule.lower()
    by_it = or_(place.c.rule == named, place.c.rule.is_(None))
    connection.execute(update(place).where(SKIPPED, by_it).values(rule=AGAIN))
    judged = and_(message.c.verdict == Verdict.PERSONAL, BY_RULE, _wrote(named))
    was_drafted = message.c.considered == true()  # so it was a reader's, and is not judged again
    connection.execute(
        update(message)
        .where(judged)
        .values(
            verdict=case((was_drafted, Verdict.READER), else_=null()),
            reason=case((was_drafted, "a reader after all"), else_=""),
        )
    )


def _wrote(rule: str) -> ColumnElement[bool]:
    columns = (message.c.sender_email, message.c.reader)
    if not rule.startswith("@"):
        return or_(*(column == rule for column in columns))
    ends = (rule, f".{rule[1:]}")
    return or_(*(each.endswith(end, autoescape=True) for each in columns for end in ends))


def held_back(connection: Connection) -> Sequence[Place]:
    return [place_of(row) for row in connection.execute(HELD_BACK)]


def looked_at(connection: Connection, places: Iterable[Place]) -> None:
    for each in places:
        here = and_(
            place.c.mailbox == each.mailbox,
            place.c.folder == each.folder,
            place.c.uidvalidity == each.uidvalidity,
            place.c.uid == each.uid,
        )
        connection.execute(update(place).where(here, place.c.rule == AGAIN).values(rule=""))


def kept_out(connection: Connection) -> Mapping[str, int]:
    hers = place.c.rule.not_in(("", AGAIN, *OutOfScope))
    query = select(place.c.rule, func.count()).where(SKIPPED, hers)
    rows = connection.execute(query.group_by(place.c.rule))
    return {str(rule): many for rule, many in rows}


def unopened(connection: Connection) -> Sequence[Unopened]:
    kept = select(message.c.message_id)
    copies = (
        select(func.min(place.c.rule).label("rule"), func.min(place.c.domain).label("domain"))
        .where(SKIPPED, place.c.message_id.not_in(kept))
        .group_by(place.c.message_id)
        .subquery()
    )
    found: Counter[tuple[OutOfScope, str]] = Counter()
    alike = (copies.c.rule, copies.c.domain)
    for rule, domain, many in connection.execute(select(*alike, func.count()).group_by(*alike)):
        found[_kind(rule), domain or ""] += many
    return [
        Unopened(rule=rule, domain=domain, letters=many)
        for (rule, domain), many in found.most_common()
    ]


def _kind(rule: str | None) -> OutOfScope:
    if rule in (None, "", AGAIN):
        return OutOfScope.NOT_NOTED
    return OutOfScope(rule) if rule in tuple(OutOfScope) else OutOfScope.RULED_OUT
