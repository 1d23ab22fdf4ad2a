"""Wording of days and counts. Own tables, because strftime uses the machine's locale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 reader waits", "4,312 letters"; `many` is an irregular plural."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_MONTH_FIRST = frozenset({"US", "CA", "PH", "PR"})


def by(day: date, today: date, country: str, language: str = "en") -> str:
    """ "later today", "by tomorrow", "by Thursday", "by Thursday, 12 March" (abroad: "March 12");
    in German "bis Donnerstag".

    A weekday stands alone only if unambiguous.
    """
    if language in _ABROAD:
        return _abroad(day, today, _ABROAD[language])
    ahead = (day - today).days
    if ahead == 0:
        return "later today"
    if ahead == 1:
        return "by tomorrow"
    if abs(ahead) < 7:
        return f"by {_DAYS[day.weekday()]}"
    return f"by {_DAYS[day.weekday()]}, {_month_and_day(day, country)}"


def told(day: date, today: date, country: str, language: str = "en") -> str:
    """As `by`, for a day that was named earlier: "today" instead of "later today"."""
    if day == today and language == "en":
        return "today"
    return by(day, today, country, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """`date` has the places {weekday}, {day} and {month}."""

    today: str
    tomorrow: str
    by: str
    date: str
    days: tuple[str, ...]
    months: tuple[str, ...]


_ABROAD = {
    "de": _Words(
        today="heute noch",
        tomorrow="bis morgen",
        by="bis",
        date="{weekday}, den {day}. {month}",
        days=tuple("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split()),
        months=tuple(
            "Januar Februar März April Mai Juni Juli August September Oktober November"
            " Dezember".split()
        ),
    ),
    "fr": _Words(
        today="dans la journée",
        tomorrow="d'ici demain",
        by="d'ici",
        date="{weekday} {day} {month}",
        days=tuple("lundi mardi mercredi jeudi vendredi samedi dimanche".split()),
        months=tuple(
            "janvier février mars avril mai juin juillet août septembre octobre novembre"
            " décembre".split()
        ),
    ),
    "es": _Words(
        today="hoy mismo",
        tomorrow="mañana a más tardar",
        by="antes del",
        date="{weekday} {day} de {month}",
        days=tuple("lunes martes miércoles jueves viernes sábado domingo".split()),
        months=tuple(
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
            " diciembre".split()
        ),
    ),
}


def _abroad(day: date, today: date, words: _Words) -> str:
    ahead = (day - today).days
    weekday = words.days[day.weekday()]
    if ahead in (0, 1):
        return words.tomorrow if ahead else words.today
    if abs(ahead) < 7:
        return f"{words.by} {weekday}"
    month = words.months[day.month - 1]
    return f"{words.by} {words.date.format(weekday=weekday, day=day.day, month=month)}"


def full(day: date) -> str:
    """ "Tuesday, 3 March 2026"."""
    return f"{_DAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"


def _month_and_day(day: date, country: str) -> str:
    month = _MONTHS[day.month - 1]
    return f"{month} {day.day}" if country.upper() in _MONTH_FIRST else f"{day.day} {month}"
