"""Replies: the finished bytes show the draft, and nothing that a letter smuggled in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings, strategies as st

from inbox_bot.drafting import mime
from inbox_bot.errors import SettingsError, UnsafeReply
from inbox_bot.letters.reading.visible import visible
from inbox_bot.model import (
    MADE_UP_ID,
    MADE_UP_UNREAD,
    Address,
    Author,
    Draft,
    DraftKind,
    DraftState,
    Message,
)

AT = datetime(2026, 3, 4, 9, 30, tzinfo=timezone(timedelta(hours=-5)))
NEW_YORK = Author(name="Steve", signature="Steve", timezone="America/New_York")
STEVE = Address(email="steve@example.com", name="Steve")
ANN = Address(email="ann@example.org", name="Ann Miller")
ALLOWED = ["From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"]
MIME = ["MIME-Version", "Content-Type"]

DRAFT = Draft(
    id=1,
    version=1,
    letter_id=1,
    state=DraftState.PENDING,
    kind=DraftKind.ANSWER,
    sender=STEVE,
    to=(ANN,),
    subject="Re: Chairs",
    text="Hi Ann,\n\nYes, I'd say so.\n\nBest,\nSteve\n",
    quoted="On Tue, Mar 3, 2026 at 7:04 PM Ann Miller wrote:\n> Are chairs any good?\n>\n> Ann",
    message_id="abc@example.com",
    in_reply_to="letter@example.org",
    references=("first@example.org", "letter@example.org"),
    created=datetime(2026, 3, 4, tzinfo=UTC),
)
LETTER = Message(
    message_id="letter@example.org",
    sender=ANN,
    date=datetime(2026, 3, 4, 0, 4, tzinfo=UTC),
    text="Are chairs any good?\n\nAnn",
)

# What tries to leave its header, line, part or quotes.
PAYLOADS = (
    "x\r\nBcc: all@evil.example",
    "x\nBcc: all@evil.example",
    "x\rBcc: all@evil.example",
    "x\r\n\r\n<script>alert(1)</script>",
    "x\x00y",
    "x\u2028Bcc: all@evil.example",
    "x\u2029Bcc: all@evil.example",
    "x\x85Bcc: all@evil.example",
    "x\x0bBcc: y\x0cBcc: z\x1cBcc: a\x1dBcc: b\x1eBcc: c",
    "=?utf-8?q?x=0D=0ABcc=3A_all=40evil.example?=",
    "=?utf-8?b?eA0KQmNjOiBhbGxAZXZpbC5leGFtcGxl?=",
    "=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3D0ABcc=3A=20y=3F=3D?=",
    "=?utf-8?q?a?= =?utf-8?q?=0ABcc:_b?=",
    "=?=?utf-8?q?a?=?=",
    "é =?utf-8?q?x=0ABcc:_y?= é",
    '"; Bcc: x',
    '\\"><b>, Evil <all@evil.example>',
    "Evil <all@evil.example>, Ann",
    "\u202eelpmaxe.live\u202c",
    "\r\n.\r\nMAIL FROM:<x@evil.example>\r\n",
    "\n.\n",
    "\ud800 half a pair",
    "ø" * 400,
    "x" * 3000,
    "a " * 500,
    "🙂" * 90,
    ".",
    "From here",
    "--=_",
)
anything = st.one_of(st.sampled_from(PAYLOADS), st.text(max_size=120), st.characters())


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(raw: bytes, kind: str) -> str:
    found = parsed(raw).get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def assert_clean(raw: bytes) -> None:
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\x00|[\x80-\xff]", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\r\n.\r\n" not in raw


class Seen(HTMLParser):
    """The words, tags and links that a browser would see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words, self.tags, self.links = "", set[str](), list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.words += data


# --- what a reply is -------------------------------------------------------------------------


def test_a_reply_has_the_headers_of_a_reply_and_no_other() -> None:
    raw = mime.build(DRAFT, AT)
    assert parsed(raw).keys() == ALLOWED + MIME


def test_a_reply_stands_in_its_thread() -> None:
    reply = parsed(mime.build(DRAFT, AT))
    assert reply["Message-ID"] == "<abc@example.com>"
    assert reply["In-Reply-To"] == "<letter@example.org>"
    assert reply["References"].split() == ["<first@example.org>", "<letter@example.org>"]


