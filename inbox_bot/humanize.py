"""Wording of days, times and counts, in the forms of a locale (CLDR, by Babel)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError, dates, localedata, numbers, units

AMERICAN = "en_US"
_WORLD = "en_001"  # English where CLDR has no form of the country's own


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 reader is", "4,312 letters"; `many` is an irregular plural."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def shortened(text: str, length: int) -> str:
    """The text on one line, cut with "…" at so many characters."""
    flat = " ".join(text[: 4 * length].split())
    return flat if len(flat) <= length else f"{flat[: length - 1].rstrip()}…"


def is_locale(name: str) -> bool:
    """Whether CLDR has it: `en_US`, `de_CH`."""
    return _parsed(name) is not None


def english_in(country: str) -> str:
    """The English of a country, by its ISO 3166-1 code; American without one."""
    if not country:
        return AMERICAN
    name = f"en_{country.upper()}"
    return name if is_locale(name) else _WORLD


def language_name(code: str) -> str:
    """ "German" for "de"; the code itself where CLDR has none."""
    found = _parsed(code)
    return (found.get_language_name("en") if found else None) or code


def by(day: date, today: date, locale: str, language: str = "en") -> str:
    """ "later today", "by tomorrow", "by Thursday", "by Thursday, March 12"; in German "bis
    Donnerstag".

    A weekday stands alone only if unambiguous.
    """
    words, form = _WORDS[language], _form(locale, language)
    ahead = (day - today).days
    if ahead in (0, 1):
        return words.tomorrow if ahead else words.today
    weekday = dates.format_date(day, "EEEE", locale=form)
    if abs(ahead) < 7:
        return f"{words.by} {weekday}"
    named = dates.format_skeleton("MMMMd", day, locale=form)
    return f"{words.by} {words.date.format(weekday=weekday, day=named)}"


def told(day: date, today: date, locale: str, language: str = "en") -> str:
    """As `by`, for a day that was named earlier: "today" instead of "later today"."""
    if day == today and language == "en":
        return "today"
    return by(day, today, locale, language)


def full(day: date, locale: str = AMERICAN) -> str:
    """ "Tuesday, March 3, 2026", in English."""
    return dates.format_date(day, "full", locale=_form(locale, "en"))


def short(day: date, locale: str = AMERICAN) -> str:
    """ "Mar 3", in English."""
    return dates.format_skeleton("MMMd", day, locale=_form(locale, "en"))


def dated(day: date, locale: str = AMERICAN) -> str:
    """ "Mar 3, 2026", in English."""
    return dates.format_skeleton("yMMMd", day, locale=_form(locale, "en"))


def numeric(day: date, locale: str = AMERICAN) -> str:
    """ "3/14/2026", as one types it."""
    return dates.format_skeleton("yMd", day, locale=_form(locale, "en"))


def read_day(typed: str, locale: str = AMERICAN) -> date:
    """Reads `numeric`, or "2026-03-14". ValueError for anything else."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        if not re.fullmatch(r"\d{1,4}(?:[./-] ?\d{1,4}){2}\.?", typed):
            raise
        return dates.parse_date(typed, locale=_form(locale, "en"))


def month_and_day(day: date, locale: str = AMERICAN) -> str:
    """ "March 3", in English."""
    return dates.format_skeleton("MMMMd", day, locale=_form(locale, "en"))


def month(day: date, locale: str = AMERICAN) -> str:
    """ "March", in English."""
    return dates.format_date(day, "MMMM", locale=_form(locale, "en"))


def month_and_year(day: date, locale: str = AMERICAN) -> str:
    """ "Mar 2026", in English."""
    return dates.format_skeleton("yMMM", day, locale=_form(locale, "en"))


def number(many: int, locale: str = AMERICAN) -> str:
    """ "4,312", in the forms of the locale's English."""
    return numbers.format_decimal(many, locale=_form(locale, "en"))


def month_short(day: date, locale: str = AMERICAN) -> str:
    """ "Mar", in English."""
    return dates.format_date(day, "MMM", locale=_form(locale, "en"))


def duration(hours: int, locale: str = AMERICAN, *, narrow: bool = False) -> str:
    """ "5 hours", "2 days", in English; narrow "5h", "2d"."""
    many, unit = (round(hours / 24), "day") if hours >= 24 else (hours, "hour")
    length: Literal["long", "narrow"] = "narrow" if narrow else "long"
    return units.format_unit(many, f"duration-{unit}", length, locale=_form(locale, "en"))


def clock(at: datetime, locale: str = AMERICAN) -> str:
    """ "9:05 AM", in English; `at` is in the zone to show."""
    return _time(at, _form(locale, "en"))


def moment(at: datetime, locale: str = AMERICAN, language: str = "en") -> str:
    """ "Tue, Mar 3, 2026 at 9:05 AM"; `at` is in the zone to show."""
    form = _form(locale, language)
    day = dates.format_skeleton("yMMMEd", at, locale=form)
    return f"{day} {_WORDS[language].at} {_time(at, form)}"


def lately(at: datetime, locale: str = AMERICAN) -> str:
    """ "Mar 3 at 9:05 AM", in English, for a moment that needs no year."""
    return f"{short(at, locale)} at {clock(at, locale)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """`date` has the places {weekday} and {day}; `at` stands between day and time."""

    today: str
    tomorrow: str
    by: str
    date: str
    at: str


_WORDS = {
    "en": _Words(
        today="later today", tomorrow="by tomorrow", by="by", date="{weekday}, {day}", at="at"
    ),
    "de": _Words(
        today="heute noch", tomorrow="bis morgen", by="bis", date="{weekday}, den {day}", at="um"
    ),
    "fr": _Words(
        today="dans la journée",
        tomorrow="d'ici demain",
        by="d'ici",
        date="{weekday} {day}",
        at="à",
    ),
    "es": _Words(
        today="hoy mismo",
        tomorrow="mañana a más tardar",
        by="antes del",
        date="{weekday} {day}",
        at="a las",
    ),
}


def _time(at: datetime, form: Locale) -> str:
    """With a plain blank before AM and PM, as one types it."""
    return dates.format_time(at, "short", tzinfo=at.tzinfo, locale=form).replace("\u202f", " ")


@lru_cache(maxsize=64)
def _form(locale: str, language: str) -> Locale:
    """The locale itself if it has this language, else the language as its country writes it."""
    own = _parsed(locale) or Locale.parse(AMERICAN)
    if own.language == language:
        return own
    if language != "en":
        return Locale.parse(language)
    return Locale.parse(english_in(own.territory or "001"))


@lru_cache(maxsize=64)
def _parsed(name: str) -> Locale | None:
    """Babel itself would silently take "en_TW" for "en"."""
    try:
        return Locale.parse(name) if localedata.exists(name) else None
    except (UnknownLocaleError, ValueError):
        return None
