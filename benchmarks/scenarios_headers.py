"""Readers whom a rule about headers would silence, and addresses that are not what they seem."""

from __future__ import annotations

import re

from benchmarks.scenarios_letters import ASKS_ELSE, Letter, ann, bob
from benchmarks.scenarios_page import browser, running
from benchmarks.scenarios_world import Setup, World, check, scenario

ANN, BOB = "ann@example.org", "bob@example.net"
GROUP = "contact@authorsite.example"
CONTACT = Setup(aliases=[GROUP])
_TAGS = re.compile(r"(?s)<(script|style).*?</\1>|<[^>]*>")
AS_GROUP = {
    "To": GROUP,
    "Precedence": "list",
    "Mailing-list": "list contact@authorsite.example; contact contact+owners@authorsite.example",
    "List-ID": "<contact.authorsite.example>",
    "List-Post": "<mailto:contact@authorsite.example>",
    "List-Unsubscribe": "<mailto:googlegroups-manage+1+unsubscribe@googlegroups.com>",
    "X-Google-Group-Id": "123456789012",
    "Sender": GROUP,
}


@scenario(CONTACT)
def a_letter_through_the_authors_own_group_is_a_readers(world: World) -> None:
    world.poll(Letter(headers=AS_GROUP))
    world.owes(ANN)
    world.drafted(ANN)


@scenario(CONTACT)
def a_group_that_writes_its_own_name_into_from_hides_no_reader(world: World) -> None:
    sender = f"'Ann Miller' via Contact <{GROUP}>"
    world.poll(Letter(sender=sender, headers={**AS_GROUP, "Reply-To": f"Ann Miller <{ANN}>"}))
    world.owes(ANN)
    world.drafted(ANN)


@scenario(CONTACT)
def a_group_to_which_replies_go_hides_no_reader(world: World) -> None:
    sender = f"'Ann Miller' via Contact <{GROUP}>"
    told = {**AS_GROUP, "Reply-To": GROUP, "X-Original-From": f"Ann Miller <{ANN}>"}
    world.poll(Letter(sender=sender, headers=told))
    world.owes(ANN)


@scenario(CONTACT)
def two_readers_through_one_group_are_two(world: World) -> None:
    for name, address in (("Ann", ANN), ("Bob", BOB)):
        sender = f"'{name}' via Contact <{GROUP}>"
        told = {**AS_GROUP, "Reply-To": f"{name} <{address}>"}
        world.lay(Letter(sender=sender, text=ASKS_ELSE.format(name=name), headers=told))
    world.poll()
    world.owes(ANN, BOB)
    world.drafted(ANN, BOB)


@scenario()
def a_forwarder_that_takes_no_replies_hides_no_reader(world: World) -> None:
    sender = "Ann Miller via forwarder <no-reply@forwarder.example>"
    world.poll(Letter(sender=sender, headers={"Reply-To": f"Ann Miller <{ANN}>"}))
    world.owes(ANN)
    world.drafted(ANN)


@scenario()
def a_letter_to_a_forwarded_address_is_a_readers_by_the_servers_note(world: World) -> None:
    ways = ("X-Delivered-To", "X-Original-To", "Envelope-To", "X-Apparently-To", "X-Resolved-To")
    people = [f"reader{number}@example.org" for number in range(len(ways))]
    for person, way in zip(people, ways, strict=True):
        told = {"To": "Steve <hello@oldsite.example>", way: world.address}
        world.lay(Letter(sender=person, headers=told))
    world.poll()
    world.owes(*people)
    world.drafted(*people)


@scenario(Setup(aliases=["hello@oldsite.example"], more="readers: {to: [hello@oldsite.example]}"))
def the_address_for_readers_is_known_by_what_the_server_noted(world: World) -> None:
    """A letter in blind copy: only the server's note tells to which of her addresses it came."""
    ways = ("X-Delivered-To", "X-Original-To", "Envelope-To", "X-Apparently-To", "X-Resolved-To")
    people = [f"reader{number}@example.org" for number in range(len(ways))]
    for person, way in zip(people, ways, strict=True):
        told = {"To": "undisclosed-recipients:;", way: "hello@oldsite.example"}
        world.lay(Letter(sender=person, headers=told))
    world.poll()
    world.owes(*people)


