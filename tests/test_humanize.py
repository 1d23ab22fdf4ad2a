"""Days and times as the author's locale, or a reply's language, writes them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from inbox_bot import humanize

AT = datetime(2026, 11, 24, 21, 5, tzinfo=ZoneInfo("America/New_York"))
TODAY = date(2026, 11, 24)
THURSDAY = date(2026, 12, 10)


@pytest.mark.parametrize(
    ("locale", "full", "lately", "moment"),
    [
        (
            "en_US",
            "Tuesday, November 24, 2026",
            "Nov 24 at 9:05 PM",
            "Tue, Nov 24, 2026 at 9:05 PM",
        ),
        ("en_GB", "Tuesday, 24 November 2026", "24 Nov at 21:05", "Tue, 24 Nov 2026 at 21:05"),
        ("de_DE", "Tuesday, 24 November 2026", "24 Nov at 21:05", "Tue, 24 Nov 2026 at 21:05"),
    ],
)
def test_english_text_has_the_english_dates_of_the_authors_country(
    locale: str, full: str, lately: str, moment: str
) -> None:
    assert humanize.full(TODAY, locale) == full
    assert humanize.lately(AT, locale) == lately
    assert humanize.moment(AT, locale) == moment


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "by Thursday, December 10", "Tue, Nov 24, 2026 at 9:05 PM"),
        ("de", "bis Donnerstag, den 10. Dezember", "Di., 24. Nov. 2026 um 21:05"),
        ("fr", "d'ici jeudi 10 décembre", "mar. 24 nov. 2026 à 21:05"),
        ("es", "antes del jueves 10 de diciembre", "mar, 24 nov 2026 a las 21:05"),
    ],
)
def test_a_reply_in_another_language_has_that_languages_dates(
    language: str, day: str, moment: str
) -> None:
    assert humanize.by(THURSDAY, TODAY, "en_US", language) == day
    assert humanize.moment(AT, "en_US", language) == moment


def test_no_odd_blank_stands_before_pm() -> None:
    assert all(
        one.isascii() for one in (humanize.clock(AT), humanize.moment(AT), humanize.lately(AT))
    )


@pytest.mark.parametrize("name", ["", "klingon", "../../etc/passwd", "en_US\n", "x" * 10_000])
def test_what_is_no_locale_falls_back_to_american(name: str) -> None:
    assert not humanize.is_locale(name)
    assert humanize.full(TODAY, name) == "Tuesday, November 24, 2026"


def test_a_language_is_named_in_english() -> None:
    assert [humanize.language_name(one) for one in ("de", "pt", "xq")] == [
        "German",
        "Portuguese",
        "xq",
    ]


def test_a_country_without_a_form_of_its_own_gets_the_worlds() -> None:
    assert [humanize.english_in(one) for one in ("us", "GB", "TW", "")] == [
        "en_US",
        "en_GB",
        "en_001",
        "en_US",
    ]


@pytest.mark.parametrize(
    ("locale", "typed"), [("en_US", "3/14/2026"), ("en_GB", "14/03/2026"), ("de_DE", "14/03/2026")]
)
def test_a_day_is_read_as_it_is_written(locale: str, typed: str) -> None:
    day = date(2026, 3, 14)
    assert humanize.read_day(humanize.numeric(day, locale), locale) == day
    assert humanize.read_day("2026-03-14", locale) == day
    assert humanize.read_day(typed, locale) == day


@pytest.mark.parametrize("typed", ["", "soon", "3/14", "3/14/2026/5", "0/0/0"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - babel's own words differ
        humanize.read_day(typed)


@pytest.mark.parametrize(
    ("hours", "told", "short"), [(1, "1 hour", "1h"), (23, "23 hours", "23h"), (36, "2 days", "2d")]
)
def test_a_duration_is_told_in_its_largest_unit(hours: int, told: str, short: str) -> None:
    assert humanize.duration(hours) == told
    assert humanize.duration(hours, narrow=True) == short
    assert humanize.number(4312) == "4,312"