def test_a_reply_goes_from_the_author_to_the_reader() -> None:
    reply = parsed(mime.build(DRAFT, AT))
    assert (reply["From"], reply["To"]) == (
        "Steve <steve@example.com>",
        "Ann Miller <ann@example.org>",
    )
    assert reply["Date"].datetime == AT


def test_the_text_part_is_text_and_quote_as_approved() -> None:
    text = part(mime.build(DRAFT, AT), "plain")
    assert text == f"{DRAFT.text}\n{DRAFT.quoted}\n"


def test_the_html_part_says_the_same() -> None:
    seen = Seen(part(mime.build(DRAFT, AT), "html"))
    said = DRAFT.text + DRAFT.quoted.replace("\n>", "\n")
    assert seen.words.split() == said.split()
    assert "blockquote" in seen.tags


def test_the_same_draft_makes_the_same_bytes() -> None:
    assert mime.build(DRAFT, AT) == mime.build(DRAFT, AT)


def test_lists_and_links_are_lists_and_links_in_html() -> None:
    text = "Two:\n\n- one\n- two <https://example.com/a?b=1&c=2>\n\nAnd https://example.com/x.\n"
    seen = Seen(part(mime.build(replace(DRAFT, text=text, quoted=""), AT), "html"))
    assert {"ul", "li", "a"} <= seen.tags
    assert seen.links == ["https://example.com/a?b=1&c=2", "https://example.com/x"]
    assert "blockquote" not in seen.tags


@pytest.mark.parametrize(
    "typed", ["2 * 3 * 4", "# 1", "`x`", "a_b_c", "&lt;", "**no**", "[a](http://b)", "| a | b |"]
)
def test_signs_that_the_author_types_stay_signs(typed: str) -> None:
    seen = Seen(part(mime.build(replace(DRAFT, text=f"So {typed}.", quoted=""), AT), "html"))
    assert seen.words.split() == f"So {typed}.".split()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://x.example/"]
)
def test_a_link_leads_to_the_web_or_nowhere(url: str) -> None:
    page = part(mime.build(replace(DRAFT, text=f"See <{url}>."), AT), "html")
    assert Seen(page).links == []


def test_html_in_text_or_quote_is_only_words() -> None:
    hostile = replace(
        DRAFT, text="<script>a</script>", quoted="<i>A</i> wrote:\n> <img src=x> http://x.y"
    )
    seen = Seen(part(mime.build(hostile, AT), "html"))
    assert not {"script", "img", "i", "a"} & seen.tags
    assert "<img src=x> http://x.y" in seen.words


def test_a_draft_without_threading_makes_a_reply_without_it() -> None:
    lone = replace(DRAFT, in_reply_to="", references=())
    assert "References" not in parsed(mime.build(lone, AT))


def test_all_references_are_kept_and_folded() -> None:
    ids = tuple(f"{'x' * 60}.{n}@mail.example.org" for n in range(150))
    raw = mime.build(replace(DRAFT, references=ids), AT)
    assert_clean(raw)
    assert parsed(raw)["References"].split() == [f"<{one}>" for one in ids]


def test_a_flood_of_references_keeps_the_root_and_the_end() -> None:
    ids = tuple(f"{n}@example.org" for n in range(50_000))
    found = parsed(mime.build(replace(DRAFT, references=ids), AT))["References"].split()
    assert (found[0], found[-1], len(found)) == ("<0@example.org>", "<49999@example.org>", 200)


def test_a_reference_that_is_none_is_left_out() -> None:
    raw = mime.build(replace(DRAFT, references=("a b", "ok@x", "<y>", "ü@x", "", "x\r\ny@z")), AT)
    assert parsed(raw)["References"] == "<ok@x>"


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Ann", "Ann <ann@example.org>"),
        ("", "ann@example.org"),
        ("Miller, Ann", '"Miller, Ann" <ann@example.org>'),
        ('Ann "A" Miller', '"Ann \\"A\\" Miller" <ann@example.org>'),
        ("Siobhán", "Siobhán <ann@example.org>"),
    ],
)
def test_names_are_shown_as_they_are(name: str, field: str) -> None:
    raw = mime.build(replace(DRAFT, to=(replace(ANN, name=name),)), AT)
    assert str(parsed(raw)["To"]) == field


def test_several_recipients_are_all_there() -> None:
    to = (ANN, Address(email="bob@example.net"))
    found = parsed(mime.build(replace(DRAFT, to=to), AT))["To"].addresses
    assert [one.addr_spec for one in found] == ["ann@example.org", "bob@example.net"]


