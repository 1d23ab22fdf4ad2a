"""Each service's notice becomes its reader's letter: whole messages, as they come by mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from pathlib import Path

import pytest

from inbox_bot.drafting.mime import recipient
from inbox_bot.drafting.mime.headers import reply_subject
from inbox_bot.letters.contact_forms import Form, kinds, recognize_header, unwrap
from inbox_bot.letters.contact_forms.labels import Part
from inbox_bot.letters.questions import find_questions
from inbox_bot.letters.reading import read
from inbox_bot.letters.verdicts import judge
from inbox_bot.model import Address, KnownPeople, Message, Verdict

NOTICES = Path(__file__).parent.parent / "data" / "notices"
FORMS = tuple(
    Form(sender=sender)
    for sender in (
        "authorsite.example wordpress.com squarespace.info wix-forms.com google.com formspree.io"
        " netlify.com substack.com reply.substack.com"
    ).split()
)
JANE = Address(email="jane@reader.example", name="Jane Doe")
JANA = Address(email="jana@leserin.example", name="Jana Döring")
WORDS = (
    "Hello Steve,\n\nAre massage chairs any good for sciatica? My mother has one.\n\n"
    "How long should I sit in it?"
)
WORTE = (
    "Hallo Steve,\n\nhilft ein Massagesessel bei Ischias? Meine Mutter hat einen.\n\n"
    "Wie lange soll ich darin sitzen?"
)
ON_SCIATICA = "Re: your comment on Does Massage Help with Sciatica?"
ZU_ISCHIAS = "Re: Kommentar zu „Hilft Massage bei Ischias?“"


@dataclass(frozen=True)
class Expected:
    """What a notice tells: `address` is empty where the service passes none on."""

    subject: str
    link: str = ""
    address: bool = True


SITE = "https://authorsite.example"
ENGLISH = {
    "wordpress": Expected(ON_SCIATICA, f"{SITE}/sciatica/#comment-4711"),
    "wordpress-moderation": Expected(
        ON_SCIATICA, f"{SITE}/wp-admin/comment.php?action=approve&c=4711#wpbody-content"
    ),
    "jetpack-comment": Expected(ON_SCIATICA, f"{SITE}/sciatica/#comment-4711"),
    "jetpack-form": Expected("Re: Contact"),
    "contact-form-7": Expected("Re: Massage chairs"),
    "wpforms": Expected("Re: Ask Steve"),
    "gravity-forms": Expected("Re: Ask Steve"),
    "squarespace": Expected("Re: Massage chairs"),
    "wix": Expected("Re: Ask Steve"),
    "google-forms": Expected("Re: Ask Steve"),
    "formspree": Expected("Re: Massage chairs"),
    "netlify": Expected("Re: ask-steve"),
    "ghost": Expected(ON_SCIATICA, f"{SITE}/sciatica/#ghost-comments", address=False),
    "substack-comment": Expected(
        ON_SCIATICA, "https://steve.substack.com/p/sciatica/comment/98765", address=False
    ),
    "substack-reply": Expected("Re: Does Massage Help with Sciatica?"),
}
GERMAN = {
    "wordpress-de": Expected(ZU_ISCHIAS, f"{SITE}/ischias/#comment-4711"),
    "wordpress-moderation-de": Expected(
        ZU_ISCHIAS, f"{SITE}/wp-admin/comment.php?action=approve&c=4711#wpbody-content"
    ),
    "jetpack-comment-de": Expected(ZU_ISCHIAS, f"{SITE}/ischias/#comment-4711"),
    "jetpack-form-de": Expected("Re: Kontakt"),
    "contact-form-7-de": Expected("Re: Massagesessel"),
    "wpforms-de": Expected("Re: Frag Steve"),
    "gravity-forms-de": Expected("Re: Frag Steve"),
    "squarespace-de": Expected("Re: Massagesessel"),
    "wix-de": Expected("Re: Frag Steve"),
    "google-forms-de": Expected("Re: Frag Steve"),
    "formspree-de": Expected("Re: Massagesessel"),
    "netlify-de": Expected("Re: frag-steve"),
    "ghost-de": Expected(ZU_ISCHIAS, f"{SITE}/ischias/#ghost-comments", address=False),
    "substack-comment-de": Expected(
        ZU_ISCHIAS, "https://steve.substack.com/p/sciatica/comment/98765", address=False
    ),
}
ALL = {**ENGLISH, **GERMAN}
ONLY_THE_PAGE = {"ghost", "ghost-de"}
"""Its plain version says that somebody wrote, and not what."""


def raw(name: str) -> bytes:
    return (NOTICES / f"{name}.eml").read_bytes()


def letter_of(notice: bytes | Message) -> Message:
    message = notice if isinstance(notice, Message) else read(notice)
    letter = unwrap(message, FORMS)
    assert letter is not None
    return letter


def check(name: str, letter: Message) -> None:
    expected, is_german = ALL[name], name.endswith("-de")
    reader = JANA if is_german else JANE
    wanted = reader if expected.address else Address(email="", name=reader.name)
    assert recipient(letter) == wanted
    assert letter.text == (WORTE if is_german else WORDS)
    assert reply_subject(letter.subject) == expected.subject
    assert letter.comment_link == expected.link
    assert len(find_questions(letter.text)) == 2
    assert judge(letter, KnownPeople()).verdict is Verdict.READER


def remade(notice: bytes, wanted: str) -> bytes:
    """The notice in one version alone. A page is made of a plain text as mail plugins do it."""
    parsed = message_from_bytes(notice, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    body = parsed.get_body((wanted,))
    other = parsed.get_body(("plain", "html"))
    assert other is not None
    text = (body or other).get_content()
    if body is None and wanted == "html":
        text = "<html><body><p>" + escape(text).replace("\n", "<br />\n") + "</p></body></html>"
    if body is None and wanted == "plain":  # what a mail gateway makes of a page
        text = re.sub(r"<head>.*?</head>|<[^>]+>", "", re.sub(r"</tr>|<br ?/?>\n?", "\n", text))
        text = re.sub(r"\n\s*\n+", "\n\n", text.replace("&nbsp;", ""))
    parsed.clear_content()
    parsed.set_content(text, subtype=wanted)
    return parsed.as_bytes()


@pytest.mark.parametrize("name", ALL)
def test_a_notice_becomes_the_letter_of_its_reader(name: str) -> None:
    check(name, letter_of(raw(name)))


@pytest.mark.parametrize("name", ALL)
def test_the_page_alone_tells_the_same(name: str) -> None:
    check(name, letter_of(remade(raw(name), "html")))


@pytest.mark.parametrize("name", [name for name in ALL if name not in ONLY_THE_PAGE])
def test_the_plain_version_alone_tells_the_same(name: str) -> None:
    check(name, letter_of(remade(raw(name), "plain")))


def test_each_kind_of_the_table_has_an_example() -> None:
    shown = {name.removesuffix("-de") for name in ALL}
    assert {kind.name.replace(" ", "-") for kind in kinds()} <= shown


@pytest.mark.parametrize("name", [name for name in ALL if not name.startswith("jetpack-form")])
def test_the_header_alone_tells_the_kind(name: str) -> None:
    head = raw(name).split(b"\n\n", 1)[0] + b"\n\n"
    kind = recognize_header(read(head))
    assert kind is not None
    assert kind.name.replace(" ", "-") == name.removesuffix("-de").removesuffix("-moderation")


@pytest.mark.parametrize("name", ["wordpress-pingback", "jetpack-form-spam"])
def test_a_pingback_and_spam_are_no_reader(name: str) -> None:
    message = read(raw(name))
    assert unwrap(message, FORMS) is None
    assert recognize_header(message) is None


@pytest.mark.parametrize("said", ["This comment is currently in spam.", "Currently in spam:"])
def test_a_comment_in_the_spam_folder_is_no_reader(said: str) -> None:
    notice = raw("wordpress").replace(b"Permalink:", said.encode() + b"\nPermalink:")
    assert unwrap(read(notice), FORMS) is None
    hers = raw("wordpress").replace(b"Hello Steve,", said.encode() + b" My mail too, it seems.")
    assert letter_of(hers).text.startswith(said)


# --- a hostile visitor controls the fields ------------------------------------------------------

EVIL = "other@evil.example"
FORGED = f"""E-mail: {EVIL}
Email: {EVIL}
Reply-To: {EVIL}
From: Steve <{EVIL}>

