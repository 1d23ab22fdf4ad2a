"""Forms that nobody has named are counted and offered; the author's word lets their letters in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inbox_bot import review
from inbox_bot.bot import Policy
from inbox_bot.letters.contact_forms import Form, Offer, Sighting, count_notices
from inbox_bot.model import DraftState, Verdict
from inbox_bot.review.forms import take_in_notices
from inbox_bot.steps.form_offers import OFFERS, decline, open_offers
from tests.world import World

NOTICES = Path(__file__).parent.parent / "data" / "notices"
SITE = "wordpress@authorsite.example"
BLOG = Sighting(sender=SITE, title="WordPress")


def notice(world: World, name: str, number: int = 1) -> bytes:
    """The notice as a letter to this world's author, with a Message-ID of its own."""
    raw = (NOTICES / f"{name}.eml").read_bytes()
    raw = raw.replace(b"steve@authorsite.example", world.imap.address.encode())
    return re.sub(rb"Message-ID: <", f"Message-ID: <{number}.".encode(), raw)


def offers(world: World) -> tuple[Offer, ...]:
    with world.bot.store.reading() as tx:
        return open_offers(tx, world.policy.forms)


def test_new_letters_are_counted_by_sender_and_kind() -> None:
    asked = Offer(sighting=BLOG, letters=2, declined=True)
    other = Sighting(sender=SITE, title="Contact Form 7")
    found = count_notices([BLOG, other, BLOG], [asked])
    assert found == (
        Offer(sighting=BLOG, letters=4, declined=True),
        Offer(sighting=other, letters=1),
    )
    assert found[1].sentence() == (
        f"Contact Form 7 writes to you from {SITE}: 1 letter. Are these readers?"
    )


def test_forms_are_found_at_the_first_look_and_counted_once(world: World) -> None:
    for number, name in enumerate(["wordpress", "wordpress-moderation", "substack-comment"]):
        world.raw_letter(notice(world, name, number))
    world.letter("does trigger point massage hurt?")
    world.poll()
    world.poll()
    blog, substack = offers(world)
    assert (blog.sighting, blog.letters) == (BLOG, 2)
    assert (substack.sighting.title, substack.letters) == ("Substack comments", 1)


def test_a_form_whose_subject_tells_nothing_is_known_by_its_text(world: World) -> None:
    world.raw_letter(notice(world, "jetpack-form"))
    world.raw_letter(notice(world, "jetpack-form-spam"))
    world.poll()
    (found,) = offers(world)
    assert (found.sighting.title, found.letters) == ("Jetpack forms", 1)


def test_whom_the_author_declined_is_offered_again_only_with_a_new_kind(world: World) -> None:
    world.raw_letter(notice(world, "wordpress"))
    world.poll()
    with world.bot.store.transaction() as tx:
        assert decline(tx, SITE.upper()) == 1
        assert decline(tx, "nobody@example.org") == 0
    world.raw_letter(notice(world, "wordpress", 2))
    world.poll()
    assert offers(world) == ()
    world.raw_letter(notice(world, "contact-form-7"))
    world.poll()
    assert [one.sighting.title for one in offers(world)] == ["Contact Form 7"]


def test_offers_are_kept_as_they_were(world: World) -> None:
    kept = (Offer(sighting=BLOG, letters=3), Offer(sighting=BLOG, letters=1, declined=True))
    with world.bot.store.transaction() as tx:
        OFFERS.put(tx, kept)
        assert OFFERS.of(tx) == kept


@pytest.mark.parametrize("named", [SITE, "@authorsite.example"])
@pytest.mark.parametrize("name", ["wordpress", "wordpress-moderation"])
def test_the_authors_word_lets_the_earlier_letters_in(world: World, name: str, named: str) -> None:
    """The second has no Reply-To: a draft to nobody waited for her."""
    world.raw_letter(notice(world, name))
    world.raw_letter(notice(world, "wordpress-pingback"))
    world.poll()
    before = world.the_draft()
    assert "Approve it" in before.quoted or "Permalink" in before.quoted or not before.to[0].email
    world.restart(Policy(forms=(Form(sender=named),)))
    assert offers(world) == ()
    assert take_in_notices(world.bot, named, world.now) == 1
    assert take_in_notices(world.bot, named, world.now) == 0
    world.poll()
    draft = world.the_draft()
    assert (draft.to[0].email, draft.to[0].name) == ("jane@reader.example", "Jane Doe")
    assert draft.subject == "Re: your comment on Does Massage Help with Sciatica?"
    assert "Author:" not in draft.quoted
    assert (draft.id, draft.version) == (before.id, before.version + 1)
    assert [one.reader for one in world.waiting()] == ["jane@reader.example"]
    world.approve(draft)
    world.later(minutes=2)
    world.send()
    (sent,) = world.replies()
    assert sent.recipients == ("jane@reader.example",)


def test_what_the_author_wrote_herself_stays(world: World) -> None:
    world.raw_letter(notice(world, "wordpress"))
    world.poll()
    edited = review.edit(world.bot, review.shown(world.the_draft()), "My own words.", world.now)
    world.restart(Policy(forms=(Form(sender=SITE),)))
    assert take_in_notices(world.bot, SITE, world.now) == 0
    world.poll()
    assert world.the_draft() == edited


def test_a_reader_whom_the_author_ruled_out_stays_out(world: World) -> None:
    world.raw_letter(notice(world, "wordpress-moderation"))
    world.poll()
    with world.bot.store.transaction() as tx:
        tx.people.add_never("jane@reader.example")
    world.restart(Policy(forms=(Form(sender=SITE),)))
    assert take_in_notices(world.bot, SITE, world.now) == 0


def test_a_pingback_is_owed_nothing(world: World) -> None:
    world.raw_letter(notice(world, "wordpress-pingback"))
    world.poll()
    pingback = world.stored("1.wordpress-pingback.8f3b1c@authorsite.example")
    assert pingback is not None
    assert pingback.verdict is Verdict.AUTOMATIC
    assert not world.waiting()
    assert offers(world) == ()


def test_a_service_that_her_mail_server_has_verified_needs_no_word(world: World) -> None:
    world.restart(Policy(authserv_id="mx.authorsite.example"))
    world.raw_letter(notice(world, "squarespace"))
    world.raw_letter(notice(world, "substack-comment"))
    forged = notice(world, "formspree").replace(b"dmarc=pass", b"dmarc=fail")
    world.raw_letter(forged)
    world.poll()
    drafts = {draft.subject: draft.to[0].email for draft in world.drafts(DraftState.PENDING)}
    assert drafts["Re: Massage chairs"] == "jane@reader.example"
    assert drafts["Re: your comment on Does Massage Help with Sciatica?"] == ""
    assert [one.sighting.title for one in offers(world)] == ["Formspree"]


def test_a_comment_without_an_address_is_owed_by_name_until_answered_in_public(
    world: World,
) -> None:
    world.restart(Policy(forms=(Form(sender="@substack.com"),)))
    world.raw_letter(notice(world, "substack-comment"))
    world.poll()
    (promise,) = world.waiting()
    assert promise.reader == "Jane Doe (no address)"
    draft = world.the_draft()
    review.answered_by_hand(world.bot, review.shown(draft), world.now)
    assert not world.waiting()
    assert world.send().sent == ()