@pytest.mark.parametrize(
    ("domain", "label"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.Example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("xn--fa-hia.example", "xn--fa-hia.example"),
    ],
)
def test_an_international_domain_is_written_in_ascii_and_stays_the_readers(
    domain: str, label: str
) -> None:
    reader = Address(email=f"ann@{domain}", name="Ann")
    raw = mime.build(replace(DRAFT, to=(reader,)), AT)
    assert f"<ann@{label}>".encode() in raw
    assert raw.isascii()


def test_a_local_part_beyond_ascii_stands_in_the_header_as_it_is() -> None:
    reader = Address(email="änn@bücher.example", name="Änn")
    raw = mime.build(replace(DRAFT, to=(reader,)), AT)
    assert "<änn@xn--bcher-kva.example>".encode() in raw
    assert raw.replace("änn".encode(), b"").isascii()


def test_an_id_that_was_made_up_for_a_letter_without_one_does_not_leave() -> None:
    draft = replace(
        DRAFT,
        in_reply_to=f"0123{MADE_UP_ID}",
        references=("first@example.org", f"0123{MADE_UP_UNREAD}", f"0123{MADE_UP_ID}"),
    )
    reply = parsed(mime.build(draft, AT))
    assert reply["In-Reply-To"] is None
    assert reply["References"] == "<first@example.org>"


# --- what a reply can never be ---------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(anything, anything, anything, anything, anything)
@example(PAYLOADS[9], PAYLOADS[10], PAYLOADS[11], PAYLOADS[19], PAYLOADS[20])
def test_no_value_gets_out_of_its_place(
    subject: str, reader: str, author: str, text: str, quoted: str
) -> None:
    letter = replace(LETTER, text=quoted, sender=replace(ANN, name=reader))
    hostile = replace(
        DRAFT,
        subject=mime.reply_subject(subject),
        to=(replace(ANN, name=reader),),
        sender=replace(STEVE, name=author),
        text=text,
        quoted=mime.quote(letter, replace(NEW_YORK, timezone="Europe/Berlin")),
        references=(subject, reader, "letter@example.org"),
    )
    raw = mime.build(hostile, AT)
    assert_clean(raw)
    assert set(message_from_bytes(raw).keys()) == set(ALLOWED + MIME)
    assert raw.count(b"To: ") - raw.count(b"-To: ") <= 1 + text.count("To: ") + quoted.count("To: ")
    reply = parsed(raw)
    assert [one.addr_spec for one in reply["To"].addresses] == [ANN.email]
    assert [one.addr_spec for one in reply["From"].addresses] == [STEVE.email]
    assert len(list(reply.iter_parts())) == 2


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_subject_is_one_harmless_line(payload: str) -> None:
    subject = mime.reply_subject(payload)
    raw = mime.build(replace(DRAFT, subject=subject), AT)
    assert parsed(raw)["Subject"] == subject
    assert "=?" not in subject
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", subject)
    again = EmailMessage(policy=policy.SMTP)
    again["Subject"] = parsed(raw)["Subject"]
    assert message_from_bytes(again.as_bytes()).keys() == ["Subject"]


@pytest.mark.parametrize(
    "email",
    [
        "ann",
        "@example.org",
        "ann@",
        "a b@example.org",
        "ann@example.org, all@evil.example",
        "ann@example.org\r\nBcc: x@y",
        "ann@example.org>",
        '"a b"@example.org',
        "ü\u202enn@example.org",
        "ü nn@example.org",
        "ü\u00a0nn@example.org",
        "\ud800nn@example.org",
        "ann@\u2603\ufe0f.example",
        "=?utf-8?q?x?=@example.org",
        "ann@exa mple.org",
        "ann@-example.org",
        "ann@a..b",
        "ann\x00@example.org",
        "a" * 300 + "@example.org",
        "ann@[127.0.0.1]",
    ],
)
def test_an_address_that_is_none_gets_no_reply(email: str) -> None:
    with pytest.raises(UnsafeReply):
        mime.build(replace(DRAFT, to=(Address(email=email),)), AT)


def test_a_draft_to_nobody_makes_no_reply() -> None:
    with pytest.raises(UnsafeReply):
        mime.build(replace(DRAFT, to=()), AT)


