"""The computer's time zone and locale, and the country derived from the zone."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tzlocal import get_localzone_name

from inbox_bot import humanize


def guess_timezone() -> str:
    """The system's IANA zone; UTC where it has none or hides it."""
    try:
        name = get_localzone_name() or "UTC"
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, LookupError):
        return "UTC"
    return "UTC" if name.startswith("Etc/") else name


def country_of(timezone: str) -> str:
    """The ISO 3166-1 code of the zone's country, by the zone table; empty for UTC and such."""
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((row[0] for row in rows if row[2] == timezone), "")


def guess_locale(environment: Mapping[str, str], country: str) -> str:
    """The system's form of dates, from LC_ALL, LC_TIME or LANG; else the country's English."""
    told = (environment.get(name, "") for name in ("LC_ALL", "LC_TIME", "LANG"))
    name = next(filter(None, told), "").partition(".")[0].partition("@")[0]
    return name if "_" in name and humanize.is_locale(name) else humanize.english_in(country)
