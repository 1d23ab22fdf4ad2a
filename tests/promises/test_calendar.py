"""Due dates: in letter time, by the author's own clock and calendar."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from inbox_bot.errors import SettingsError
from inbox_bot.model import Promise
from inbox_bot.promises.calendar import (
    Calendar,
    LetterTime,
    Standing,
    day_to_name,
    due,
    end_of,
    is_day_off,
    is_off,
    local_day,
    next_letter_time,
    parse_letter_time,
    state_at,
)

MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)
NEW_YORK = Calendar(
    letter_time=parse_letter_time("Tuesday evening, Saturday morning"),
    zone="America/New_York",
    country="US",
)


def at(text: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# --- by example ------------------------------------------------------------------------------


def test_a_promise_is_due_at_the_end_of_the_last_letter_time_within_its_term() -> None:
    arrived = at("2026-03-05T10:00")  # a Thursday
    assert due(arrived, WEEK, NEW_YORK) == at("2026-03-10T22:00")  # not Saturday, Tuesday


def test_without_letter_time_in_the_term_it_is_due_at_the_next_one() -> None:
    arrived = at("2026-03-04T10:00")  # a Wednesday
    assert due(arrived, timedelta(days=1), NEW_YORK) == at("2026-03-07T12:00")


def test_a_public_holiday_is_no_letter_time() -> None:
    independence_day = at("2026-07-04T09:00")  # a Saturday
    assert is_off(independence_day, NEW_YORK)
    assert not is_off(independence_day + WEEK, NEW_YORK)
    assert due(at("2026-07-02T09:00"), timedelta(days=3), NEW_YORK) == at("2026-07-07T22:00")


def test_while_the_author_is_away_nothing_falls_due() -> None:
    away = Calendar(zone="Europe/Berlin", away=((date(2026, 12, 20), date(2027, 1, 3)),))
    arrived = at("2026-12-22T10:00", "Europe/Berlin")
    assert due(arrived, WEEK, away) == at("2027-01-04T21:00", "Europe/Berlin")


def test_an_author_who_is_away_for_good_gets_the_bare_term() -> None:
    gone = Calendar(away=((date(2020, 1, 1), date(2099, 1, 1)),))
    assert due(at("2026-03-05T10:00", "UTC"), WEEK, gone) == at("2026-03-12T10:00", "UTC")


def test_a_day_to_name_is_at_least_a_day_ahead_and_has_letter_time() -> None:
    tuesday_evening = at("2026-03-10T19:00")
    named = day_to_name(tuesday_evening, timedelta(hours=1), NEW_YORK)
    assert named == date(2026, 3, 14)
    assert end_of(named, NEW_YORK) == at("2026-03-14T12:00")


def test_a_told_day_without_letter_time_is_over_at_midnight() -> None:
    assert end_of(date(2026, 3, 11), NEW_YORK) == at("2026-03-12T00:00")


def test_the_window_ends_an_hour_late_when_the_clock_strikes_twice() -> None:
    night = Calendar(letter_time=parse_letter_time("Sunday 0:30-1:30"), zone="America/New_York")
    arrived = datetime(2026, 10, 31, 12, tzinfo=UTC)
    assert due(arrived, timedelta(days=2), night) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_the_window_ends_early_when_the_clock_skips_its_end() -> None:
    night = Calendar(letter_time=parse_letter_time("Sunday 1:00-2:30"), zone="America/New_York")
    arrived = datetime(2026, 3, 7, 12, tzinfo=UTC)
    assert due(arrived, timedelta(days=2), night) == datetime(2026, 3, 8, 6, 59, tzinfo=UTC)


def test_the_author_s_day_is_not_the_day_in_greenwich() -> None:
    assert local_day(datetime(2026, 3, 5, 2, tzinfo=UTC), NEW_YORK) == date(2026, 3, 4)


def test_the_next_letter_time_is_now_or_when_it_begins() -> None:
    assert next_letter_time(at("2026-03-10T19:00"), NEW_YORK) == at("2026-03-10T19:00")
    assert next_letter_time(at("2026-03-10T22:01"), NEW_YORK) == at("2026-03-14T08:00")


def test_an_unknown_country_is_said_in_one_line() -> None:
    with pytest.raises(SettingsError, match=r"^author\.country: .*'QQ'"):
        is_day_off(date(2026, 1, 1), Calendar(country="QQ"))


# --- how a promise stands --------------------------------------------------------------------


def promised(told: date | None) -> Promise:
    opened, due_at = at("2026-03-05T10:00"), at("2026-03-10T22:00")
    return Promise(
        id=1,
        thread="t",
        letter_id=1,
        reader="ann@example.org",
        quote="I will get back to you.",
        opened=opened,
        due=due_at,
        told=told,
    )


def test_a_promise_is_never_overdue_when_no_date_was_told() -> None:
    waiting = promised(told=None)
    assert state_at(waiting, at("2026-03-10T22:00"), NEW_YORK) is Standing.OPEN
    assert state_at(waiting, at("2027-03-10T22:00"), NEW_YORK) is Standing.DUE


def test_a_promise_is_overdue_once_the_told_day_is_over() -> None:
    told = promised(told=date(2026, 3, 14))
    assert state_at(told, at("2026-03-14T12:00"), NEW_YORK) is Standing.DUE
    assert state_at(told, at("2026-03-14T12:01"), NEW_YORK) is Standing.OVERDUE


# --- letter time as people write it ----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("", ()),
        ("Tuesday", (LetterTime(weekday=1),)),
        ("tue evenings", (LetterTime(weekday=1, start=time(18), end=time(22)),)),
        ("Sat 9-12:30", (LetterTime(weekday=5, start=time(9), end=time(12, 30)),)),
        ("sundays 20:00 to 21:15", (LetterTime(weekday=6, start=time(20), end=time(21, 15)),)),
        ("weekends", (LetterTime(weekday=5), LetterTime(weekday=6))),
        ("every day", tuple(LetterTime(weekday=day) for day in range(7))),
        (
            "Friday afternoon and Friday evening",
            (LetterTime(weekday=4, start=time(12), end=time(22)),),
        ),
        (
            "Saturday morning; Thursday 7-8",
            (
                LetterTime(weekday=3, start=time(7), end=time(8)),
                LetterTime(weekday=5, start=time(8), end=time(12)),
            ),
        ),
    ],
)
def test_letter_time_is_read_as_people_write_it(text: str, windows: object) -> None:
    assert parse_letter_time(text) == windows


@pytest.mark.parametrize(
    "text", ["Tusday evening", "evening", "Friday 9", "Fri 22-20", "Fri 25-26", "s", "Fri 1-1"]
)
def test_letter_time_that_cannot_be_read_is_said_in_one_line(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^promise\.letter_time: .*try Tuesday"):
        parse_letter_time(text)


@given(st.text(max_size=40))
def test_no_text_for_letter_time_raises_anything_else(text: str) -> None:
    with contextlib.suppress(SettingsError):
        parse_letter_time(text)


# --- properties ------------------------------------------------------------------------------

# DST in both hemispheres, of half an hour, none, at midnight, and a skipped day.
ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Africa/Casablanca",
    "UTC",
)
CLOCK = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))


@st.composite
def windows(draw: st.DrawFn) -> LetterTime:
    start, end = sorted(draw(st.lists(CLOCK, min_size=2, max_size=2, unique=True)))
    return LetterTime(weekday=draw(st.integers(0, 6)), start=start, end=end)


def apart(chosen: list[LetterTime]) -> bool:
    """No two touch, as after `parse_letter_time`."""
    return not any(
        one is not other and one.weekday == other.weekday and one.start <= other.end
        for at_, one in enumerate(chosen)
        for other in chosen[:at_]
        if other.start <= one.end
    )


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    away_from = draw(st.dates(date(2011, 12, 1), date(2012, 4, 1)))
    away_for = timedelta(days=draw(st.integers(0, 20)))
    return Calendar(
        letter_time=tuple(draw(st.lists(windows(), max_size=4).filter(apart))),
        zone=draw(st.sampled_from(ZONES)),
        country=draw(st.sampled_from(["", "US", "DE", "WS"])),
        away=draw(st.sampled_from([(), ((away_from, away_from + away_for),)])),
    )


# The days around a leap day, the spring changes of both hemispheres, and Samoa's lost Friday.
INSTANTS = st.one_of(
    st.datetimes(datetime(2011, 12, 20), datetime(2012, 1, 10), timezones=st.just(UTC)),  # noqa: DTZ001
    st.datetimes(datetime(2012, 2, 20), datetime(2012, 4, 10), timezones=st.just(UTC)),  # noqa: DTZ001
    st.datetimes(datetime(2012, 9, 20), datetime(2012, 11, 10), timezones=st.just(UTC)),  # noqa: DTZ001
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
TERMS = st.timedeltas(timedelta(0), timedelta(days=20))


@given(INSTANTS, TERMS, calendars())
def test_a_due_date_is_never_in_off_time_and_never_before_the_letter(
    arrived: datetime, within: timedelta, calendar: Calendar
) -> None:
    due_at = due(arrived, within, calendar)
    assert due_at >= arrived
    assert not is_off(due_at, calendar)


@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=9)), TERMS, calendars())
def test_a_later_letter_is_never_due_earlier(
    arrived: datetime, later: timedelta, within: timedelta, calendar: Calendar
) -> None:
    assert due(arrived, within, calendar) <= due(arrived + later, within, calendar)


@given(INSTANTS, TERMS, calendars())
def test_the_day_named_to_a_reader_is_ahead_and_the_author_writes_on_it(
    now: datetime, within: timedelta, calendar: Calendar
) -> None:
    day = day_to_name(now, within, calendar)
    assert day > local_day(now, calendar)
    assert not is_off(end_of(day, calendar), calendar)


@given(INSTANTS, calendars())
def test_the_next_letter_time_is_the_first_minute_that_is_not_off(
    now: datetime, calendar: Calendar
) -> None:
    start = next_letter_time(now, calendar)
    assert start >= now
    assert not is_off(start, calendar)
    minutes_before = min(int((start - now) / MINUTE), 2_000)
    assert all(is_off(start - MINUTE * back, calendar) for back in range(1, minutes_before))


@settings(max_examples=40, deadline=None)
@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=4)), calendars())
def test_the_due_date_agrees_with_walking_minute_by_minute(
    arrived: datetime, within: timedelta, calendar: Calendar
) -> None:
    assert due(arrived, within, calendar) == due_by_walking(arrived, within, calendar)


def due_by_walking(arrived: datetime, within: timedelta, calendar: Calendar) -> datetime:
    """Slow reference: check each minute of the author's wall clock."""
    zone, term = ZoneInfo(calendar.zone), arrived + within
    last_minutes: dict[tuple[date, LetterTime], datetime] = {}
    minute = (arrived - timedelta(days=1)).replace(second=0, microsecond=0)
    first_after: datetime | None = None
    while first_after is None or minute < first_after + timedelta(days=1):
        wall = minute.astimezone(zone)
        if not is_day_off(wall.date(), calendar):
            for window in calendar.letter_time or map(any_time, range(7)):
                if window.weekday == wall.weekday() and window.start <= wall.time() <= window.end:
                    last_minutes[wall.date(), window] = minute
                    first_after = first_after or (minute if minute > term else None)
        minute += MINUTE
    ends = sorted(last_minutes.values())
    in_term = [end for end in ends if arrived <= end <= term]
    return in_term[-1] if in_term else next(end for end in ends if end > term)


def any_time(weekday: int) -> LetterTime:
    return LetterTime(weekday=weekday)