@pytest.mark.parametrize("subject", ["Re: a\nBcc: x@y", "Re: " + "x" * 999])
def test_a_subject_that_cannot_be_what_it_shows_is_refused(subject: str) -> None:
    raw = mime.build(DRAFT, AT)
    with pytest.raises(UnsafeReply, match="subject"):
        mime.verify(raw, replace(DRAFT, subject=subject))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject:", b"Bcc: all@evil.example\r\nSubject:"),
        (b"Subject:", b"X-Id: 7\r\nSubject:"),
        (b"Subject:", b"To: all@evil.example\r\nSubject:"),
        (b"<ann@example.org>", b"<ann@evil.example>"),
        (b"<ann@example.org>", b"<ann@example.org>, all@evil.example"),
        (b"<steve@example.com>", b"<steve@evil.example>"),
        (b"Re: Chairs", b"Re: Tables"),
        (b"Re: Chairs", b"=?utf-8?q?=3D=3Futf-8=3Fq=3FRe:_Chairs=3F=3D?="),
        (b"<abc@example.com>", b"<abd@example.com>"),
        (b"Message-ID: <abc@example.com>\r\n", b""),
        (b"I'd say so", b"I'd say no"),
        (b"Are chairs", b"Are tables"),
        (b"text/html", b"text/x-html"),
        (b"multipart/alternative", b"multipart/mixed"),
        (b"quoted-printable", b"base64"),
        (b"--\r\n", b"\r\nContent-Type: text/plain\r\n\r\nmore\r\n"),
        (b"MIME-Version: 1.0\r\n", b""),
        (b"Date: ", b"Date:\n "),
        (b"Date: ", b"Date: \0"),
        (b"Date: ", b"Date: \xe9 "),
        (b"Date: ", b"Date: (%s) " % (b"x" * 999)),
        (b"Best,", b"Best,\n"),
        (b"Best,", b"Best,\r"),
        (b"Best,", b"Best\xe9,"),
        (b"Best,", b"B" * 1000),
    ],
)
def test_bytes_that_are_not_the_draft_are_refused(old: bytes, new: bytes) -> None:
    raw = mime.build(DRAFT, AT)
    mime.verify(raw, DRAFT)
    with pytest.raises(UnsafeReply):
        mime.verify(raw.replace(old, new), DRAFT)


# --- the hash of what is shown ---------------------------------------------------------------


def test_everything_that_the_approver_sees_is_in_the_hash() -> None:
    changed = [
        replace(DRAFT, sender=replace(STEVE, name="S")),
        replace(DRAFT, sender=replace(STEVE, email="s@example.com")),
        replace(DRAFT, to=(replace(ANN, name="A"),)),
        replace(DRAFT, to=(replace(ANN, email="a@example.org"),)),
        replace(DRAFT, to=(ANN, STEVE)),
        replace(DRAFT, subject="Re: Chair"),
        replace(DRAFT, text=DRAFT.text + " "),
        replace(DRAFT, quoted=""),
        replace(DRAFT, in_reply_to=""),
        replace(DRAFT, references=DRAFT.references[1:]),
    ]
    hashes = {mime.shown_hash(one) for one in [DRAFT, *changed]}
    assert len(hashes) == len(changed) + 1


def test_what_the_approver_does_not_see_is_not_in_the_hash() -> None:
    later = replace(DRAFT, state=DraftState.APPROVED, attempts=2, created=AT, reason="x")
    assert mime.shown_hash(later) == mime.shown_hash(DRAFT)


# --- subjects, recipients, ids, quotes -------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "reply"),
    [
        ("Chairs", "Re: Chairs"),
        ("Re: Chairs", "Re: Chairs"),
        ("RE: AW: re[2]: Chairs", "Re: Chairs"),
        ("Fwd: Chairs", "Re: Fwd: Chairs"),
        ("Research on chairs", "Re: Research on chairs"),
        ("", "Re: your letter"),
        ("Re:", "Re: your letter"),
        ("a\tb \u00a0 c", "Re: a b c"),
    ],
)
def test_re_stands_once(subject: str, reply: str) -> None:
    assert mime.reply_subject(subject) == reply


def test_a_reply_goes_to_reply_to_else_to_the_sender() -> None:
    bob = Address(email="bob@example.net")
    assert mime.recipient(replace(LETTER, reply_to=bob, cc=(STEVE,))) == bob
    assert mime.recipient(LETTER) == ANN


