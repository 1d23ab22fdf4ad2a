"""The store keeps each letter once, and its transactions are atomic."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from inbox_bot.errors import (
    Conflict,
    NotFound,
    NotWritten,
    SettingsError,
    StoreUnavailable,
    WrongUse,
)
from inbox_bot.model import (
    TRANSITIONS,
    Actor,
    Address,
    Answer,
    AskAuthor,
    Draft,
    DraftKind,
    DraftState,
    Event,
    Judgement,
    Match,
    Message,
    Place,
    PromiseState,
    Question,
    StoredMessage,
    Urgent,
    Verb,
    Verdict,
)
from inbox_bot.model.records import (
    EVER,
    Acquaintance,
    Arrival,
    Cursor,
    FiledDraft,
    Judged,
    Skipped,
)
from inbox_bot.store import SqlStore, SqlTransaction, open_store
from tests.databases import DATABASES, FILE, POSTGRESQL, SQLITE
from tests.stores import ANN, NOON, add, claim, draft, letter, open_promise, promise, skip

READER = Judgement(verdict=Verdict.READER, reason="asks a question")
LATER = NOON + timedelta(hours=1)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store to copy, as creating one takes longer than most of these tests."""
    directory = tmp_path_factory.mktemp("empty")
    open_store("sqlite:///inbox_bot.db", directory).close()
    return directory / "inbox_bot.db"


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def url(request: pytest.FixtureRequest, tmp_path: Path, empty_file: Path) -> Iterator[str]:
    if request.param == SQLITE:
        shutil.copy(empty_file, tmp_path)
        yield FILE
    else:
        with DATABASES.on(request.getfixturevalue("postgres_server")):
            yield DATABASES.url_in(tmp_path)


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def file_store(tmp_path: Path, empty_file: Path) -> Iterator[SqlStore]:
    shutil.copy(empty_file, tmp_path)
    opened = open_store("sqlite:///inbox_bot.db", tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def tx(store: SqlStore) -> Iterator[SqlTransaction]:
    with store.transaction() as opened:
        yield opened


def keep(tx: SqlTransaction, uid: int = 1, name: str = "a@example.org") -> StoredMessage:
    kept = add(tx, letter(uid, body=name.encode()), name, name)
    assert kept is not None
    return kept


def read(sender: Address = ANN, subject: str = "hm", text: str = "") -> Message:
    return Message(message_id="a@example.org", sender=sender, subject=subject, date=NOON, text=text)


# --- letters ---------------------------------------------------------------------------------


def test_a_letter_comes_out_as_it_came_in(tx: SqlTransaction) -> None:
    fetched = letter(body=b"\x00\xff\r\nbytes")
    kept = add(tx, fetched, "a@example.org", "thread@example.org")
    assert kept is not None
    assert kept == tx.messages.get(kept.id) == tx.messages.by_message_id("a@example.org")
    assert (kept.raw, kept.place, kept.arrived) == (fetched.raw, fetched.place, NOON)
    assert (kept.thread, kept.verdict, kept.reason) == ("thread@example.org", None, "")


def test_the_same_letter_in_another_folder_is_kept_once_with_both_places(
    tx: SqlTransaction,
) -> None:
    kept = keep(tx)
    moved = letter(9, "Archive", body=b"a@example.org")
    assert add(tx, moved, "a@example.org", "t") is None
    assert {place.folder for place in tx.messages.places([kept.id])[kept.id]} == {
        "INBOX",
        "Archive",
    }
    assert tx.messages.count(None) == 1


def test_a_changed_uidvalidity_makes_no_second_letter(tx: SqlTransaction) -> None:
    kept = keep(tx)
    again = replace(letter(3, body=b"a@example.org"), place=replace(kept.place, uidvalidity=8))
    assert add(tx, again, "a@example.org", "t") is None


def test_a_server_that_rewrites_headers_and_line_ends_makes_no_second_letter(
    tx: SqlTransaction,
) -> None:
    body = b"one\r\ntwo\r\n"
    assert add(tx, letter(1, body=body), "a@example.org", "t")
    rewritten = replace(letter(2), raw=b"X-Moved: yes\nFrom: Ann\n\none\ntwo\n")
    assert add(tx, rewritten, "a@example.org", "t") is None


def test_another_letter_under_a_used_message_id_is_not_lost(tx: SqlTransaction) -> None:
    first = add(tx, letter(1, body=b"one"), "same@example.org", "t")
    second = add(tx, letter(2, body=b"two"), "same@example.org", "t")
    assert first
    assert second
    assert first.id != second.id


def test_many_letters_at_once_are_each_kept_once_in_their_order(tx: SqlTransaction) -> None:
    keep(tx, 2, "2@example.org")
    arrivals = [
        Arrival(fetched=letter(uid, body=name.encode()), message_id=name, thread=name)
        for uid in [*range(1, 1_200), *range(1, 50)]
        if (name := f"{uid}@example.org")
    ]
    kept = tx.messages.add_all(arrivals)
    assert [each.place.uid for each in kept] == [1, *range(3, 1_200)]
    assert tx.messages.count(None) == 1_199
    assert [tx.messages.get(each.id) for each in kept[:3]] == list(kept[:3])


def test_a_skipped_letter_is_accounted_for_and_nothing_of_it_is_kept(tx: SqlTransaction) -> None:
    where = letter(4).place
    skip(tx, where, "bank@example.org")
    tx.messages.skip_all([Skipped(place=where, message_id="bank@example.org")])
    keep(tx, 5)
    assert tx.messages.known(["bank@example.org", "a@example.org", "x"]) == {
        "bank@example.org",
        "a@example.org",
    }
    assert tx.messages.accounted("steve@example.com", "INBOX", 7, range(10)) == {4, 5}
    assert tx.messages.accounted("steve@example.com", "INBOX", 8, range(10)) == frozenset()
    assert tx.messages.count(None) == 1


def test_a_skipped_letter_can_still_be_taken_in(tx: SqlTransaction) -> None:
    skip(tx, letter(4).place, "a@example.org")
    kept = add(tx, letter(4), "a@example.org", "t")
    assert kept is not None
    assert tx.messages.places([kept.id])[kept.id] == [letter(4).place]


def test_new_letters_come_oldest_first_until_they_are_judged(tx: SqlTransaction) -> None:
    old = replace(letter(2, body=b"old"), arrived=NOON - timedelta(days=1))
    young = keep(tx)
    older = add(tx, old, "old@example.org", "old@example.org")
    assert older is not None
    assert [each.id for each in tx.messages.new(9)] == [older.id, young.id]
    assert [each.id for each in tx.messages.new(1)] == [older.id]
    tx.messages.judge(older.id, READER, read())
    assert [each.id for each in tx.messages.new(9)] == [young.id]
    assert tx.messages.new_among([older.id, young.id, 99]) == {young.id}
    assert tx.messages.get(older.id).verdict is Verdict.READER
    assert tx.messages.get(older.id).reason == READER.reason
    assert (tx.messages.count(None), tx.messages.count(Verdict.READER)) == (1, 1)


def test_readers_letters_wait_until_they_are_considered(tx: SqlTransaction) -> None:
    kept = keep(tx)
    assert tx.messages.unconsidered(9) == []
    tx.messages.judge(kept.id, READER, read())
    assert [each.id for each in tx.messages.unconsidered(9)] == [kept.id]
    assert tx.messages.considered(kept.id, 99) == {kept.id}
    assert tx.messages.considered(kept.id) == frozenset()
    assert tx.messages.unconsidered(9) == []
    tx.messages.reconsider(kept.id)
    assert [each.id for each in tx.messages.unconsidered(9)] == [kept.id]


def found(tx: SqlTransaction, words: str) -> list[int]:
    return [one.letter_id for one in tx.messages.search(words, 9)]


def test_a_letter_is_found_by_its_words_and_by_those_of_its_reply(tx: SqlTransaction) -> None:
    kept, other = keep(tx), keep(tx, 2, "b@example.org")
    tx.messages.judge(kept.id, READER, read(text="Is a massage chair any good for Zoë?"))
    tx.messages.judge(other.id, READER, read(text="Does it hurt?"))
    added = tx.drafts.add(replace(draft(other.id), text="A chair is no answer."))
    assert found(tx, "massage CHAIR") == [kept.id]
    assert found(tx, "mass cha") == [kept.id]
    assert found(tx, "chair") == [other.id, kept.id]
    tx.drafts.add_version(replace(added, version=2, text="A table is."))
    assert found(tx, "chair") == [kept.id]
    assert found(tx, "table") == [other.id]


@pytest.mark.parametrize(
    "words",
    ['"', "chair OR hurt", "NEAR(chair)", "words:chair", "-chair", "*", "?!", "", "a" * 9999],
)
def test_what_is_searched_for_is_words_and_no_language_of_queries(
    tx: SqlTransaction, words: str
) -> None:
    kept = keep(tx)
    tx.messages.judge(kept.id, READER, read(text="Is a massage chair any good?"))
    assert found(tx, words) in ([], [kept.id])
    assert found(tx, "chair OR hurt") == []


def test_lists_show_what_was_read_of_a_letter(tx: SqlTransaction) -> None:
    first, second = keep(tx), keep(tx, 2, "b@example.org")
    pitch = Judgement(verdict=Verdict.PITCH, reason="wants to sell")
    tx.messages.judge_all(
        [
            Judged(letter_id=first.id, judgement=pitch, message=read(subject="Guest post 100%")),
            Judged(letter_id=second.id, judgement=READER, message=None),
        ]
    )
    (other,) = tx.messages.others(9)
    assert (other.letter_id, other.verdict, other.reason) == (first.id, Verdict.PITCH, pitch.reason)
    assert (other.subject, other.date) == ("Guest post 100%", NOON)
    assert other.sender == ANN
    assert tx.messages.sender(first.id) == "ann@example.org"
    assert tx.messages.sender(second.id) == ""
    assert [one.letter_id for one in tx.messages.search("ANN guest", 9)] == [first.id]
    assert tx.messages.search("post 100%", 9) == tx.messages.search("ann@example.org", 9)
    assert tx.messages.search("ann 101%", 9) == []
    assert [one.letter_id for one in tx.messages.listed([second.id])] == [second.id]


def test_a_later_verdict_keeps_the_sender_that_was_read(tx: SqlTransaction) -> None:
    kept = keep(tx)
    tx.messages.judge(kept.id, READER, read(sender=Address(email="Ann@Example.org")))
    tx.messages.judge(kept.id, Judgement(verdict=Verdict.PERSONAL, reason="my sister"), None)
    assert tx.messages.sender(kept.id) == "ann@example.org"


def test_a_thread_is_known_by_letters_replies_and_what_was_remembered(tx: SqlTransaction) -> None:
    kept = keep(tx)
    tx.drafts.add(draft(kept.id, "ours@example.com"))
    tx.people.learn_thread(kept.thread, ["by-hand@example.com", "by-hand@example.com"])
    tx.people.learn_thread("another", ["by-hand@example.com"])
    for known in ("a@example.org", "ours@example.com", "by-hand@example.com"):
        assert tx.messages.thread_of(["unknown", known]) == kept.thread
    assert tx.messages.thread_of(["unknown"]) is None
    assert tx.messages.thread_of([]) is None
    assert [each.id for each in tx.messages.thread(kept.thread)] == [kept.id]


def test_text_that_no_database_takes_is_kept_all_the_same(tx: SqlTransaction) -> None:
    hostile = "\udcff\0@example.org"
    kept = add(tx, letter(), hostile, hostile)
    assert kept is not None
    sender = Address(email="x\udc80@example.org", name="\0")
    tx.messages.judge(kept.id, READER, read(sender=sender, subject="\ud800"))
    assert tx.messages.known([hostile]) == {hostile}
    assert tx.messages.thread_of([hostile]) == kept.thread
    tx.drafts.add(replace(draft(kept.id, hostile), text="\0\udcff", quoted="\ud800", to=(sender,)))
    assert tx.drafts.by_message_id(hostile) is not None
    tx.people.learn_answered([hostile])
    assert tx.people.answered_among([hostile]) == {hostile}


def test_what_is_not_there_is_said_in_one_line(tx: SqlTransaction) -> None:
    with pytest.raises(NotFound, match="no letter L99"):
        tx.messages.get(99)
    with pytest.raises(NotFound, match="no letter L99"):
        tx.messages.judge(99, READER, None)
    with pytest.raises(NotFound, match="no draft D99"):
        tx.drafts.get(99)
    with pytest.raises(NotFound, match="no promise 99"):
        tx.promises.update(replace(promise(1), id=99))
    with pytest.raises(NotFound, match="no promise 99"):
        tx.promises.get(99)
    assert tx.messages.by_message_id("x") is None
    assert tx.drafts.by_message_id("x") is None


# --- drafts ----------------------------------------------------------------------------------


def test_a_draft_comes_out_whole(tx: SqlTransaction) -> None:
    match = Match(entry_id="does-massage-help", confidence=0.93, why="'massage'")
    question = Question(text="Does it help?", context="massage")
    polite = Question(text="How are you all?", doubtful=True)
    decisions = (
        Answer(question=question, matches=(match,), reason="sure"),
        AskAuthor(question=question, matches=(match, replace(match, excerpt="It")), reason="no"),
        AskAuthor(question=question, matches=(), reason="grief", personal=True),
        AskAuthor(question=polite, matches=(), reason="no question?"),
        Urgent(question=question, matches=(), reason="numb legs"),
    )
    whole = replace(
        draft(keep(tx).id),
        decisions=decisions,
        promised_day=date(2026, 3, 12),
        approved_at=NOON,
        send_after=LATER,
        sent_at=LATER,
        sent_copy=True,
        attempts=2,
        reason="why not",
    )
    kept = tx.drafts.add(whole)
    assert kept == replace(whole, id=kept.id) == tx.drafts.get(kept.id)
    doubtful = [one.question.doubtful for one in tx.drafts.get(kept.id).decisions]
    assert doubtful == [False, False, False, True, False]
    assert tx.drafts.get(kept.id, 1) == tx.drafts.by_message_id(whole.message_id) == kept
    assert tx.drafts.for_letter(whole.letter_id) == [kept]
    assert tx.drafts.for_thread("a@example.org") == [kept]


def test_times_of_any_zone_come_out_in_utc(tx: SqlTransaction) -> None:
    berlin = datetime.fromisoformat("2026-03-03T14:00:00+02:00")
    kept = tx.drafts.add(replace(draft(keep(tx).id), created=berlin))
    assert tx.drafts.get(kept.id).created == berlin
    assert tx.drafts.get(kept.id).created.tzinfo is UTC


def test_a_draft_moves_only_as_the_table_says(tx: SqlTransaction) -> None:
    letter_id = keep(tx).id
    for before, after in itertools.product(DraftState, DraftState):
        kept = tx.drafts.add(replace(draft(letter_id), state=before))
        moved = replace(kept, state=after, reason="moved")
        if after is before or after in TRANSITIONS[before]:
            assert tx.drafts.move(kept, moved) == moved == tx.drafts.get(kept.id)
        else:
            with pytest.raises(Conflict, match="can't become"):
                tx.drafts.move(kept, moved)
            assert tx.drafts.get(kept.id) == kept


def test_a_sent_draft_never_changes_its_state_again() -> None:
    assert TRANSITIONS[DraftState.SENT] == frozenset()


def test_only_what_was_approved_is_ever_sent() -> None:
    def before(state: DraftState) -> set[DraftState]:
        return {each for each in DraftState if state in TRANSITIONS[each]}

    assert before(DraftState.SENDING) == {DraftState.APPROVED}
    assert before(DraftState.APPROVED) == {DraftState.PENDING, DraftState.SENDING}


def test_who_saw_an_older_state_changes_nothing(tx: SqlTransaction) -> None:
    seen = tx.drafts.add(draft(keep(tx).id))
    tx.drafts.move(seen, replace(seen, state=DraftState.REJECTED))
    with pytest.raises(Conflict, match="is now rejected"):
        tx.drafts.move(seen, replace(seen, state=DraftState.APPROVED))


def test_a_new_version_supersedes_the_one_before(tx: SqlTransaction) -> None:
    first = tx.drafts.add(draft(keep(tx).id))
    second = tx.drafts.add_version(replace(first, version=2, text="new", message_id="2@x"))
    assert tx.drafts.get(first.id) == second
    assert tx.drafts.get(first.id, 1).state is DraftState.SUPERSEDED
    with pytest.raises(Conflict, match="newer version, 2"):
        tx.drafts.add_version(replace(first, version=2))


@pytest.mark.parametrize(
    "state", [DraftState.SENDING, DraftState.SENT, DraftState.UNCERTAIN, DraftState.REJECTED]
)
def test_no_version_follows_one_that_left_or_may_have_left(
    file_store: SqlStore, state: DraftState
) -> None:
    with file_store.transaction() as tx:
        first = tx.drafts.add(replace(draft(keep(tx).id), state=state))
        with pytest.raises(Conflict):
            tx.drafts.add_version(replace(first, version=2))


def test_no_two_versions_of_a_draft_wait_at_once(tx: SqlTransaction) -> None:
    first = tx.drafts.add(draft(keep(tx).id))
    second = tx.drafts.add_version(replace(first, version=2))
    old = tx.drafts.get(first.id, 1)
    with pytest.raises(Conflict, match="replaced by version 2"):
        tx.drafts.move(old, replace(old, state=DraftState.PENDING))
    tx.drafts.move(second, replace(second, state=DraftState.REJECTED))
    back = tx.drafts.move(old, replace(old, state=DraftState.PENDING))
    assert back.state is DraftState.PENDING


def test_drafts_are_found_by_state_oldest_first(tx: SqlTransaction) -> None:
    young = tx.drafts.add(replace(draft(keep(tx).id), created=LATER))
    old = tx.drafts.add(draft(young.letter_id))
    rejected = tx.drafts.add(replace(draft(young.letter_id), state=DraftState.REJECTED))
    assert tx.drafts.in_state(DraftState.PENDING) == [old, young]
    assert tx.drafts.in_state(DraftState.PENDING, DraftState.REJECTED) == [old, rejected, young]
    assert tx.drafts.in_state(DraftState.SENT) == []


def test_what_was_sent_to_a_reader_is_found_by_her_address(tx: SqlTransaction) -> None:
    kept = tx.drafts.add(draft(keep(tx).id))
    assert tx.drafts.sent_to("ann@example.org") == []
    sent = tx.drafts.move(kept, replace(kept, state=DraftState.SENT))
    assert tx.drafts.sent_to("ANN@example.org") == [sent]
    assert tx.drafts.sent_to("bob@example.org") == []


def test_a_sent_draft_waits_for_its_copy_in_sent(tx: SqlTransaction) -> None:
    kept = tx.drafts.add(replace(draft(keep(tx).id), state=DraftState.SENT))
    assert tx.drafts.without_sent_copy() == [kept]
    waiting = tx.drafts.add(
        replace(draft(keep(tx, 2, "b@example.org").id), message_id="waits@example.org")
    )
    asked = [kept.message_id, waiting.message_id, "strange@example.org"]
    assert tx.drafts.mark_sent_copies(asked) == {kept.message_id}
    assert tx.drafts.without_sent_copy() == []
    assert not tx.drafts.get(waiting.id).sent_copy


def test_the_copy_in_drafts_is_remembered_until_it_is_withdrawn(tx: SqlTransaction) -> None:
    kept = tx.drafts.add(draft(keep(tx).id))
    filed = FiledDraft(draft_id=kept.id, version=1, place=letter(3, "Drafts").place)
    tx.drafts.file(replace(filed, place=letter(2, "Drafts").place))
    tx.drafts.file(filed)
    assert tx.drafts.filed() == [filed]
    tx.drafts.unfile(filed)
    assert tx.drafts.filed() == []


def test_of_many_who_claim_a_draft_at_once_one_gets_it(url: str, tmp_path: Path) -> None:
    with closing(open_store(url, tmp_path)) as store, store.transaction() as tx:
        approved = tx.drafts.add(replace(draft(keep(tx).id), state=DraftState.APPROVED))
    outcomes: list[str] = []
    start = threading.Barrier(6)

    def try_to_claim() -> None:
        with closing(open_store(url, tmp_path)) as mine:
            start.wait(timeout=20)
            try:
                with mine.transaction() as tx:
                    claim(tx, approved)
                outcomes.append("claimed")
            except Conflict:
                outcomes.append("conflict")

    in_parallel(try_to_claim, 6)
    assert sorted(outcomes) == ["claimed", *["conflict"] * 5]


def test_letters_that_two_bots_take_in_at_once_are_kept_once(url: str, tmp_path: Path) -> None:
    arrivals = [
        Arrival(fetched=letter(uid, body=name.encode()), message_id=name, thread=name)
        for uid in range(1, 40)
        if (name := f"{uid}@example.org")
    ]
    open_store(url, tmp_path).close()

    def take_in() -> None:
        with closing(open_store(url, tmp_path)) as mine:
            for begin in range(0, len(arrivals), 5):
                with mine.transaction() as tx:
                    tx.messages.add_all(arrivals[begin : begin + 5])

    in_parallel(take_in, 4)
    with closing(open_store(url, tmp_path)) as store, store.reading() as tx:
        assert tx.messages.count(None) == len(arrivals)


def in_parallel(work: object, times: int) -> None:
    assert callable(work)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


# --- promises, events, notes -----------------------------------------------------------------


def test_the_promise_of_a_thread_is_the_open_one_else_the_latest(tx: SqlTransaction) -> None:
    kept = keep(tx)
    assert tx.promises.of_thread(kept.thread) is None
    first = open_promise(tx, promise(kept.id))
    assert tx.promises.of_thread(kept.thread) == first
    closed = replace(first, state=PromiseState.KEPT, closed=LATER, told=date(2026, 3, 9))
    tx.promises.update(closed)
    assert tx.promises.of_thread(kept.thread) == closed
    second = open_promise(tx, promise(kept.id))
    tx.promises.update(replace(second, state=PromiseState.RELEASED))
    tx.promises.update(first)
    assert tx.promises.of_thread(kept.thread) == first


def test_a_thread_has_one_open_promise(tx: SqlTransaction) -> None:
    kept = keep(tx)
    open_promise(tx, promise(kept.id))
    with pytest.raises(Conflict, match="open for that thread"):
        open_promise(tx, promise(kept.id))
    with pytest.raises(Conflict, match="open for that thread"):
        tx.promises.open_all([promise(kept.id, "another"), promise(kept.id)])


def test_who_waits_is_told_by_due_date(tx: SqlTransaction) -> None:
    kept = keep(tx)
    late = open_promise(tx, promise(kept.id, "late"))
    soon = open_promise(tx, replace(promise(kept.id, "soon"), due=NOON))
    done = open_promise(tx, promise(kept.id, "done"))
    tx.promises.update(replace(done, state=PromiseState.KEPT_LATE))
    assert tx.promises.waiting() == [soon, late]


def test_past_promises_are_found_by_the_day_that_opened_them(tx: SqlTransaction) -> None:
    kept = keep(tx)
    young = open_promise(tx, replace(promise(kept.id, "young"), opened=LATER))
    old = open_promise(tx, promise(kept.id, "old"))
    assert tx.promises.opened_since(NOON) == [old, young]
    assert tx.promises.opened_since(LATER) == [young]
    assert tx.promises.get(old.id) == old


def test_the_history_of_a_letter_holds_its_draft_and_promise(tx: SqlTransaction) -> None:
    kept, other = keep(tx), keep(tx, 2, "b@example.org")
    drafted, owed = tx.drafts.add(draft(kept.id)), open_promise(tx, promise(kept.id))
    events = [
        Event(at=NOON, actor=Actor.BOT, verb=Verb.DRAFTED, letter_id=kept.id),
        Event(at=LATER, actor=Actor.AUTHOR, verb=Verb.APPROVED, draft_id=drafted.id, version=1),
        Event(at=NOON, actor=Actor.BOT, verb=Verb.ASKED, promise_id=owed.id, detail="why"),
    ]
    for event in [*events, Event(at=NOON, actor=Actor.BOT, verb=Verb.DRAFTED, letter_id=other.id)]:
        tx.record(event)
    assert tx.events(kept.id) == events


def test_cursors_and_notes_are_kept_and_replaced(tx: SqlTransaction) -> None:
    assert tx.cursor("m", "INBOX") is None
    high = Cursor(
        mailbox="m", folder="INBOX", uidvalidity=2**32 - 1, last_uid=2**32 - 1, modseq=2**63 - 1
    )
    tx.set_cursor(replace(high, last_uid=1))
    tx.set_cursor(high)
    assert tx.cursor("m", "INBOX") == high
    assert tx.fact("paused") == ""
    tx.set_fact("paused", "yes")
    tx.set_fact("paused", "still")
    assert tx.fact("paused") == "still"
    tx.set_fact("paused", "")
    assert tx.fact("paused") == ""


def test_whom_the_author_knows_is_kept_as_a_hash(file_store: SqlStore, tmp_path: Path) -> None:
    with file_store.transaction() as tx:
        later = Acquaintance(since=NOON, message_id="2@example.org")
        first = Acquaintance(since=NOON - timedelta(days=1), message_id="1@example.org")
        tx.people.learn_known(["Sister@Example.org", "sister@example.org"], later)
        tx.people.learn_known(["sister@example.org"], first)
        tx.people.learn_known(["sister@example.org"], later)
        known = tx.people.known_among(["sister@example.org", "x@y"])
        assert known == {"sister@example.org": first}
        tx.people.unlearn_known(["Sister@example.org"])
        assert not tx.people.known_among(["sister@example.org"])
    assert b"sister" not in bytes_in(tmp_path).lower()


def test_threads_that_the_author_began_and_letters_that_she_answered(tx: SqlTransaction) -> None:
    tx.people.learn_begun(["1@x", "2@x"])
    tx.people.learn_begun(["2@x", "3@x"])
    tx.people.learn_answered(["4@x"])
    assert tx.people.begun_among(["2@x", "3@x", "4@x"]) == {"2@x", "3@x"}
    assert tx.people.answered_among(["3@x", "4@x"]) == {"4@x"}


def test_who_is_no_reader_can_become_one_again(tx: SqlTransaction) -> None:
    tx.people.add_never("Sister@example.org")
    tx.people.add_never("@bank.example")
    assert tx.people.never() == {"sister@example.org", "@bank.example"}
    tx.people.remove_never("sister@example.org")
    assert tx.people.never() == {"@bank.example"}


# --- transactions and faults -----------------------------------------------------------------


def test_a_transaction_that_fails_leaves_nothing(store: SqlStore) -> None:
    def fail() -> None:
        with store.transaction() as tx:
            keep(tx)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.reading() as tx:
        assert tx.messages.count(None) == 0


def test_reading_goes_on_while_another_writes(store: SqlStore) -> None:
    with store.transaction() as tx:
        keep(tx)
        with store.reading() as reader:
            assert reader.messages.count(None) == 0
    with store.reading() as reader:
        assert reader.messages.count(None) == 1


def test_a_reader_sees_one_state_however_often_it_looks(store: SqlStore) -> None:
    with store.reading() as reader:
        assert reader.messages.count(None) == 0
        with store.transaction() as tx:
            keep(tx)
        assert reader.messages.count(None) == 0
        assert reader.messages.new(9) == []
    with store.reading() as reader:
        assert reader.messages.count(None) == 1


def test_a_writer_sees_what_the_one_before_has_committed(store: SqlStore) -> None:
    """Its first query comes after its turn, so that a check in the transaction holds."""
    counts: list[int] = []

    def write() -> None:
        with store.transaction() as tx:
            counts.append(tx.messages.count(None))
            keep(tx, len(counts), f"{len(counts)}@example.org")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [0, 1, 2, 3]


def test_reading_cannot_write(store: SqlStore) -> None:
    with pytest.raises(StoreUnavailable), store.reading() as tx:
        keep(tx)


def test_a_store_that_another_program_holds_is_said_to_be_locked(
    file_store: SqlStore, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "inbox_bot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with file_store.reading() as tx:
            tx.connection.exec_driver_sql("PRAGMA busy_timeout = 1")
        held = pytest.raises(StoreUnavailable, match="another program is using it")
        with held, file_store.transaction():
            pass


def test_a_full_disk_keeps_what_was_there(file_store: SqlStore) -> None:
    with file_store.transaction() as tx:
        keep(tx)
    with file_store.reading() as tx:
        pages = tx.connection.scalar(text("PRAGMA page_count"))
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    full = pytest.raises(StoreUnavailable, match=r"disk is full[^\n]*$")
    with full, file_store.transaction() as tx:
        add(tx, letter(2, body=b"x" * 99_999), "big@example.org", "big")
    with file_store.reading() as tx:
        assert tx.messages.count(None) == 1


def test_a_file_that_is_no_store_is_refused_and_not_touched(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_bytes(b"my own notes " * 99)
    with pytest.raises(StoreUnavailable, match=r"notes\.db: the file is not a store"):
        open_store("sqlite:///notes.db", tmp_path)
    assert (tmp_path / "notes.db").read_bytes() == b"my own notes " * 99


def test_a_damaged_file_is_said_to_be_damaged(file_store: SqlStore, tmp_path: Path) -> None:
    with file_store.transaction() as tx:
        for uid in range(1, 99):
            keep(tx, uid, f"{uid}@example.org")
    file_store.close()
    file = tmp_path / "inbox_bot.db"
    file.write_bytes(file.read_bytes()[:8192] + b"\xff" * (file.stat().st_size - 8192))
    damaged = pytest.raises(StoreUnavailable, match="damaged")
    with damaged, closing(open_store("sqlite:///inbox_bot.db", tmp_path)) as store:
        look_at_everything(store)


def look_at_everything(store: SqlStore) -> None:
    with store.reading() as tx:
        tx.messages.new(999)


def test_a_folder_that_is_missing_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"can't be opened[^\n]*$"):
        open_store("sqlite:///missing/inbox_bot.db", tmp_path)


@pytest.mark.parametrize("url", ["inbox_bot.db", "sqlite://", "sqlite:///:memory:", "oracle://x/y"])
def test_a_url_that_cannot_be_a_store_is_a_problem_of_the_settings(
    url: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=r"^store: [^\n]*$"):
        open_store(url, tmp_path)


def test_a_server_that_is_down_is_said_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreUnavailable) as raised:
        open_store("postgresql://bot:secret@127.0.0.1:1/letters", tmp_path)
    assert "doesn't answer" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_what_readers_wrote_never_stands_in_an_error(file_store: SqlStore) -> None:
    with pytest.raises(Conflict) as raised, file_store.transaction() as tx:
        tx.drafts.add(replace(draft(99), text="my private pain"))
    assert "pain" not in str(raised.value)


def test_the_store_s_files_are_for_their_owner_alone(file_store: SqlStore, tmp_path: Path) -> None:
    with file_store.transaction() as tx:
        keep(tx)
        rights = {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert rights == {0o600}


def test_a_commit_is_flushed_to_the_disk(file_store: SqlStore) -> None:
    with file_store.transaction() as tx:
        asked = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        answers = [tx.connection.scalar(text(f"PRAGMA {name}")) for name in asked]
    assert answers == ["wal", 2, 1, 1]


def test_questions_asked_at_every_poll_do_not_walk_the_whole_store(file_store: SqlStore) -> None:
    with file_store.transaction() as tx:
        kept, asked = keep(tx), list[str]()
        driver = tx.connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(asked.append)
        tx.messages.new(9)
        tx.messages.unconsidered(9)
        tx.messages.by_message_id("a@example.org")
        tx.messages.known(["a@example.org"])
        tx.messages.thread_of(["a@example.org"])
        tx.messages.thread(kept.thread)
        tx.drafts.in_state(DraftState.PENDING)
        tx.drafts.without_sent_copy()
        tx.drafts.by_message_id("x")
        tx.drafts.sent_to("ann@example.org")
        tx.promises.waiting()
        tx.promises.of_thread("x")
        tx.events(kept.id)
        driver.set_trace_callback(None)
        steps = [
            step
            for query in asked
            for (_, _, _, step) in driver.execute(f"EXPLAIN QUERY PLAN {query}")
        ]
    assert len(steps) > len(asked) > 12
    # `forgotten` is only checked for having a row.
    walks = [step for step in steps if step.startswith("SCAN") and "SUBQUERY" not in step]
    assert {step.split()[1] for step in walks} <= {"forgotten"}


# --- privacy ---------------------------------------------------------------------------------


def bytes_in(directory: Path) -> bytes:
    return b"".join(file.read_bytes() for file in directory.iterdir())


def correspondence(tx: SqlTransaction, uid: int, reader: Address) -> Draft:
    """A letter, its draft filed in Drafts, and its promise."""
    name = f"{uid}@{reader.email}"
    hers = replace(letter(uid), raw=f"From: {reader.email}\n\n{reader.name * 99}".encode())
    kept = add(tx, hers, name, name)
    assert kept is not None
    tx.messages.judge(kept.id, READER, read(sender=reader))
    drafted = tx.drafts.add(replace(draft(kept.id, f"re-{uid}@example.com"), to=(reader,)))
    place = Place(mailbox="steve@example.com", folder="Drafts", uidvalidity=1, uid=uid)
    tx.drafts.file(FiledDraft(draft_id=drafted.id, version=1, place=place))
    open_promise(tx, replace(promise(kept.id, name), reader=reader.email))
    tx.record(Event(at=NOON, actor=Actor.BOT, verb=Verb.DRAFTED, draft_id=drafted.id))
    return drafted


BOB = Address(email="bob@other.example", name="Robert")


def test_a_forgotten_reader_is_gone_and_others_stay(store: SqlStore) -> None:
    with store.transaction() as tx:
        hers, his = correspondence(tx, 1, ANN), correspondence(tx, 2, BOB)
        tx.people.learn_known([ANN.email], Acquaintance())
        tx.people.add_never(ANN.email)
        shown = tx.privacy.of_reader("Ann@example.org")
        assert (shown.letters, shown.drafts, shown.promises) == ((hers.letter_id,), 1, 1)
        assert [filed.draft_id for filed in shown.filed] == [hers.id]
        assert tx.privacy.forget("Ann@example.org") == shown
        assert tx.privacy.of_reader(ANN.email).letters == ()
        assert not tx.people.known_among([ANN.email])
        assert not tx.people.never()
        assert [kept.reader for kept in tx.promises.waiting()] == [BOB.email]
        assert tx.drafts.in_state(DraftState.PENDING) == [his]
        with pytest.raises(NotFound):
            tx.drafts.get(hers.id)


def test_no_byte_of_a_forgotten_reader_is_left_in_the_files(
    file_store: SqlStore, tmp_path: Path
) -> None:
    with file_store.transaction() as tx:
        for uid in range(1, 30):
            correspondence(tx, uid, ANN if uid % 3 else BOB)
    (tmp_path / "inbox_bot.db.before-leaving-v0001").write_bytes(b"ann@example.org")
    assert b"ann@example.org" in bytes_in(tmp_path)
    with file_store.transaction() as tx:
        tx.privacy.forget("ann@example.org")
    file_store.scrub()
    left = bytes_in(tmp_path)
    assert b"ann@" not in left
    assert "Ωmega".encode() not in left
    assert "ωmega".encode() not in left
    assert b"bob@other.example" in left


def test_a_forgotten_letter_is_not_taken_in_again_and_stays_accounted_for(
    store: SqlStore,
) -> None:
    with store.transaction() as tx:
        correspondence(tx, 1, ANN)
        tx.privacy.forget(ANN.email)
        again = add(tx, letter(1), "1@ann@example.org", "t")
        moved = add(tx, letter(5, "Archive"), "1@ann@example.org", "t")
        assert (again, moved) == (None, None)
        assert tx.messages.known(["1@ann@example.org"]) == {"1@ann@example.org"}
        assert tx.messages.accounted("steve@example.com", "INBOX", 7, range(5)) == {1}
        assert tx.messages.count(None) == 0


def test_a_new_letter_of_a_forgotten_reader_is_taken_in(store: SqlStore) -> None:
    with store.transaction() as tx:
        old = correspondence(tx, 1, ANN)
        tx.privacy.forget(ANN.email)
        new = correspondence(tx, 2, ANN)
        assert new.id > old.id
        assert new.letter_id > old.letter_id


def test_old_letters_expire_unless_someone_waits(store: SqlStore) -> None:
    with store.transaction() as tx:
        waits, settled = correspondence(tx, 1, ANN), correspondence(tx, 2, BOB)
        for done in (waits, settled):
            tx.messages.considered(done.letter_id)
            tx.drafts.move(done, replace(done, state=DraftState.SENT))
        kept_promise = tx.promises.of_thread(f"2@{BOB.email}")
        assert kept_promise is not None
        tx.promises.update(replace(kept_promise, state=PromiseState.KEPT))
        keep(tx, 3, "unread@example.org")
        assert tx.privacy.expired(NOON).letters == ()
        assert tx.privacy.expire(LATER).letters == (settled.letter_id,)
        assert tx.messages.get(waits.letter_id)
        assert tx.messages.count(None) == 1


def test_a_copy_of_the_store_is_a_store(file_store: SqlStore, tmp_path: Path) -> None:
    with file_store.transaction() as tx:
        kept = correspondence(tx, 1, ANN)
    file_store.copy_to(tmp_path / "copy.db")
    with closing(open_store("sqlite:///copy.db", tmp_path)) as copy, copy.reading() as tx:
        assert tx.drafts.get(kept.id) == kept
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    with pytest.raises(WrongUse, match="already"):
        file_store.copy_to(tmp_path / "copy.db")
    with pytest.raises(NotWritten, match=r"copy\.db: [^\n]*$"):
        file_store.copy_to(tmp_path / "missing" / "copy.db")


def test_an_export_can_be_read_without_the_bot(store: SqlStore, tmp_path: Path) -> None:
    with store.transaction() as tx:
        kept = correspondence(tx, 1, ANN)
        tx.people.add_never("@pitches.example")
    store.export_to(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.read(f"letters/{kept.letter_id}.eml").startswith(b"From: ann@")
        lines = {name: archive.read(f"{name}.jsonl") for name in ("letters", "drafts", "events")}
        promises = archive.read("promises.jsonl")
        assert archive.read("not-readers.jsonl") == b'{"address": "@pitches.example"}\n'
    assert b'"verdict": "reader"' in lines["letters"]
    assert b'"name": "Ann \\u03a9mega"' in lines["drafts"]
    assert b'"verb": "drafted"' in lines["events"]
    assert b'"opened": "2026-03-03T12:00:00+00:00"' in promises
    with pytest.raises(WrongUse, match="already"):
        store.export_to(tmp_path / "all.zip")


# --- what another process does ---------------------------------------------------------------


def test_a_write_of_another_process_is_noticed_and_a_read_is_none(
    store: SqlStore, url: str, tmp_path: Path
) -> None:
    seen = store.last_change()
    with store.reading() as tx:
        tx.fact("anything")
    assert store.last_change() == seen
    other = open_store(url, tmp_path)
    try:
        with other.transaction() as tx:
            tx.set_fact("from", "afar")
    finally:
        other.close()
    after = store.last_change()
    assert after != seen
    with store.transaction() as tx:
        tx.set_fact("from", "here")
    assert store.last_change() != after, "a write of our own counts, too"


def test_the_first_reply_on_the_way_is_known_with_its_time(store: SqlStore) -> None:
    with store.transaction() as tx:
        assert tx.drafts.next_on_the_way() is None
        waits = tx.drafts.add(draft(keep(tx).id))
        later = tx.drafts.move(
            waits,
            replace(waits, state=DraftState.APPROVED, send_after=NOON + timedelta(minutes=1)),
        )
        assert tx.drafts.next_on_the_way() == NOON + timedelta(minutes=1)
        at_once = replace(draft(keep(tx, 2, "b@example.org").id), message_id="second@example.com")
        tx.drafts.add(replace(at_once, state=DraftState.APPROVED))
        assert tx.drafts.next_on_the_way() == EVER
        tx.drafts.move(later, later.become(DraftState.PENDING, ""))
        assert tx.drafts.next_on_the_way() == EVER


def test_pending_drafts_without_any_copy_in_drafts_are_found(store: SqlStore) -> None:
    with store.transaction() as tx:
        letters = [keep(tx, number, f"{number}@example.org") for number in (1, 2, 3)]
        filed, open_, urgent = (
            tx.drafts.add(replace(draft(each.id), message_id=f"reply{each.id}@example.com"))
            for each in letters
        )
        tx.drafts.move(urgent, replace(urgent, kind=DraftKind.URGENT))
        copy = FiledDraft(draft_id=filed.id, version=1, place=letters[0].place, raw=b"")
        tx.drafts.file(copy)
        assert [one.id for one in tx.drafts.unfiled(DraftKind.ANSWER)] == [open_.id]
        both = tx.drafts.unfiled(DraftKind.ANSWER, DraftKind.URGENT)
        assert [one.id for one in both] == [open_.id, urgent.id]


def test_a_value_that_a_transaction_put_is_what_it_reads(store: SqlStore) -> None:
    with store.transaction() as tx:
        assert tx.fact("mood") == ""
        tx.set_fact("mood", "good")
        assert tx.fact("mood") == "good"
    with store.transaction() as tx:
        tx.set_fact("mood", "better")
        tx.set_fact("other", "")
        assert (tx.fact("mood"), tx.fact("other")) == ("better", "")
    with store.transaction() as tx:
        tx.set_fact("mood", "")
        assert tx.fact("mood") == ""
        tx.set_fact("mood", "back")
    with store.reading() as tx:
        assert tx.fact("mood") == "back"
