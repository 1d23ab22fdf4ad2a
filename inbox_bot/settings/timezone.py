"""The computer's time zone, and the country derived from it."""

from __future__ import annotations

from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tzlocal import get_localzone_name


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
