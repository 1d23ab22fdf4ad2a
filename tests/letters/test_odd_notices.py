"""Notices as sites change them: other labels and orders, odd bodies, and what is left out."""

from __future__ import annotations

import base64
import quopri

import pytest

from inbox_bot.drafting.mime import recipient
from inbox_bot.letters.contact_forms import Form, unwrap
from inbox_bot.letters.reading import read
from inbox_bot.model import Address, Message

FORMS = (Form(sender="@authorsite.example"), Form(sender="@squarespace.info"))
JANE = Address(email="jane@reader.example", name="Jane Doe")
ASKS = "Are massage chairs any good for sciatica?"
CF7 = "This is a notification that a contact form was submitted on your website (S https://s.example)."


def letter_of(
    body: str | bytes,
    *,
    subject: str = "New message",
    sender: str = "Notes <wordpress@authorsite.example>",
    headers: str = "",
    kind: str = "text/plain; charset=utf-8",
) -> Message:
    letter = unwrapped(body, subject=subject, sender=sender, headers=headers, kind=kind)
    assert letter is not None
    return letter


def unwrapped(
    body: str | bytes,
    *,
    subject: str = "New message",
    sender: str = "Notes <wordpress@authorsite.example>",
    headers: str = "",
    kind: str = "text/plain; charset=utf-8",
) -> Message | None:
    head = (
        f"From: {sender}\nTo: steve@authorsite.example\nSubject: {subject}\n"
        f"Message-ID: <odd@authorsite.example>\nDate: Mon, 30 Nov 2026 09:12:33 +0000\n"
        f"MIME-Version: 1.0\nContent-Type: {kind}\n{headers}\n"
    )
    return unwrap(read(head.encode() + (body.encode() if isinstance(body, str) else body)), FORMS)


def contact_form_7(words: str) -> str:
    head = "From: Jane Doe <jane@reader.example>\nSubject: Chairs\n\nMessage Body:\n"
    return f"{head}{words}\n\n-- \n{CF7}\n"


def rows(*fields: tuple[str, str], bold: str = "strong") -> str:
    shown = (
        f"<tr><td><{bold}>{label}</{bold}></td></tr><tr><td>{value}</td></tr>"
        for label, value in fields
    )
    return f"<table>{''.join(shown)}</table>"


def test_labels_of_the_sites_own_in_a_page() -> None:
    page = rows(
        ("Who are you?", "Jane Doe"),
        ("Your e-mail, so that I can answer", "jane@reader.example"),
        ("Email", "jane@reader.example"),
        ("Name", "Jane Doe"),
        ("What troubles you?", f"{ASKS}<br>It hurts at night."),
        ("How long?", "3 weeks"),
    )
    letter = letter_of(page, subject="New submission from Ask Steve", kind="text/html")
    assert letter.sender == JANE
    assert letter.text == f"{ASKS}\nIt hurts at night."
    assert "3 weeks" in letter.beside
    assert "What troubles you" not in letter.text


def test_labels_of_the_sites_own_in_a_plain_text() -> None:
    body = (
        "Full name: Jane Doe\nE-mail address: jane@reader.example\nHow did you find me?: Google\n"
        f"What would you like to know?: {ASKS}\nIt hurts at night.\n\n-- \n{CF7}\n"
    )
    letter = letter_of(body, subject='Notes "Question"')
    assert letter.sender == JANE
    assert letter.text == f"{ASKS}\nIt hurts at night."


def test_fields_of_several_lines() -> None:
    body = (
        "Name:\nJane Doe\n\nAddress:\n1 Main Street\nSpringfield\n\nEmail:\njane@reader.example\n\n"
        f"Message:\n{ASKS}\n\nIt hurts.\n\n\nAt night.\n"
    )
    letter = letter_of(body)
    assert letter.sender == JANE
    assert letter.text == f"{ASKS}\n\nIt hurts.\n\nAt night."


@pytest.mark.parametrize("is_page", [True, False])
def test_the_message_first_and_the_address_last(is_page: bool) -> None:
    fields = [("Message", ASKS), ("Name", "Jane Doe"), ("Email", "jane@reader.example")]
    plain = "\n".join(f"{label}: {value}" for label, value in fields)
    letter = letter_of(rows(*fields), kind="text/html") if is_page else letter_of(plain)
    assert (letter.sender, letter.text) == (JANE, ASKS)


def test_an_empty_message_is_no_letter() -> None:
    body = "Name: Jane Doe\nEmail: jane@reader.example\nMessage:\n\nTime: May 5, 2026\n"
    letter = unwrapped(body)
    assert letter is None or not letter.text.strip() or letter.text.startswith("Name")
    page = rows(("Name", "Jane Doe"), ("Email", "jane@reader.example"), ("Message", ""))
    assert unwrapped(page, subject="New Entry: Ask Steve", kind="text/html") is None


def test_an_address_given_twice_is_one() -> None:
    body = (
        "Name: Jane Doe\nEmail: jane@reader.example\nConfirm email: jane@reader.example\n"
        f"Message: {ASKS}\n"
    )
    letter = letter_of(body)
    assert (letter.sender, letter.text) == (JANE, ASKS)