def test_a_reply_never_goes_to_the_author_herself_or_to_cc() -> None:
    own = {"steve@example.com"}
    turned = replace(LETTER, reply_to=replace(STEVE, email="Steve@Example.com"), cc=(ANN,))
    assert mime.recipient(turned, own) == ANN
    assert mime.recipient(replace(turned, sender=STEVE), own).email == ""
    assert mime.recipient(replace(LETTER, sender=None, cc=(ANN,))).email == ""


def test_message_ids_differ_and_are_the_authors() -> None:
    one = mime.new_message_id("Example.com", bytes(16))
    two = mime.new_message_id("Example.com", bytes(15) + b"x")
    assert one != two
    assert re.fullmatch(r"[a-z2-7]{29}@example\.com", one)
    with pytest.raises(ValueError, match="16"):
        mime.new_message_id("example.com", b"x")


def test_bots_know_each_others_replies_and_nobody_elses() -> None:
    own = mime.new_message_id("example.com", bytes(range(16)))
    assert mime.is_of_our_kind(own)
    for other in (
        own.replace("a", "b", 1),
        own[1:],
        "20260304050607.1A2B3C@example.com",
        "a7m4x2k5q3w6n2p4r5t7v3z2b5@example.com",
        "ünïcode@example.com",
        "",
    ):
        assert not mime.is_of_our_kind(other)


def test_a_quote_tells_who_wrote_when_in_the_authors_zone() -> None:
    assert mime.quote(LETTER, NEW_YORK) == (
        "On Tue, Mar 3, 2026 at 7:04 PM Ann Miller wrote:\n> Are chairs any good?\n>\n> Ann"
    )


@pytest.mark.parametrize(
    ("locale", "language", "said"),
    [
        ("en_GB", "en", "On Tue, 3 Mar 2026 at 19:04 Ann Miller wrote:"),
        ("de_DE", "en", "On Tue, 3 Mar 2026 at 19:04 Ann Miller wrote:"),
        ("de_DE", "de", "Am Di., 3. März 2026 um 19:04 schrieb Ann Miller:"),
        ("en_US", "fr", "Le mar. 3 mars 2026 à 19:04, Ann Miller a écrit :"),
        ("es_ES", "es", "El mar, 3 mar 2026 a las 19:04, Ann Miller escribió:"),
    ],
)
def test_a_quote_is_introduced_as_the_authors_locale_and_the_replys_language_do(
    locale: str, language: str, said: str
) -> None:
    author = replace(NEW_YORK, locale=locale)
    quoted = mime.quote(LETTER, author, language)
    assert quoted.startswith(f"{said}\n> Are")
    assert visible(f"Thanks!\n\n{quoted}").text == "Thanks!"


def test_a_quote_without_date_or_name_still_says_whose_it_is() -> None:
    bare = replace(LETTER, date=None, sender=Address(email="x@example.org"))
    assert mime.quote(bare, NEW_YORK).startswith("x@example.org wrote:\n> Are")


def test_a_date_that_no_zone_can_show_is_left_out() -> None:
    ancient = replace(LETTER, date=datetime(1, 1, 1, tzinfo=UTC))
    assert mime.quote(ancient, NEW_YORK).startswith("Ann Miller wrote:")


@pytest.mark.parametrize("text", ["x" * 100_000, "y\n" * 100_000])
def test_a_long_letter_is_quoted_in_part(text: str) -> None:
    quoted = mime.quote(replace(LETTER, text=text), NEW_YORK)
    assert len(quoted) < 9_000
    assert len(quoted.splitlines()) < 160
    assert quoted.endswith("\n> […]")


def test_an_empty_letter_leaves_no_empty_quote() -> None:
    assert mime.quote(replace(LETTER, text=" \n"), NEW_YORK) == ""


def test_an_unknown_zone_is_a_matter_of_the_settings() -> None:
    with pytest.raises(SettingsError, match="Mars"):
        mime.quote(LETTER, replace(NEW_YORK, timezone="Mars/Base"))


@given(st.text(max_size=300))
@example("a\rb\x0bc\x85d\u2028e")
def test_every_line_of_a_quote_is_marked_as_one(text: str) -> None:
    quoted = mime.quote(replace(LETTER, text=text), NEW_YORK)
    assert all(line.startswith(">") for line in quoted.split("\n")[1:])
    assert len(quoted.splitlines()) == len(quoted.split("\n")) or not quoted
