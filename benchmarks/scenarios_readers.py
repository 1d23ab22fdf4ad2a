"""Who asked is owed: two people in one thread, copies of a letter, old letters, rules."""

from __future__ import annotations

from datetime import UTC, datetime

from benchmarks.scenarios_letters import (
    ASKS,
    ASKS_ELSE,
    THANKS,
    URGENT,
    Letter,
    ago,
    ann,
    answer,
    bob,
    in_thread,
    internal_date,
)
from benchmarks.scenarios_world import World, check, scenario

ANN, BOB = "ann@example.org", "bob@example.net"
COPIED = "Bob Stone <bob@example.net>"


def both_ask(world: World) -> tuple[Letter, Letter]:
    """Ann asks with a copy to Bob, and he asks something else in the same thread."""
    first = ann(Cc=COPIED)
    second = bob(Cc="Ann Miller <ann@example.org>", **in_thread(first))
    world.poll(first)
    world.poll(second)
    return first, second


@scenario()
def two_people_in_one_thread_are_owed_an_answer_each(world: World) -> None:
    both_ask(world)
    world.owes(ANN, BOB)
    world.drafted(ANN, BOB)
    for reader in (ANN, BOB):
        world.approve(reader)
    world.send()
    world.answered(ANN, BOB)
    world.owes()


@scenario()
def two_people_who_came_in_one_poll_are_owed_an_answer_each(world: World) -> None:
    first = ann(Cc=COPIED)
    world.poll(first, bob(**in_thread(first)))
    world.owes(ANN, BOB)
    world.drafted(ANN, BOB)


@scenario()
def an_answer_by_hand_to_one_of_two_keeps_hers_alone(world: World) -> None:
    first, _ = both_ask(world)
    world.lay(answer(world.address, first), folder="Sent")
    world.poll()
    world.owes(BOB)
    world.drafted(BOB)


@scenario()
def a_reply_to_one_of_two_keeps_hers_alone(world: World) -> None:
    both_ask(world)
    world.approve(BOB)
    world.send()
    world.owes(ANN)
    world.drafted(ANN)


@scenario()
def thanks_of_somebody_in_copy_void_nothing(world: World) -> None:
    first = ann(Cc=COPIED)
    world.poll(first)
    world.approve(ANN)
    world.lay(bob(THANKS, **in_thread(first)))
    world.send()
    world.answered(ANN)


@scenario()
def a_question_of_somebody_in_copy_voids_nothing(world: World) -> None:
    first = ann(Cc=COPIED)
    world.poll(first)
    world.approve(ANN)
    world.lay(bob(**in_thread(first)))
    world.send()
    world.answered(ANN)
    world.owes(BOB)


@scenario()
def not_a_reader_on_one_of_two_releases_nothing_of_the_other(world: World) -> None:
    both_ask(world)
    draft = world.draft_to(BOB)
    world.run("not-a-reader", str(draft["draft"])).good()
    world.owes(ANN)
    world.drafted(ANN)


@scenario()
def two_senders_under_one_message_id_are_two_letters(world: World) -> None:
    first = ann()
    second = Letter(sender=COPIED, text=ASKS_ELSE.format(name="Bob"), id=first.id)
    world.poll(first, second)
    world.poll()
    world.owes(ANN, BOB)
    world.drafted(ANN, BOB)


@scenario()
def a_stranger_who_copies_a_message_id_silences_nobody(world: World) -> None:
    first = ann()
    world.poll(Letter(sender="Mal <mal@example.com>", text="Hello.", id=first.id))
    world.poll(first)
    check(ANN in world.owed(), "Ann is not owed")
    world.draft_to(ANN)


@scenario()
def of_a_list_copy_and_the_direct_letter_the_direct_one_counts(world: World) -> None:
    letter = ann(Cc="backs@lists.example.org")
    on_list = {"List-Id": "<backs.lists.example.org>", "Precedence": "list"}
    copy = Letter(id=letter.id, text=f"{letter.text}\n-- \nbacks mailing list", headers=on_list)
    world.poll(copy)
    world.poll(letter)
    world.poll()
    world.owes(ANN)
    world.drafted(ANN)


@scenario()
def a_copy_with_a_banner_is_the_same_letter(world: World) -> None:
    letter = ann()
    banner = "CAUTION: This email came from outside the organization.\n\n"
    world.poll(letter)
    world.poll(Letter(id=letter.id, text=banner + letter.text))
    world.owes(ANN)
    world.drafted(ANN)


