"""The parts of a mailbox that decide without a server: names of folders, answers, batches."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from inbox_bot.mail.imap.append import as_stored
from inbox_bot.mail.imap.folders import Listed, incoming, special_folders
from inbox_bot.mail.imap.large import read_structure, sections
from inbox_bot.mail.imap.responses import (
    batches,
    read_appenduid,
    read_code,
    read_responses,
    spelled_out,
    uid_set,
)


def listed(*names: str, delimiter: str = "/") -> list[Listed]:
    return [Listed(name=name, delimiter=delimiter) for name in names]


@pytest.mark.parametrize(
    ("names", "delimiter", "drafts", "sent"),
    [
        (("INBOX", "Drafts", "Sent"), "/", "Drafts", "Sent"),
        (("INBOX", "INBOX.Drafts", "INBOX.Sent"), ".", "INBOX.Drafts", "INBOX.Sent"),
        (("[Gmail]/Entwürfe", "[Gmail]/Gesendet"), "/", "[Gmail]/Entwürfe", "[Gmail]/Gesendet"),
        (("Brouillons", "Éléments envoyés"), "/", "Brouillons", "Éléments envoyés"),
        (("Черновики", "Отправленные"), "|", "Черновики", "Отправленные"),
        (("下書き", "送信済みメール"), "/", "下書き", "送信済みメール"),
        (("drafts", "SENT ITEMS"), "", "drafts", "SENT ITEMS"),
        (("Old/Drafts", "Book/Sent"), "/", None, None),
        (("My Drafts", "Sentiments"), "/", None, None),
    ],
)
def test_folders_are_known_by_their_names_in_many_languages(
    names: tuple[str, ...], delimiter: str, drafts: str | None, sent: str | None
) -> None:
    found = special_folders(listed(*names, delimiter=delimiter), drafts="", sent="")
    assert (found.drafts, found.sent) == (drafts, sent)


def test_a_flag_says_more_than_a_name() -> None:
    folders = [*listed("Drafts"), Listed(name="Unfinished", flags=frozenset({"\\drafts"}))]
    assert special_folders(folders, drafts="", sent="").drafts == "Unfinished"


def test_of_two_flagged_folders_the_upper_one_is_meant() -> None:
    flag = frozenset({"\\sent"})
    folders = [Listed(name="Archive/2019/Sent", flags=flag), Listed(name="Sent", flags=flag)]
    assert special_folders(folders, drafts="", sent="").sent == "Sent"


def test_every_folder_into_which_a_program_files_sent_mail_is_one() -> None:
    flagged = Listed(name="Archive/Sent 2019", flags=frozenset({"\\sent"}))
    other = Listed(name="Sent Mail", flags=frozenset({"\\trash"}))
    names = (
        "INBOX",
        "Sent Messages",
        "Sent",
        "Gesendete Objekte",
        "INBOX/Envoye\u0301s",
        "My/Sent",
    )
    folders = [*listed(*names), flagged, other]
    found = special_folders(folders, drafts="", sent="Sent")
    assert found.sent == "Sent"
    assert set(found.all_sent) == {*names[1:5], flagged.name}
    assert found.all_sent[0] == "Sent"
    assert incoming(folders, found) == ["INBOX", "My/Sent"]


def test_a_folder_that_holds_no_letters_is_not_taken() -> None:
    folders = [Listed(name="Drafts", flags=frozenset({"\\noselect"}))]
    assert special_folders(folders, drafts="", sent="").drafts is None


def test_what_the_author_names_is_it() -> None:
    found = special_folders(listed("Drafts", "Sent"), drafts="Bot", sent="")
    assert (found.drafts, found.sent) == ("Bot", "Sent")


@given(st.binary(), st.integers(1, 2**32 - 1))
def test_no_letter_is_mistaken_for_an_answer(raw: bytes, uid: int) -> None:
    (found,) = read_responses([(b"1 (UID %d BODY[] {%d}" % (uid, len(raw)), raw), b")"])
    assert (found.uid, found.sections) == (uid, {"": raw})


def test_an_answer_is_read_alike_wherever_its_literal_stands() -> None:
    facts = b'UID 7 FLAGS (\\SEEN $x) INTERNALDATE "17-Jul-2026 02:44:25 -0700" RFC822.SIZE 12'
    (last,) = read_responses([(b"1 (%b X NIL FLAGS () BODY[] {3}" % facts, b"abc"), b")"])
    (first,) = read_responses([(b"1 (BODY[] {3}", b"abc"), b" %b X NIL FLAGS ())" % facts])
    assert last == first
    (last,) = read_responses([(b"1 (%b BODY[HEADER]<0> {3}" % facts, b"abc"), b")"])
    assert last.flags == {"\\Seen", "$x"}
    assert last.sections == {"HEADER": b"abc"}
    assert (last.uid, last.size) == (7, 12)
    assert last.arrived == datetime(2026, 7, 17, 9, 44, 25, tzinfo=UTC)


@given(st.binary(min_size=1), st.binary(min_size=1))
def test_the_order_of_an_answer_does_not_matter(one: bytes, two: bytes) -> None:
    head = b"9 (BODY[HEADER]<0> {%d}" % len(one)
    middle = b" FLAGS (\\seen $Junk) BODY[1.2.MIME] {%d}" % len(two)
    tail = b' RFC822.SIZE 12 INTERNALDATE " 1-Feb-2026 10:00:00 +0200" UID 7)'
    (found,) = read_responses([(head, one), (middle, two), tail])
    assert found.sections == {"HEADER": one, "1.2.MIME": two}
    assert found.flags == {"\\Seen", "$Junk"}
    assert found.size == 12
    assert found.uid == 7
    assert found.arrived == datetime(2026, 2, 1, 8, 0, tzinfo=UTC)


def test_a_body_may_come_in_quotes_and_a_missing_one_as_nil() -> None:
    quoted, missing = read_responses(
        [b'1 (UID 1 BODY[] "say \\"UID 9\\" (BODY[])")', b"2 (UID 2 BODY[] NIL)"]
    )
    assert quoted.sections == {"": b'say "UID 9" (BODY[])'}
    assert missing.sections == {}


def test_what_is_pushed_without_a_uid_is_left_out() -> None:
    assert list(read_responses([b"3 (FLAGS (\\Seen))", None])) == []


@given(st.lists(st.one_of(st.binary(), st.tuples(st.binary(), st.binary()))))
def test_no_answer_breaks_the_reader(fragments: list[bytes | tuple[bytes, bytes]]) -> None:
    list(read_responses(fragments))


@given(st.sets(st.integers(1, 500)))
def test_a_set_of_uids_names_each_of_them_once(uids: set[int]) -> None:
    written = uid_set(sorted(uids))
    named = []
    for run in written.split(",") if written else []:
        first, _, last = run.partition(":")
        named += list(range(int(first), int(last or first) + 1))
    assert named == sorted(uids)


@given(st.lists(st.integers(0, 300), max_size=60))
def test_batches_leave_nothing_out_and_keep_their_weight(sizes: list[int]) -> None:
    cut = list(batches(enumerate(sizes), 5, 200))
    assert [uid for batch in cut for uid in batch] == list(range(len(sizes)))
    for batch in cut:
        assert len(batch) <= 5
        assert len(batch) == 1 or sum(sizes[uid] for uid in batch) <= 200


def test_codes_in_brackets_are_read() -> None:
    assert read_appenduid("[APPENDUID 38505 3955] APPEND completed") == (38505, 3955)
    assert read_appenduid("APPEND completed") is None
    assert read_code("FETCH failed: [UNAVAILABLE] busy") == "UNAVAILABLE"
    assert read_code("no code") == ""


@pytest.mark.parametrize(
    "stored",
    [
        b"Subject: Gr\xc3\xbc\xc3\x9fe\n\nHello\n",
        b"Subject: GrXXXXe\r\n\r\nHello\r\n",
        b"Subject: Gr\xc3\xbc\xc3\x9fe\r\n\r\nHello",
    ],
)
def test_what_servers_do_to_a_letter_is_no_change(stored: bytes) -> None:
    assert as_stored(stored) == as_stored("Subject: Grüße\r\n\r\nHello\r\n".encode())


@pytest.mark.parametrize(
    "stored", [b"Subject: x\r\n\r\nHello!\r\n", b"Subject: y\r\n\r\nHello\r\n"]
)
def test_one_word_more_is_a_change(stored: bytes) -> None:
    assert as_stored(stored) != as_stored(b"Subject: x\r\n\r\nHello\r\n")


@pytest.mark.parametrize("body", [None, (), ([],), ([(b"text", b"plain")], b"mixed", None), 5])
def test_a_structure_that_is_none_is_refused(body: object) -> None:
    with pytest.raises(ValueError, match=r"BODYSTRUCTURE|boundary"):
        read_structure(body)


def test_of_ten_thousand_parts_only_some_are_asked_for() -> None:
    parts = [(b"TEXT", b"PLAIN") for _ in range(10_000)]
    root = read_structure((parts, b"MIXED", (b"BOUNDARY", b"b")))
    assert len(sections(root)) < 120


def test_spans_of_uids_are_spelled_out_up_to_the_next_one_and_never_by_the_million() -> None:
    assert spelled_out(["3", "9:7"], 9) == [3, 7, 8]
    assert spelled_out(["1:4294967295"], 4) == [1, 2, 3]
    assert spelled_out(["1:4294967295"], 4_294_967_295) == ()
