"""Any bytes become a Message or an Unreadable with its reason; nothing else is ever raised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as st

from inbox_bot.errors import Unreadable
from inbox_bot.letters.reading import read, rust_path
from inbox_bot.letters.reading.letters import read as read_letter
from inbox_bot.letters.reading.limits import Limits, check
from inbox_bot.model import Address, Message

PLAIN = (
    b"Received: by mx.example.org; Mon, 5 Jan 2026 10:00:00 +0100\r\n"
    b"From: Ann Reader <ann@Example.ORG>\r\n"
    b'To: "Author, The" <author@example.com>, team: b@example.com;\r\n'
    b"Cc: c@example.com\r\n"
    b"Reply-To: <ann+reply@example.org>\r\n"
    b"Subject: =?utf-8?q?caf=C3=A9?= =?utf-8?b?IGhvdXJz?=\r\n"
    b"Date: Mon, 5 Jan 2026 10:00:00 +0100\r\n"
    b"Message-ID: <one@example.org>\r\n"
    b"In-Reply-To: <zero@example.com>\r\n"
    b"References: <a@example.com>\r\n <zero@example.com>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"\r\n"
    b"When does the caf\xc3\xa9 open?\r\n"
    b"-- \r\nAnn\r\n"
)


@pytest.fixture(params=["first path", "second path"])
def reader(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[bytes], Message]:
    """Both parsers must read the same; machines without the wheel have only the second."""
    if request.param == "second path":
        monkeypatch.setattr(rust_path, "AVAILABLE", False)
    elif not rust_path.AVAILABLE:
        pytest.skip("fast-mail-parser has no wheel for this machine")
    return read_letter


def test_a_letter_becomes_a_message(reader: Callable[[bytes], Message]) -> None:
    message = reader(PLAIN)
    assert message.sender == Address(email="ann@example.org", name="Ann Reader")
    assert [each.email for each in message.to] == ["author@example.com", "b@example.com"]
    assert message.to[0].name == "Author, The"
    assert message.cc == (Address(email="c@example.com"),)
    assert message.reply_to == Address(email="ann+reply@example.org")
    assert message.subject == "café hours"
    assert message.date == datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    assert message.message_id == "one@example.org"
    assert message.in_reply_to == "zero@example.com"
    assert message.references == ("a@example.com", "zero@example.com")
    assert message.text == "When does the café open?"
    assert message.cut == "--\nAnn"
    assert message.header("received").startswith("by mx.example.org")
    assert message.headers[0][0] == "received"


def test_of_many_references_the_first_and_the_nearest_count(
    reader: Callable[[bytes], Message],
) -> None:
    """The store looks each of them up, and a reply names them all."""
    names = "\r\n ".join(f"<r{number}@example.org>" for number in range(4_000))
    message = reader(f"From: a@example.org\r\nReferences: {names}\r\n\r\nWhy?".encode())
    assert message.references[:2] == ("r0@example.org", "r3900@example.org")
    assert message.references[-1] == "r3999@example.org"


def test_the_header_alone_becomes_a_message(reader: Callable[[bytes], Message]) -> None:
    message = reader(PLAIN[: PLAIN.index(b"\r\n\r\n") + 4])
    assert message.message_id == "one@example.org"
    assert message.text == ""


def test_lone_line_ends_of_every_kind_are_read(reader: Callable[[bytes], Message]) -> None:
    for end in (b"\n", b"\r\n", b"\r"):
        message = reader(end.join((b"From: a@example.org", b"Subject: x", b"", b"Why?")))
        assert (message.subject, message.text) == ("x", "Why?")


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b" \x00 ", b"\xff\xfe\xfd", b"just words"])
def test_what_is_no_letter_is_set_aside_with_one_line(raw: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read(raw)
    assert "\n" not in str(caught.value)
    assert str(caught.value)


def _with_type(content_type: bytes, body: bytes, encoding: bytes = b"8bit") -> bytes:
    return (
        b"From: a@example.org\r\nContent-Type: " + content_type + b"\r\n"
        b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body
    )


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        (b"utf-8", "Größe".encode()),
        (b"no-such-charset", "Größe".encode()),
        (b"us-ascii", "Größe".encode()),
        (b"utf-8", "Größe".encode("latin-1")),
        (b"iso-8859-1", "Größe".encode("cp1252")),
        (b"rot13", "Größe".encode()),
        (b'"utf-8"', "Größe".encode()),
        (b"'utf-8'", "Gr\0öße".encode()),
    ],
)
def test_unknown_and_lying_charsets_are_read(
    reader: Callable[[bytes], Message], charset: bytes, body: bytes
) -> None:
    assert reader(_with_type(b"text/plain; charset=" + charset, body)).text == "Größe"


def test_broken_base64_is_read_as_far_as_it_goes() -> None:
    message = read(_with_type(b"text/plain", b"SGVsbG8gdGhlcmU\r\n=\x00%", b"base64"))
    assert message.text.startswith("Hello ther")


def test_a_letter_without_a_message_id_gets_one_from_its_bytes() -> None:
    raw = b"From: a@example.org\r\n\r\nhi"
    assert read(raw).message_id == read(raw).message_id
    assert read(raw).message_id != read(raw + b"!").message_id


def test_exchanges_bracketed_message_id_is_kept() -> None:
    raw = b"Message-ID: <[84b1c8d2-77ab@x.prod]>\r\nFrom: a@example.org\r\n\r\nhi"
    assert read(raw).message_id == "[84b1c8d2-77ab@x.prod]"


def test_8_bit_header_bytes_are_read(reader: Callable[[bytes], Message]) -> None:
    message = reader("Subject: Größe\r\nFrom: Jörg <j@example.org>\r\n\r\nhi".encode("latin-1"))
    assert message.subject == "Größe"
    assert message.sender == Address(email="j@example.org", name="Jörg")


@pytest.mark.parametrize("shape", ["{}", "Ann <{}>"])
@pytest.mark.parametrize(
    ("written", "email"),
    [
        ('"victim@x.example"@evil.example', '"victim@x.example"@evil.example'),
        ('"victim@x.example" @evil.example', '"victim@x.example" @evil.example'),
        ("victim@x.example@evil.example", ""),
        ('victim@x.example"@evil.example', ""),
    ],
)
def test_an_address_within_an_address_gets_no_letter(shape: str, written: str, email: str) -> None:
    sender = read(f"From: {shape.format(written)}\n\nHi".encode()).sender
    assert (sender.email if sender else "") == email


def test_an_encoded_name_cannot_forge_the_address() -> None:
    raw = (
        b"From: =?utf-8?q?=22boss=40example=2Ecom=22_=3Cboss=40example=2Ecom=3E?= <x@evil.example>"
    )
    sender = read(raw + b"\r\n\r\nhi").sender
    assert sender is not None
    assert sender.email == "x@evil.example"


def test_parsers_that_disagree_on_from_leave_a_note() -> None:
    odd = read(b'From: a@example.org, "x" <b@evil.example>\r\n\r\nhi')
    assert any("more than one sender" in note for note in odd.notes)
    two = read(b"From: a@example.org\r\nFrom: b@example.org\r\n\r\nhi")
    assert any("more than one From" in note for note in two.notes)
    assert two.sender == Address(email="a@example.org")
    split = read(b"From: <a@example.org> <b@evil.example>\r\n\r\nhi")
    assert any("isn't clear who sent" in note for note in split.notes)
    named = read(b"From: boss@example.org <b@evil.example>\r\n\r\nhi")
    assert any("isn't clear who sent" in note for note in named.notes)
    assert read(b"From: a@example.org <a@example.org>\r\n\r\nhi").notes == ()
    assert read(PLAIN).notes == ()


def test_a_control_character_in_a_value_does_not_survive() -> None:
    message = read(b"Subject: =?utf-8?q?a=0D=0ABcc:_x?=\r\nFrom: a@example.org\r\n\r\nhi")
    assert message.subject == "a Bcc: x"


MULTI = (
    b"From: a@example.org\r\nSubject: parts\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=outer\r\n\r\n"
    b"--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n"
    b"--inner\r\nContent-Type: text/plain\r\n\r\nIs it plain?\r\n"
    b"--inner\r\nContent-Type: text/html\r\n\r\n<p>Is it <b>html</b>?\r\n--inner--\r\n"
    b"--outer\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nAAECAwQF\r\n"
    b"--outer\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n"
    b"--outer\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;\r\n"
    b" filename*0*=utf-8''na%C3%AF; filename*1=ve.pdf\r\n\r\n%PDF-\r\n--outer--\r\n"
)


def test_a_folded_boundary_is_found(reader: Callable[[bytes], Message]) -> None:
    folded = MULTI.replace(b"boundary=outer", b'boundary="out\r\n er"').replace(
        b"--outer", b"--out er"
    )
    assert reader(folded).text == "Is it plain?"


def test_a_boundary_on_a_line_that_lost_its_space_is_found(
    reader: Callable[[bytes], Message],
) -> None:
    assert reader(MULTI.replace(b" boundary=outer", b"\r\nboundary=outer")).text == "Is it plain?"


def test_a_container_whose_parts_are_not_found_shows_its_text(
    reader: Callable[[bytes], Message],
) -> None:
    raw = b"From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nWhy?"
    assert reader(raw).text == "Why?"


def test_japanese_that_shifts_with_escapes_is_read(reader: Callable[[bytes], Message]) -> None:
    body = "痛いですか？".encode("iso-2022-jp")
    raw = _with_type(b"text/plain; charset=iso-2022-jp", body, b"quoted-printable")
    assert reader(raw).text == "痛いですか？"


def test_attachments_are_named_and_measured_and_never_opened(
    reader: Callable[[bytes], Message],
) -> None:
    message = reader(MULTI)
    assert message.text == "Is it plain?"
    assert "<b>html</b>" in message.html
    found = {each.content_type: each for each in message.attachments}
    assert found["application/ms-tnef"].name == "winmail.dat"
    assert found["application/ms-tnef"].size == 6
    assert "text/calendar" in found
    assert found["application/pdf"].name == "naïve.pdf"


def test_a_letter_of_html_alone_keeps_blocks_breaks_and_links() -> None:
    html = (
        b"<style>p{}</style><script>alert(1)</script><p>Dear author,</p><div>does it<br>help?</div>"
        b'<p>See <a href="https://example.org/x">this page</a></p>'
    )
    message = read(_with_type(b"text/html; charset=utf-8", html))
    assert message.text == (
        "Dear author,\n\ndoes it\nhelp?\n\nSee this page <https://example.org/x>"
    )


def test_quotes_in_html_are_cut() -> None:
    html = (
        b"<div>New question?</div><br><div class=gmail_quote>On Mon, 5 Jan 2026, A "
        b"&lt;a@example.org&gt; wrote:<br>"
        b"<blockquote class=gmail_quote>old words</blockquote></div>"
    )
    message = read(_with_type(b"text/html", html))
    assert message.text == "New question?"
    assert "> old words" in message.cut


def test_a_signature_that_html_marks_is_cut() -> None:
    html = b"<div>Does it hurt?</div><div class=gmail_signature>Ann Reader<br>555-123</div>"
    assert read(_with_type(b"text/html", html)).text == "Does it hurt?"


def test_an_indented_block_of_html_is_no_quote() -> None:
    html = b'<div>Twice?</div><blockquote style="border:none">Or thrice?</blockquote>'
    assert read(_with_type(b"text/html", html)).text == "Twice?\n\nOr thrice?"


def test_flowed_lines_are_joined() -> None:
    raw = _with_type(
        b"text/plain; format=flowed", b"One long \r\nsentence?\r\n> quoted\r\n-- \r\nme"
    )
    assert read(raw).text == "One long sentence?"


FORWARDED = (
    b"From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\n%s\r\n"
    b"--b\r\nContent-Type: message/rfc822\r\n\r\n"
    b"From: c@example.org\r\nMessage-ID: <inner@example.org>\r\n\r\nDoes it hurt?\r\n--b--\r\n"
)


def test_a_letter_forwarded_as_attachment_asks_what_it_encloses(
    reader: Callable[[bytes], Message],
) -> None:
    message = reader(FORWARDED % b"")
    assert message.forwarded
    assert message.text == "Does it hurt?"
    assert message.enclosed == ("inner@example.org",)
    assert reader(FORWARDED % b"What do I say?").text == "What do I say?"


def test_a_bounce_shows_its_report_and_the_letter_that_came_back(
    reader: Callable[[bytes], Message],
) -> None:
    raw = (
        b"From: MAILER-DAEMON@example.org\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nIt was not delivered.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        b"Final-Recipient: rfc822; r@example.org\r\nStatus: 5.1.1\r\n\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <ours@example.com>\r\n"
        b"Subject: x\r\n\r\n--b--\r\n"
    )
    message = reader(raw)
    assert message.text == "It was not delivered."
    assert "5.1.1" in message.report
    assert message.enclosed == ("ours@example.com",)
    assert not message.forwarded


def _hostile(factor: int) -> dict[str, bytes]:
    start = b"From: a@example.org\r\n"
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(1_000 * factor)
    )
    fields = b"".join(b"X-%d: y\r\n" % n for n in range(20_000 * factor))
    pieces = b"".join(b" name*%d=a;" % n for n in range(10_000 * factor))
    return {
        "nesting": start + nested,
        "recipients": start + b"To: " + b"u@example.org, " * (20_000 * factor) + b"\r\n\r\nhi",
        "fields": start + fields + b"\r\nhi",
        "parts": start
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\n\r\nx\r\n" * (20_000 * factor),
        "words": start + b"Subject: " + b"=?utf-8?q?a?= " * (10_000 * factor) + b"\r\n\r\nhi",
        "comments": b"From: " + b"(" * 500 * factor + b")" * 500 * factor + b" a@b.org\r\n\r\nhi",
        "pieces": start + b"Content-Type: text/plain;" + pieces + b"\r\n\r\nhi",
    }


@pytest.mark.parametrize("factor", [1, 10])
@pytest.mark.parametrize(
    "shape", ["nesting", "recipients", "fields", "parts", "words", "comments", "pieces"]
)
def test_a_hostile_shape_is_read_or_set_aside_by_its_measure(shape: str, factor: int) -> None:
    """A missing guard shows as a RecursionError, whose reason names no limit."""
    if (shape, factor) == ("comments", 1):
        assert read(_hostile(factor)[shape]).sender == Address(email="a@b.org")
    else:
        with pytest.raises(Unreadable, match="more than"):
            read(_hostile(factor)[shape])


def test_a_header_or_a_letter_that_is_too_big_is_set_aside() -> None:
    with pytest.raises(Unreadable, match="bytes of header"):
        read(b"From: a@example.org\r\nX: " + b"y" * 600_000 + b"\r\n\r\nhi")
    with pytest.raises(Unreadable, match="more than 100"):
        check(PLAIN, Limits(letter_bytes=100))


def test_nested_comments_do_not_hide_the_sender() -> None:
    sender = read(b"From: " + b"(" * 500 + b")" * 500 + b" a@example.org\r\n\r\nhi").sender
    assert sender == Address(email="a@example.org")


_SEEDS = [PLAIN, MULTI, FORWARDED % b"hello", _with_type(b"text/html", b"<p>a<b>c</p><td>&nbsp;")]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Bits flipped, ends torn off, line ends mixed, stretches doubled."""
    raw = bytearray(draw(st.sampled_from(_SEEDS)))
    for _ in range(draw(st.integers(0, 12))):
        raw[draw(st.integers(0, len(raw) - 1))] ^= 1 << draw(st.integers(0, 7))
    cut = draw(st.integers(0, len(raw)))
    end = draw(st.sampled_from([b"\r\n", b"\n", b"\r", b"\n\r", b"\0"]))
    torn = bytes(raw[:cut]).replace(b"\r\n", end) + bytes(raw[cut:])
    return torn[: draw(st.integers(0, len(torn)))] if draw(st.booleans()) else torn * 2


def _read_or_reason(raw: bytes) -> Message | str:
    try:
        return read(raw)
    except Unreadable as reason:
        return f"{reason} {reason.__cause__!r}"


@settings(max_examples=300, deadline=None)
@given(mutated() | st.binary(max_size=400))
def test_mutated_letters_are_read_or_set_aside_and_nothing_is_lost(raw: bytes) -> None:
    message = _read_or_reason(raw)
    if isinstance(message, str):
        assert "taken apart" not in message
        return
    for text in (message.text, message.cut, message.subject, message.html, *message.notes):
        text.encode("utf-8")
        assert "\0" not in text
    assert message.message_id
    for name, value in message.headers:
        assert name == name.lower()
        assert "\n" not in value
        assert "\r" not in value


@settings(max_examples=150, deadline=None)
@given(mutated())
def test_the_second_path_survives_the_same_mutations(raw: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rust_path, "AVAILABLE", False)
        message = _read_or_reason(raw)
    assert isinstance(message, Message) or "taken apart" not in message
