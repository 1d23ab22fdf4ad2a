"""View of the settings: what can be changed on the page, and what only the file can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from inbox_bot import settings, yaml_files
from inbox_bot.bot import Digest
from inbox_bot.humanize import language_name
from inbox_bot.model.ports import Transaction
from inbox_bot.settings import Settings
from inbox_bot.settings.policy import trusted_server
from inbox_bot.settings.problems import Problem
from inbox_bot.steps.send import PAUSED
from inbox_bot.web.days import example_of, told_period
from inbox_bot.web.page import Page
from inbox_bot.yaml_files import Location

MINUTE = timedelta(minutes=1)
AWAY = "away"
DIGESTS = {
    Digest.DAILY: "Every day",
    Digest.LETTER_DAYS: "On the days you write letters",
    Digest.WEEKLY: "Once a week",
    Digest.OFF: "Never",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField:
    """One value of the form; `rows` above 1 makes it an area, `is_choice` a box to tick."""

    name: str
    where: Location
    label: str
    hint: str = ""
    rows: int = 1
    is_choice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListField:
    """A list to which the author adds one item at a time. `fixed` of its first ones stay."""

    name: str
    where: Location
    label: str
    hint: str
    example: str
    fixed: int = 0


FIELDS = (
    TextField(
        name="promise",
        where=("promise", "text"),
        label="What your article promises",
        hint="Used for articles that don’t have their own promise.",
        rows=2,
    ),
    TextField(
        name="within",
        where=("promise", "within"),
        label="You answer within",
        hint="For example, 1 week, 3 days, or 12 hours.",
    ),
    TextField(
        name="name_a_date",
        where=("promise", "name_a_date"),
        label="Give a date in holding replies (“I’ll write again by Thursday”)",
        is_choice=True,
    ),
    TextField(
        name="letter_time",
        where=("promise", "letter_time"),
        label="When you write letters",
        hint="For example, “Tuesday evening, Saturday 9:00-12:30”. Leave empty for any day.",
    ),
    TextField(name="digest", where=("digest",), label="Send yourself a note about who is waiting"),
    TextField(
        name="retention",
        where=("retention",),
        label="Keep answered letters for",
        hint="For example, 2 years (10 at most). Leave empty to keep them forever.",
    ),
)
LISTS = (
    ListField(
        name=AWAY,
        where=("away",),
        label="Away",
        hint="Due dates move to after you’re back. Dates you gave readers stay the same.",
        example="",  # in the shape of her locale
    ),
    ListField(
        name="to",
        where=("readers", "to"),
        label="Addresses readers write to",
        hint="Leave empty for any of yours.",
        example="letters@example.com",
    ),
    ListField(
        name="forms",
        where=("forms",),
        label="Where contact forms and comment notices come from",
        hint="An address, or a whole domain like @example.org.",
        example="wordpress@example.com",
    ),
    ListField(
        name="never",
        where=("readers", "never"),
        label="Never a reader",
        hint="Their new letters aren’t fetched. An address, or a whole domain like @example.org.",
        example="@example.org",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A field with its value, and what is wrong with what was typed."""

    field: TextField
    value: str
    problem: str = ""

    @property
    def is_on(self) -> bool:
        return self.value.lower() in ("yes", "true", "on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`value` is the file's own text, `told` how the page shows it."""

    value: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledList:
    field: ListField
    items: tuple[Item, ...]
    typed: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What the author typed before the page is shown again: `list_name` is the list she adds to."""

    values: Mapping[str, str] = field(default_factory=dict)
    list_name: str = ""
    item: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsView:
    fields: tuple[Filled, ...]
    lists: tuple[FilledList, ...]
    rules: tuple[str, ...]
    shown: tuple[tuple[str, str], ...]
    is_paused: bool
    digests: Mapping[str, str]


def lists_of(chosen: Settings) -> tuple[ListField, ...]:
    """Those that each directory has, and one for the addresses of each mailbox."""
    own = tuple(
        ListField(
            name=f"own-{number}",
            where=("mailboxes", number, "addresses"),
            label=_own_addresses(mailbox.addresses[0], len(chosen.mailboxes)),
            hint="The first one is the mailbox’s main address. Restart the bot after a change.",
            example="me@example.com",
            fixed=1,
        )
        for number, mailbox in enumerate(chosen.mailboxes)
    )
    return (*LISTS, *own)


def _own_addresses(main: str, mailboxes: int) -> str:
    return "Your own addresses" if mailboxes == 1 else f"Your addresses in the mailbox {main}"


def settings_view(tx: Transaction, page: Page, directory: Path, typed: Typed) -> SettingsView:
    """SettingsError where the file holds a mistake."""
    chosen = settings.load(directory)
    tree: Any = yaml_files.read(directory / settings.FILE_NAME)
    return SettingsView(
        fields=tuple(_filled(one, tree, chosen, typed) for one in FIELDS),
        lists=tuple(_filled_list(one, tree, typed, page.locale) for one in lists_of(chosen)),
        rules=tuple(sorted(tx.people.never())),
        shown=_only_shown(chosen, page, directory),
        is_paused=bool(PAUSED.of(tx)),
        digests={str(key): label for key, label in DIGESTS.items()},
    )


def value_at(tree: object, where: Sequence[int | str]) -> object:
    """The file's own value; None where it has none."""
    for step in where:
        try:
            tree = tree[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return None
    return tree


def items_at(tree: object, where: Sequence[int | str]) -> tuple[str, ...]:
    found = value_at(tree, where)
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _filled(one: TextField, tree: object, chosen: Settings, typed: Typed) -> Filled:
    found = value_at(tree, one.where)
    value = _default(one, chosen) if found is None else str(found)
    return Filled(
        field=one,
        value=typed.values.get(one.name, value),
        problem=_problem(one.where, typed),
    )


def _default(one: TextField, chosen: Settings) -> str:
    """What counts where the file does not say."""
    if one.name == "within":
        return f"{chosen.promise.within.days} days"
    told: object = chosen
    for step in one.where:
        told = getattr(told, str(step))
    return "" if told is None else str(told)


def _filled_list(one: ListField, tree: object, typed: Typed, locale: str) -> FilledList:
    is_typed, are_days = typed.list_name == one.name, one.name == AWAY
    items = items_at(tree, one.where)
    return FilledList(
        field=replace(one, example=example_of(locale)) if are_days else one,
        items=tuple(
            Item(value=item, told=told_period(item, locale) if are_days else item) for item in items
        ),
        typed=typed.item if is_typed else "",
        problem=_problem(one.where, typed) if is_typed else "",
    )


def _problem(where: Location, typed: Typed) -> str:
    found = [one.text for one in typed.problems if one.where[: len(where)] == where]
    return "; ".join(found)


def _only_shown(chosen: Settings, page: Page, directory: Path) -> tuple[tuple[str, str], ...]:
    languages = ", ".join(sorted(map(language_name, page.bot.knowledge().faq.languages)))
    return (
        ("Your files", str(directory.resolve())),
        ("Folders I read", ", ".join(chosen.readers.folders)),
        ("Drafts folder", chosen.drafts.folder or "set by your mail server"),
        ("Sent folder", chosen.sent.folder or "set by your mail server"),
        ("Time zone", chosen.author.timezone),
        ("Language of your answers", languages),
        ("Mail server I trust to check senders", trusted_server(chosen) or "none yet"),
        ("Mail is checked every", _minutes(chosen.poll.every)),
    )


def _minutes(every: timedelta) -> str:
    return "minute" if every < 2 * MINUTE else f"{every // MINUTE} minutes"
