"""How drafts and letters are named in the terminal: `D7` or `7.1` is a draft, `L12` a letter.

A bare number means what the command is about. Each command that takes one takes the other, too:
a draft answers one letter, and a letter has a newest draft.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import click

from inbox_bot.bot import Bot
from inbox_bot.errors import NotFound, WrongUse
from inbox_bot.model import Draft
from inbox_bot.model.names import letter_name
from inbox_bot.model.ports import Transaction

STORE_HELP = "Keep letters in PostgreSQL: postgresql://USER@HOST/NAME, without the password."
"""Of the option `--store`."""

_NAME = re.compile(r"(?P<sign>[dl]?)(?P<number>\d{1,12})(?:\.(?P<version>\d{1,9}))?", re.ASCII)


class Thing(StrEnum):
    DRAFT = "draft"
    LETTER = "letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """`version` is None for a letter, and for a draft as it is now."""

    thing: Thing
    number: int
    version: int | None = None


class Name(click.ParamType[Named]):
    """`bare` is what a number without a sign means."""

    def __init__(self, bare: Thing) -> None:
        self.bare = bare
        self.name = "D7|L12"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Named:
        named = value if isinstance(value, Named) else name_in(str(value), self)
        if named is None:
            what = f"{value!r} is not a draft or letter; use a name like D7, 7.1, or L12"
            self.fail(what, param, ctx)
        return named


def name_in(text: str, kind: Name) -> Named | None:
    """What the text names, if it is a name."""
    found = _NAME.fullmatch(text.strip().lower())
    if found is None or (found["sign"] == "l" and found["version"]):
        return None
    version = int(found["version"]) if found["version"] else None
    signs = {"d": Thing.DRAFT, "l": Thing.LETTER, "": Thing.DRAFT if version else kind.bare}
    return Named(thing=signs[found["sign"]], number=int(found["number"]), version=version)


DRAFT = Name(Thing.DRAFT)
LETTER = Name(Thing.LETTER)


def draft_named(bot: Bot, name: Named) -> Draft:
    """That draft, or the newest one for that letter; NotFound."""
    if name.number == 0:
        raise WrongUse("Draft and letter numbers start at 1; `inbox-bot drafts` lists them.")
    with bot.store.reading() as tx:
        if name.thing is Thing.DRAFT:
            return tx.drafts.get(name.number, name.version)
        drafts = tx.drafts.for_thread(tx.messages.get(name.number).thread)
    if not drafts:
        raise NotFound(f"Letter {letter_id(name.number)} has no draft.")
    return drafts[-1]


def letter_named(tx: Transaction, name: Named) -> int:
    """The id of that letter, or of the one which that draft answers; NotFound for no such draft."""
    if name.thing is Thing.LETTER:
        return name.number
    return tx.drafts.get(name.number, name.version).letter_id


def letter_id(number: int) -> str:
    """ "L12", as every list prints it and every command takes it."""
    return letter_name(number)
