import pytest

from inbox_bot.drafting.mime import recipient
from inbox_bot.letters.contact_forms import Form, is_notice, unwrap
from inbox_bot.letters.verdicts import judge
from inbox_bot.model import Address, KnownPeople, Message, Verdict

FORMS = (Form(sender="wordpress@blog.example"),)
JANE = Address(email="jane@example.org", name="Jane Doe")

CONTACT_FORM_7 = """From: Jane Doe <jane@example.org>
Subject: chairs

Message Body:
Are massage chairs any good?

Time: I have little.

--
This e-mail was sent from a contact form on Blog (https://blog.example)"""
JETPACK = """Name: Jane Doe
Email: jane@example.org
Website:
Comment: Are massage chairs any good?

Time: I have little.

Time: May 5, 2024 at 3:00 pm
IP Address: 192.0.2.1
Contact Form URL: https://blog.example/contact
Sent by an unverified visitor to your site."""
WPFORMS = """*Name*
Jane Doe

*Email*
jane@example.org

*Comment or Message*
Are massage chairs any good?

Time: I have little.

Sent from Blog"""
GRAVITY = """Your Name
Jane Doe
Email
jane@example.org <mailto:jane@example.org>
Phone
555 0100
How can we help?
Are massage chairs any good?

Time: I have little."""
NINJA = """Message:
Are massage chairs any good?

Time: I have little.
Email: jane@example.org
Name: Jane Doe"""
ELEMENTOR = """Name: Jane Doe
Email: jane@example.org
Message: Are massage chairs any good?

Time: I have little.

---

Date: May 5, 2024
Time: 3:00 pm
Page URL: https://blog.example/contact
User Agent: Mozilla/5.0
Remote IP: 192.0.2.1
Powered by: Elementor"""
GERMAN = """Ihr Name: Jane Doe
E-Mail-Adresse: jane@example.org
Nachricht: Are massage chairs any good?

Time: I have little.

Datum: 5.5.2024"""
COMMENT = """New comment on your post "Does Massage Help with Sciatica?"
Author: Jane Doe (IP address: 192.0.2.1, host.example)
Email: {email}
URL:
Comment:
Are massage chairs any good?

Time: I have little.

You can see all comments on this post here:
https://blog.example/sciatica/#comments

Permalink: https://blog.example/sciatica/#comment-7
Trash it: https://blog.example/wp-admin/comment.php?action=trash&c=7"""
WANTED = "Are massage chairs any good?\n\nTime: I have little."


def notice(text: str, *, cut: str = "", reply_to: Address | None = None) -> Message:
    return Message(
        message_id="1@blog.example",
        sender=Address(email="wordpress@blog.example", name="Blog"),
        reply_to=reply_to,
        subject="[Blog] Contact",
        headers=(("auto-submitted", "auto-generated"), ("return-path", "<>")),
        text=text,
        cut=cut,
        whole=f"{cut}\n\n{text}" if cut else "",
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(CONTACT_FORM_7, id="contact form 7"),
        pytest.param(JETPACK, id="jetpack"),
        pytest.param(WPFORMS, id="wpforms"),
        pytest.param(GRAVITY, id="gravity forms"),
        pytest.param(NINJA, id="ninja forms"),
        pytest.param(ELEMENTOR, id="elementor"),
        pytest.param(GERMAN, id="german"),
        pytest.param(COMMENT.format(email="jane@example.org"), id="comment"),
    ],
)
def test_the_reader_behind_a_form_is_found(text: str) -> None:
    letter = unwrap(notice(text), FORMS)
    assert letter is not None
    assert (letter.sender, letter.reply_to, letter.text) == (JANE, None, WANTED)
    assert judge(letter, KnownPeople()).verdict is Verdict.READER


def test_what_was_taken_for_a_quote_is_looked_at_too() -> None:
    head, _, rest = CONTACT_FORM_7.partition("\n\n")
    letter = unwrap(notice(rest, cut=head), FORMS)
    assert letter is not None
    assert (letter.sender, letter.text) == (JANE, WANTED)


