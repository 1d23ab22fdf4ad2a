"""Absences: nothing is due meanwhile, and readers hear in time."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from inbox_bot import review, settings
from inbox_bot.errors import WrongUse
from inbox_bot.model import DraftKind, DraftState
from inbox_bot.promises.calendar import is_day_off, local_day
from inbox_bot.service.upkeep import run_upkeep
from inbox_bot.settings.watched import Watched
from inbox_bot.steps.absences import go_away
from tests.world import TOP, World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
UNANSWERABLE = "Hi Steve,\n\nhow much does a session usually cost?\n\nAnn"
PERIOD = (date(2026, 3, 8), date(2026, 3, 20))


def test_what_would_be_due_meanwhile_is_due_afterwards(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    absence = go_away(world.bot, PERIOD, world.now)
    (promise,) = world.waiting()
    assert absence.moved == (promise,)
    away = replace(world.policy.calendar, away=(PERIOD,))
    assert not is_day_off(local_day(promise.due, away), away)


def test_holding_replies_are_prepared_in_one_batch_and_name_a_day_after_the_return(
    world: World,
) -> None:
    for name in ("ann", "bob"):
        world.letter(UNANSWERABLE, From=f"{name}@example.org")
    world.poll()
    assert go_away(world.bot, PERIOD, world.now).held == 2
    held = world.drafts(DraftState.PENDING)
    assert {draft.kind for draft in held} == {DraftKind.HOLDING}
    assert all(draft.promised_day and draft.promised_day > PERIOD[1] for draft in held)
    assert world.replies() == []


def test_a_told_day_within_the_absence_is_shown_and_stays(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.poll()
    world.approve(review.hold(world.bot, review.shown(world.the_draft()), world.now))
    world.later(minutes=2)
    world.send()
    (before,) = world.waiting()
    absence = go_away(world.bot, PERIOD, world.now)
    assert [promise.told for promise in absence.told] == [before.told]
    assert world.waiting() == [before]


def test_a_holding_reply_that_names_a_day_of_the_absence_is_made_anew(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.poll()
    held = review.hold(world.bot, review.shown(world.the_draft()), world.now)
    assert held.promised_day is not None
    assert PERIOD[0] <= held.promised_day <= PERIOD[1]
    go_away(world.bot, PERIOD, world.now)
    anew = world.the_draft()
    assert anew.promised_day is not None
    assert not PERIOD[0] <= anew.promised_day <= PERIOD[1]


def test_days_that_are_over_are_no_absence(world: World) -> None:
    yesterday = world.now.date() - timedelta(days=1)
    with pytest.raises(WrongUse, match="in the past"):
        go_away(world.bot, (yesterday, yesterday), world.now)


def test_an_absence_reaches_a_bot_that_runs(tmp_path: Path) -> None:
    own_directory(tmp_path)
    told: list[str] = []
    none: tuple[tuple[date, date], ...] = ()
    bot_knows = Watched(tmp_path, told.append).part(lambda chosen: chosen.away, none)
    assert bot_knows() == ()
    settings.add_absence(tmp_path, PERIOD)
    assert bot_knows() == (PERIOD,)
    with (tmp_path / settings.FILE_NAME).open("a", encoding="utf-8") as file:
        file.write("nonsense: 3\n")
    assert bot_knows() == (PERIOD,) == bot_knows()
    assert len(told) == 1
    assert "nonsense" in told[0]


def test_an_absence_written_into_the_settings_prepares_holding_replies_once(
    world: World,
) -> None:
    world.letter(UNANSWERABLE)
    world.poll()
    absences: list[tuple[date, date]] = []
    world.use(replace(world.bot, away=lambda: tuple(absences)))
    absences.append(PERIOD)
    assert "1 holding reply drafted" in run_upkeep(world.bot, world.now)[0]
    held = world.the_draft()
    assert held.kind is DraftKind.HOLDING
    assert held.promised_day is not None
    assert held.promised_day > PERIOD[1]
    world.letter(UNANSWERABLE, From="bob@example.org")
    world.poll()
    run_upkeep(world.bot, world.now)
    kinds = {draft.to[0].email: draft.kind for draft in world.drafts(DraftState.PENDING)}
    assert kinds["bob@example.org"] is DraftKind.BLANK


def test_an_absence_noted_by_the_command_is_not_prepared_again(world: World) -> None:
    go_away(world.bot, PERIOD, world.now)
    world.use(replace(world.bot, away=lambda: (PERIOD,)))
    assert not any("away" in line for line in run_upkeep(world.bot, world.now))


def test_a_day_told_after_the_author_noted_an_absence_is_none_of_it(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.poll()
    absences: list[tuple[date, date]] = []
    world.use(replace(world.bot, away=lambda: tuple(absences)))
    absences.append((world.now.date(), PERIOD[1]))
    held = review.hold(world.bot, review.shown(world.the_draft()), world.now)
    assert held.promised_day is not None
    assert held.promised_day > PERIOD[1]


def test_the_absence_stands_in_the_settings_and_comments_stay(tmp_path: Path) -> None:
    own_directory(tmp_path)
    settings.add_absence(tmp_path, PERIOD)
    settings.add_absence(tmp_path, PERIOD)
    assert settings.load(tmp_path).away == (PERIOD,)
    before = (TOP / "settings.yaml").read_text(encoding="utf-8")
    after = (tmp_path / "settings.yaml").read_text(encoding="utf-8")
    comments = [line for line in before.splitlines() if line.startswith("#")]
    assert [line for line in after.splitlines() if line.startswith("#")] == comments


def own_directory(directory: Path) -> None:
    """As `init` makes it."""
    for name in ("faq", "templates"):
        shutil.copytree(TOP / name, directory / name)
    shutil.copy(TOP / "settings.yaml", directory)
