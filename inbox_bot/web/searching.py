"""Lists of letters: search results, and letters that are not readers'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox_bot.humanize import counted
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Listed
from inbox_bot.reports.report import not_opened
from inbox_bot.web import phrases
from inbox_bot.web.page import Page

A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedView:
    letter_id: int
    who: str
    subject: str
    verdict: str
    reason: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A rule of the author's (an address or "@domain") with the count of letters kept out."""

    rule: str
    kept_out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchView:
    wanted: str
    letters: tuple[ListedView, ...]
    is_cut: bool
    rules: tuple[RuleView, ...] = ()
    not_opened: str = ""


def found(tx: Transaction, page: Page, wanted: str, now: datetime) -> SearchView:
    """The newest letters and threads that contain all these words."""
    letters = tx.messages.search(wanted, A_PAGE + 1) if wanted else ()
    return SearchView(
        wanted=wanted,
        letters=_listed(letters[:A_PAGE], page, now),
        is_cut=len(letters) > A_PAGE,
    )


def others_view(tx: Transaction, page: Page, now: datetime) -> SearchView:
    letters = tx.messages.others(A_PAGE + 1)
    kept_out = tx.messages.kept_out()
    rules = sorted(tx.people.never())
    return SearchView(
        wanted="",
        letters=_listed(letters[:A_PAGE], page, now),
        is_cut=len(letters) > A_PAGE,
        not_opened=not_opened.sentence(tx.messages.unopened()),
        rules=tuple(
            RuleView(rule=one, kept_out=counted(kept_out.get(one, 0), "letter")) for one in rules
        ),
    )


def _listed(letters: Sequence[Listed], page: Page, now: datetime) -> tuple[ListedView, ...]:
    return tuple(
        ListedView(
            letter_id=one.letter_id,
            who=phrases.short((one.sender.name or one.sender.email) if one.sender else "?", 60),
            subject=phrases.short(one.subject, 120) or "(no subject)",
            verdict=phrases.VERDICTS[one.verdict],
            reason=one.reason,
            when=phrases.since(one.arrived, now, page.zone, page.locale),
        )
        for one in letters
    )