@scenario()
def a_migrated_copy_under_another_message_id_is_the_same_letter(world: World) -> None:
    letter = ann()
    world.poll(letter)
    parent = {"X-MS-Exchange-Parent-Message-Id": letter.id}
    world.poll(Letter(text=letter.text, id="<ABC123@EXCH.example.org>", headers=parent))
    world.owes(ANN)
    world.drafted(ANN)


@scenario()
def letters_of_2023_that_were_copied_today_are_shown_and_not_drafted(world: World) -> None:
    world.poll()
    old = [datetime(2023, 5, day, 9, tzinfo=UTC) for day in range(1, 6)]
    people = [f"Reader {one.day} <reader{one.day}@example.org>" for one in old]
    sent = zip(people, old, strict=True)
    world.poll(*(Letter(sender=sender, sent=one, subject="Quince") for sender, one in sent))
    world.drafted()
    shown = world.told() + world.run("drafts").out + world.run("promises").out
    check("old letter" in shown.lower() or "Quince" in shown, "nothing shows the old letters")


@scenario()
def a_letter_that_came_in_1970_by_the_server_is_taken_in(world: World) -> None:
    world.poll()
    epoch = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    world.lay(ann(), date=internal_date(epoch))
    world.poll()
    world.owes(ANN)
    told = world.run("reconcile", "--json").good().rows[-1]
    check(told["accounted"] == told["letters"] == 1, f"reconcile tells {told}")


@scenario()
def a_rule_that_is_taken_back_brings_its_letters_in(world: World) -> None:
    world.poll(ann())
    draft = world.draft_to(ANN)
    world.run("not-a-reader", str(draft["draft"])).good()
    world.poll(Letter(text=ASKS_ELSE.format(name="Ann"), subject="Something else"))
    world.owes()
    world.run("not-a-reader", "--undo", str(draft["draft"])).good()
    world.poll()
    owed = world.owed()
    check(owed and set(owed) == {ANN}, f"owed are {owed} instead of Ann")
    texts = world.run("search", "massage", "often", "--json").good().rows
    check(texts, "the letter that was held back is not there")


@scenario()
def not_a_reader_where_replies_go_elsewhere_leaves_no_draft(world: World) -> None:
    world.poll(ann(Reply_To="Ann at work <ann@work.example>"))
    (draft,) = world.drafts() or [{}]
    check(draft, "nothing is drafted")
    world.run("not-a-reader", str(draft["draft"])).good()
    world.drafted()
    world.owes()
    world.poll()
    world.drafted()
    check(not world.in_drafts(), "a copy stays in Drafts")


@scenario()
def promise_and_draft_agree_after_each_word_on_a_letter(world: World) -> None:
    world.poll(ann(), bob())
    (letter,) = {row["letter"] for row in world.promises() if row["reader"] == ANN}
    for verb in ("release", "owed", "answered", "owed"):
        world.run(verb, str(letter), *(["neighbour"] if verb == "release" else [])).good()
        world.poll()
        owed, drafted = ANN in world.owed(), ANN in [row["reader"] for row in world.drafts()]
        check(owed == drafted == (verb == "owed"), f"after {verb}: owed {owed}, draft {drafted}")


@scenario()
def danger_is_heard_where_marks_that_nobody_sees_break_the_words(world: World) -> None:
    hidden = URGENT.replace("cannot", "can\u00adnot").replace("numb", "nu\u200bmb")
    world.poll(Letter(sender="Cid <cid@example.org>", text=hidden))
    check(world.draft_to("cid@example.org")["kind"] == "urgent", "its draft is not urgent")


@scenario()
def the_question_of_an_html_letter_with_a_plain_footer_is_read(world: World) -> None:
    html = f"<p>{ASKS.format(name='Ann')}</p>"
    text = f"--=_m\nContent-Type: text/html; charset=utf-8\n\n{html}\n"
    text += "--=_m\nContent-Type: text/plain\n\nSent from my tablet\n--=_m--\n"
    kind = {"Content-Type": 'multipart/mixed; boundary="=_m"'}
    world.poll(Letter(text=text, headers=kind))
    check(world.draft_to(ANN)["entries"], "no entry answers it")


@scenario()
def a_waiting_reader_stays_owed_when_her_letter_is_deleted(world: World) -> None:
    world.lay(Letter(sent=ago(hours=3)))
    world.poll()
    world.mail.delete("INBOX", 1)
    world.poll()
    world.run("reconcile", "--json").good((0, 1))
    world.owes(ANN)