Message:
Name: Steve
--\x20
This is a notification that a contact form was submitted on your website (Evil {SITE}).
You can see all comments on this post here:
https://evil.example/#comment-1
Time: 5 minutes
Sent by an unverified visitor to your site.

Email: {EVIL}

And the end."""


def with_words(name: str, words: str) -> bytes:
    """The notice with other words of the reader, in each of its versions."""
    parsed = message_from_bytes(raw(name), policy=policy.default)
    old = WORTE if name.endswith("-de") else WORDS
    for part in parsed.walk():
        if part.get_content_maintype() != "text":
            continue
        assert isinstance(part, EmailMessage)
        text = part.get_content()
        pages = ((escape(old, quote=False).replace("\n", end), end) for end in ("<br />\n", "\n"))
        if part.get_content_subtype() == "html":
            for shown, end in pages:
                text = text.replace(shown, escape(words, quote=False).replace("\n", end))
            paragraphs = "".join(f"<p>{one}</p>" for one in old.split("\n\n"))
            typed = "".join(f"<p>{escape(one)}</p>" for one in words.split("\n"))
            text = text.replace(paragraphs, typed)
        part.set_content(text.replace(old, words), subtype=part.get_content_subtype())
    return parsed.as_bytes()


@pytest.mark.parametrize("version", ["html", "plain", "both"])
@pytest.mark.parametrize("name", ALL)
def test_labels_in_the_words_do_not_change_where_the_reply_goes(name: str, version: str) -> None:
    if version == "plain" and name in ONLY_THE_PAGE:
        pytest.skip("its plain version has no words")
    notice = with_words(name, FORGED)
    letter = letter_of(notice if version == "both" else remade(notice, version))
    reader = JANA if name.endswith("-de") else JANE
    assert recipient(letter) == (
        reader if ALL[name].address else Address(email="", name=reader.name)
    )
    assert letter.comment_link == ALL[name].link
    assert reply_subject(letter.subject) == ALL[name].subject


@pytest.mark.parametrize("name", ["wordpress", "contact-form-7", "squarespace", "gravity-forms"])
def test_a_forged_footer_hides_none_of_the_words(name: str) -> None:
    letter = letter_of(with_words(name, FORGED))
    assert letter.text.endswith("And the end.")
    assert "5 minutes" in letter.text


@pytest.mark.parametrize("name", ["wordpress", "wordpress-moderation", "jetpack-comment"])
def test_whoever_left_no_address_is_not_given_one_by_her_words(name: str) -> None:
    notice = with_words(name, f"My friend asks, too.\nEmail: {EVIL}")
    letter = letter_of(
        re.sub(rb"(?i)^reply-to:.*\n", b"", notice, flags=re.M).replace(b"jane@reader.example", b"")
    )
    assert recipient(letter) == Address(email="", name="Jane Doe")
    assert "left no address" in letter.notes[-1]


@pytest.mark.parametrize("name", ["netlify", "formspree", "wix", "jetpack-form"])
def test_an_address_below_the_words_of_a_form_is_asked_about(name: str) -> None:
    """No Reply-To, and no field for an address: what stands below may be typed."""
    notice = remade(with_words(name, f"My friend asks, too.\nEmail: {EVIL}"), "plain")
    notice = re.sub(rb"(?im)^reply-to:.*\n|^e-?mail:\s*jane@reader.example\n", b"", notice)
    assert b"jane@reader.example" not in notice
    letter = letter_of(notice)
    assert letter.sender is None
    assert EVIL in letter.notes[-1]


def smuggled(fields: str) -> bytes:
    head, _, body = raw("wordpress").partition(b"\n\n")
    return head + b"\n" + fields.encode() + b"\n\n" + body


@pytest.mark.parametrize(
    "notice",
    [
        pytest.param(smuggled(f"Reply-To: {EVIL}"), id="a second Reply-To"),
        pytest.param(
            raw("contact-form-7").replace(b"Reply-To: jane@reader", b"Reply-To: other@evil"),
            id="another address in Reply-To than in the field",
        ),
        pytest.param(
            raw("wordpress").replace(b"Reply-To: ", f"Reply-To: {EVIL}, ".encode()),
            id="two addresses in Reply-To",
        ),
        pytest.param(
            raw("wordpress-moderation").replace(b"Email: jane", f"Email: {EVIL} jane".encode()),
            id="two addresses in the field",
        ),
        pytest.param(
            raw("wordpress-moderation").replace(
                b"Author: Jane Doe", f"Author: Jane Doe\nEmail: {EVIL}".encode()
            ),
            id="a second field in the name",
        ),
        pytest.param(
            raw("wordpress-moderation").replace(
                b"Email: jane@reader.example", f"Email: jane@reader.example <{EVIL}>".encode()
            ),
            id="an address as the display name",
        ),
    ],
)
def test_where_two_addresses_are_named_the_author_is_asked(notice: bytes) -> None:
    letter = letter_of(notice)
    assert letter.sender is None
    assert letter.reply_to is None
    assert recipient(letter).email == ""
    assert recipient(letter).name == "Jane Doe"
    assert EVIL in letter.notes[-1]
    assert "jane@reader.example" in letter.notes[-1]
    assert letter.text == WORDS


def test_a_name_that_is_an_address_names_nobody() -> None:
    notice = raw("wordpress-moderation").replace(b"Author: Jane Doe", f"Author: {EVIL}".encode())
    assert letter_of(notice).sender == Address(email="jane@reader.example")
    without = notice.replace(b"Email: jane@reader.example", b"Email: ")
    assert letter_of(without).sender is None


def test_the_display_name_of_reply_to_is_no_address() -> None:
    notice = raw("netlify").replace(b"Reply-To: jane@", f'Reply-To: "{EVIL}" <jane@'.encode())
    notice = notice.replace(b"<jane@reader.example\n", b"<jane@reader.example>\n")
    assert recipient(letter_of(notice)) == JANE


def test_a_link_in_her_words_or_her_website_is_not_the_link_to_the_comment() -> None:
    notice = with_words("wordpress", "See https://evil.example/#comment-1 and answer there.")
    notice = notice.replace(b"URL: ", b"URL: https://evil.example/#comment-2")
    assert letter_of(notice).comment_link == ENGLISH["wordpress"].link


def test_all_labels_of_the_table_are_of_a_known_field() -> None:
    for kind in kinds():
        assert {part for _, part in kind.fields} <= set(Part) - {Part.UNKNOWN}


@pytest.mark.parametrize("name", ["jetpack-comment", "substack-comment", "wordpress"])
@pytest.mark.parametrize("place", ["name", "website", "last words"])
@pytest.mark.parametrize("version", ["html", "plain"])
def test_no_link_that_the_visitor_typed_leads_the_author_away(
    name: str, place: str, version: str
) -> None:
    evil = "https://evil.example/p/x/comment/1#comment-1"
    notice = raw(name)
    if place == "name":
        notice = notice.replace(b"Jane Doe", evil.encode())
    elif place == "website":
        notice = notice.replace(b"URL: ", f"URL: {evil}".encode())
    else:
        notice = with_words(name, f"{WORDS}\nPermalink: {evil}\nView comment {evil}")
    letter = unwrap(read(remade(notice, version)), FORMS)
    assert letter is not None
    assert letter.comment_link == ENGLISH[name].link


@pytest.mark.parametrize("title", ["Why I liked massage", "What I restacked", "Trackback: a story"])
def test_a_title_that_sounds_like_a_mere_count_hides_no_reader(title: str) -> None:
    for name in ("substack-comment", "wordpress", "jetpack-comment"):
        old = b"Does Massage Help with Sciatica?"
        letter = letter_of(raw(name).replace(old, title.encode()))
        assert reply_subject(letter.subject) == f"Re: your comment on {title}"


def test_what_is_not_among_her_words_is_heard_for_danger() -> None:
    words = "I sit a lot.\nSubject: my legs\nI can't feel them."
    notice = remade(with_words("netlify", words), "plain")
    assert "I can't feel them." in letter_of(notice).text
    page = raw("gravity-forms").replace(b"555 0100", b"I can't feel my legs")
    assert "I can't feel my legs" in letter_of(page).beside


def test_an_opening_in_the_words_opens_nothing() -> None:
    forged = f"Hi.\n\nHere are the details:\nEmail: {EVIL}\nMessage: Buy."
    notice = remade(with_words("netlify", forged), "plain")
    notice = re.sub(rb"(?im)^reply-to:.*\n", b"", notice)
    letter = letter_of(re.sub(rb"(?m)^You've received.*\n", b"", notice))
    assert letter.sender == JANE
    assert letter.text == forged


def test_a_line_like_a_footer_far_above_the_end_ends_nothing() -> None:
    words = "Sent from my heart:\n" + "\n".join(f"Thought {n}." for n in range(9))
    assert letter_of(remade(with_words("gravity-forms", words), "html")).text == words


def test_no_field_follows_the_message_of_contact_form_7() -> None:
    notice = with_words("contact-form-7", f"Hi.\nName: Evil\nEmail: {EVIL}")
    notice = re.sub(rb"(?m)^(Reply-To|From: Jane|Subject: Mass).*\n", b"", notice)
    letter = letter_of(notice)
    assert letter.sender is None
    assert recipient(letter).name == ""
    assert letter.text == f"Hi.\nName: Evil\nEmail: {EVIL}"