@scenario()
def what_a_rule_held_back_is_counted_without_a_whole_address(world: World) -> None:
    world.poll(ann())
    world.run("not-a-reader", str(world.draft_to(ANN)["draft"])).good()
    world.poll(Letter(text=ASKS_ELSE.format(name="Ann"), subject="Medlar"))
    _, _, told = world.run("others").good((0, 1)).out.partition("Not opened")
    check("example.org" in told, "`others` does not count it by the domain")
    check(ANN not in told and "Medlar" not in told, "its address or subject is told")


def _is_answered_with_sharp_s(world: World, address: str) -> None:
    world.poll(Letter(sender=f"Ann Miller <{address}>"))
    (draft,) = world.drafts() or [{}]
    check(draft, "nothing is drafted")
    world.run("approve", f"{draft['draft']}.{draft['version']}").good()
    world.send()
    to = [address for one in world.receiver.taken for address in one.recipients]
    right = {"ann@xn--fa-hia.example", "ann@faß.example"}
    check(to and set(to) <= right, f"the reply went to {to}")


@scenario()
def a_domain_with_sharp_s_stays_what_it_is(world: World) -> None:
    _is_answered_with_sharp_s(world, "ann@faß.example")


@scenario()
def a_domain_in_its_ascii_form_is_answered_there(world: World) -> None:
    _is_answered_with_sharp_s(world, "ann@xn--fa-hia.example")


def _is_warned_of(world: World, sender: str, address: str, words: str) -> None:
    """Beside Approve, in the terminal or on the page, and not beside Bob, who is honest."""
    world.poll(Letter(sender=sender), bob())
    shown = {str(row["reader"]): _show(world, str(row["draft"])) for row in world.drafts()}
    with running(world):
        found = browser(world).pages(12)
        pages = [_TAGS.sub("", page) for path, page in found.items() if "/letter/" in path]
    warned = {
        reader: re.search(words, "\n".join([text, *(one for one in pages if reader in one)]), re.I)
        for reader, text in shown.items()
    }
    check(address in warned, f"nothing is drafted to {address}, but to {', '.join(warned)}")
    check(warned[address], "no warning")
    check(not warned[BOB], "Bob is warned of, too")


def _show(world: World, draft: str) -> str:
    return world.run("show", draft).good().out


@scenario()
def a_name_that_is_another_address_is_warned_of(world: World) -> None:
    words = "(an)?other address|different address|not the address|look twice|careful|name (is|says)"
    sender = '"victim@bank.example" <mal@elsewhere.example>'
    _is_warned_of(world, sender, "mal@elsewhere.example", words)


@scenario()
def a_domain_of_mixed_scripts_is_warned_of(world: World) -> None:
    words = "scripts?\\b|cyrillic|looks? ?-?(a)?like|letters (of|from)|alphabet"
    address = "ann@p\u0430ypal.example"  # a Cyrillic letter
    _is_warned_of(world, f"Ann Miller <{address}>", address, words)


@scenario()
def a_newsletter_and_a_pitch_are_nobodys_letters(world: World) -> None:
    pitch = "Hi,\n\nI would love to contribute a guest post with a dofollow link. Interested?\n"
    news = {"List-Id": "<news.shop.example>", "List-Unsubscribe": "<https://shop.example/u>"}
    world.poll(
        Letter(sender="Shop <news@shop.example>", text="What will you buy?", headers=news),
        Letter(sender="Sam <sam@agency.example>", text=pitch, subject="Guest post"),
        bob(),
    )
    world.owes(BOB)
    world.drafted(BOB)