def test_two_different_addresses_are_asked_about_unless_reply_to_is_one_of_them() -> None:
    page = rows(
        ("Name", "Jane Doe"),
        ("Email", "jane@reader.example"),
        ("Your email", "mother@reader.example"),
        ("Message", ASKS),
    )
    asked = letter_of(page, kind="text/html")
    assert asked.sender is None
    assert recipient(asked) == Address(email="", name="Jane Doe")
    told = letter_of(page, kind="text/html", headers="Reply-To: jane@reader.example\n")
    assert told.sender == JANE


def test_a_very_long_message_is_read_to_its_end() -> None:
    long = "\n".join(f"Line {n} of my long story, with a colon: here." for n in range(6_000))
    letter = letter_of(contact_form_7(f"{long}\n{ASKS}"), subject='Notes "Long"')
    assert letter.sender == JANE
    assert letter.text == f"{long}\n{ASKS}"


def test_quoted_printable_with_soft_line_ends() -> None:
    told = "Ist ein Massagesessel für den Rücken gut, wenn man lange darin sitzt und müde ist?"
    body = (
        "Ihr Name: Jana Döring\nIhre E-Mail-Adresse: jana@leserin.example\n"
        f"Ihre Nachricht: {told}\n"
    )
    letter = letter_of(
        quopri.encodestring(body.encode()), headers="Content-Transfer-Encoding: quoted-printable\n"
    )
    assert letter.sender == Address(email="jana@leserin.example", name="Jana Döring")
    assert letter.text == told


def test_base64_in_an_old_charset() -> None:
    body = f"Name: Jürgen Weiß\nE-Mail: jw@leser.example\nNachricht:\nÜberhaupt: {ASKS}\n"
    letter = letter_of(
        base64.encodebytes(body.encode("iso-8859-1")),
        kind="text/plain; charset=iso-8859-1",
        headers="Content-Transfer-Encoding: base64\n",
    )
    assert letter.sender == Address(email="jw@leser.example", name="Jürgen Weiß")
    assert letter.text == f"Überhaupt: {ASKS}"


def test_a_missing_name() -> None:
    letter = letter_of(f"Name: \nEmail: jane@reader.example\nMessage: {ASKS}\n")
    assert letter.sender == Address(email="jane@reader.example")
    nobody = letter_of(f"Name:\nEmail:\nMessage: {ASKS}\n")
    assert nobody.sender is None
    assert nobody.text == ASKS
    assert "by someone who left no address" in nobody.notes[-1]


def test_emoji_in_name_words_and_labels() -> None:
    body = (
        f"👤 Name: Jane 🌷 Doe\n📧 Email: jane@reader.example\n💬 Message: 😣 {ASKS} 🙏\n\n🙏🙏\n"
    )
    letter = letter_of(body)
    assert letter.sender == Address(email="jane@reader.example", name="Jane 🌷 Doe")
    assert letter.text == f"😣 {ASKS} 🙏\n\n🙏🙏"


def test_a_page_whose_labels_are_table_heads() -> None:
    cells = [("Name", "Jane Doe"), ("E-mail", "jane@reader.example"), ("Question", ASKS)]
    shown = (f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in cells)
    letter = letter_of(f"<table>{''.join(shown)}</table>", kind="text/html")
    assert (letter.sender, letter.text) == (JANE, ASKS)


def test_words_that_quote_and_sign_stay_whole() -> None:
    told = (
        "On Mon, Nov 30, 2026 at 9:00 AM Steve wrote:\n> a chair is fine\n\n"
        f"{ASKS}\n\n-- \nJane\nSent from my iPhone\n\nCurrently I sit a lot."
    )
    letter = letter_of(contact_form_7(told), subject='Notes "Chairs"')
    assert letter.sender == JANE
    assert letter.text.replace("-- \n", "--\n") == told.replace("-- \n", "--\n")


def test_a_name_that_asks_for_html_or_lines_is_a_plain_name() -> None:
    body = f"Name: =?utf-8?q?Jane?= <b>Doe</b>\r\tEmail: jane@reader.example\nMessage: {ASKS}\n"
    letter = unwrapped(body)
    assert letter is None or "\n" not in recipient(letter).name


def test_a_site_that_adds_its_own_signature_below() -> None:
    body = (
        "Author: Jane Doe (IP address: 203.0.113.7, h.example)\n"
        "Email: jane@reader.example\nURL: \n"
        f"Comment: \n{ASKS}\n\nYou can see all comments on this post here:\n"
        "https://authorsite.example/a/#comments\n\nPermalink: https://authorsite.example/a/#comment-7\n"
        "Trash it: https://authorsite.example/wp-admin/comment.php?action=trash&c=7\n\n"
        "This message was checked by WebHost MailShield.\n"
    )
    head = 'New comment on your post "A"\n'
    letter = letter_of(head + body, subject='[Notes] Comment: "A"')
    assert (letter.sender, letter.text) == (JANE, ASKS)
    assert letter.subject == "your comment on A"


def test_a_page_longer_than_any_notice_is_read_by_its_text() -> None:
    fields = [("Name", "Jane Doe"), ("Email", "jane@reader.example"), ("Message", ASKS)]
    page = rows(*fields) + "<!--" + "x" * 200_000 + "-->"
    letter = letter_of(page, kind="text/html")
    assert (letter.sender, letter.text) == (JANE, ASKS)