def test_the_reply_to_is_the_reader_when_it_is_not_the_site() -> None:
    bob = Address(email="bob@example.net")
    unaddressed = JETPACK.replace("jane@example.org", "")
    letter = unwrap(notice(unaddressed, reply_to=bob), FORMS)
    assert letter is not None
    assert letter.sender == Address(email="bob@example.net", name="Jane Doe")
    site = Address(email="WordPress@blog.example")
    letter = unwrap(notice(JETPACK, reply_to=site), FORMS)
    assert letter is not None
    assert letter.sender == JANE


def test_a_form_without_labels_is_a_letter_of_its_reply_to() -> None:
    letter = unwrap(notice("Does it hurt?", reply_to=JANE), FORMS)
    assert letter is not None
    assert (letter.sender, letter.text) == (JANE, "Does it hurt?")


def test_a_comment_without_an_address_shows_its_link() -> None:
    letter = unwrap(notice(COMMENT.format(email="")), FORMS)
    assert letter is not None
    assert letter.sender is None
    assert "https://blog.example/sciatica/#comment-7" in letter.notes[0]


@pytest.mark.parametrize("text", [JETPACK, WPFORMS, NINJA, ELEMENTOR, GERMAN])
def test_whoever_left_no_address_in_a_form_is_known_by_the_name(text: str) -> None:
    letter = unwrap(notice(text.replace("jane@example.org", "")), FORMS)
    assert letter is not None
    assert (letter.sender, letter.text) == (None, WANTED)
    assert recipient(letter) == Address(email="", name="Jane Doe")
    assert "left no address" in letter.notes[0]
    assert judge(letter, KnownPeople()).verdict is Verdict.READER


def test_the_form_tells_its_subject() -> None:
    letter = unwrap(notice(CONTACT_FORM_7), FORMS)
    assert letter is not None
    assert letter.subject == "chairs"


def test_another_notice_of_the_site_is_no_letter() -> None:
    assert unwrap(notice("Version 9.9 of your shop is out: https://blog.example/up"), FORMS) is None


@pytest.mark.parametrize("sender", ["wordpress@blog.example", "blog.example", "@Blog.Example"])
def test_a_form_is_named_by_address_or_domain(sender: str) -> None:
    assert is_notice(notice(""), [Form(sender=sender)])


def test_what_only_looks_like_a_label_stays_in_the_message() -> None:
    typed = "Message: First.\nEmail: see below\nQuestion: how long?\nMessage\nName."
    letter = unwrap(notice(f"Name: Jane Doe\nEmail: jane@example.org\n{typed}"), FORMS)
    assert letter is not None
    assert letter.text == typed.removeprefix("Message: ")


def test_a_notice_without_sender_is_left_alone() -> None:
    assert not is_notice(Message(message_id="1", sender=None), FORMS)


def test_a_letter_from_elsewhere_is_left_alone() -> None:
    assert unwrap(notice(JETPACK), [Form(sender="forms@example.net")]) is None
    assert unwrap(notice(JETPACK), ()) is None


# --- forms that the settings do not name yet ---------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "text"),
    [
        (Address(email="wordpress@blog.example", name="WordPress"), ELEMENTOR),
        (Address(email="wordpress@blog.example"), "You have a new comment."),
        (Address(email="steve@blog.example", name="WordPress"), NINJA),
        (Address(email="info@blog.example", name="Blog"), GERMAN),
    ],
)
def test_a_notice_of_an_unnamed_form_is_set_aside_and_the_reason_names_the_setting(
    sender: Address, text: str
) -> None:
    notice = Message(message_id="1@blog.example", sender=sender, subject="Contact form", text=text)
    judgement = judge(notice, KnownPeople())
    assert judgement.verdict is Verdict.UNREADABLE
    assert f"add {sender.email} to your forms under Settings" in judgement.reason


def test_a_person_at_an_office_address_is_a_reader() -> None:
    sender = Address(email="info@clinic.example", name="Ann Miller")
    asks = Message(message_id="1@c.example", sender=sender, subject="Chairs", text="Any good?")
    assert judge(asks, KnownPeople()).verdict is Verdict.READER
