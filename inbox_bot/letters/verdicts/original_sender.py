"""Restores the sender of a letter that a group or forwarder at the author's own address passed on.

Such a program adds list headers of that address and often puts itself into From: without this,
every reader behind it would be taken for a list, a machine, or the author herself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Set
from dataclasses import replace

from inbox_bot.letters import contact_forms
from inbox_bot.letters.reading.addresses import addresses
from inbox_bot.letters.verdicts import machines
from inbox_bot.letters.verdicts.evidence import gather, same_mailbox
from inbox_bot.model import Address, Message

_ORIGINALS = ("x-original-from", "x-original-sender", "original-from", "x-old-from", "old-from")
_NAMES_ITS_LIST = ("list-id", "list-post", "mailing-list", "x-mailing-list")
_VIA = re.compile(r"\s(?:via|über|par|a través de|tramite|through)\s.*", re.I | re.S)


def restore_sender(message: Message, own: Collection[str]) -> Message:
    """Removes the list headers of an own address (`own`, lower case), and replaces a From that only
    names the forwarding address by the reader's."""
    mine = {same_mailbox(address) for address in own}
    through_own_list = bool(mine) and _is_of_own_list(message, mine)
    if through_own_list:
        message = replace(message, headers=_without_own_list(message))
    message = _from_its_writer(message, mine, through_own_list)
    answers = message.reply_to
    if answers and same_mailbox(answers.email) in mine:  # a group's own address for answers
        message = replace(message, reply_to=None)
    return message


def _is_of_own_list(message: Message, mine: Set[str]) -> bool:
    """Its list is an own address: in List-Id with a dot for the @ (RFC 2919)."""
    ids = {address.replace("@", ".") for address in mine}
    for name, value in message.headers:
        if name not in _NAMES_ITS_LIST:
            continue
        words = re.split(r"[\s<>,;:]+", value[:2_000].lower())
        if not mine.isdisjoint(words) or (name == "list-id" and not ids.isdisjoint(words)):
            return True
    return False


def _without_own_list(message: Message) -> tuple[tuple[str, str], ...]:
    """A field that occurs twice came with the letter, as in a newsletter: both stay."""
    counts = Counter(name for name, _ in message.headers)
    return tuple(
        (name, value)
        for name, value in message.headers
        if not (
            (
                name in machines.LIST_FIELDS
                or (name, value.strip().lower()) == ("precedence", "list")
            )
            and counts[name] == 1
        )
    )


def _from_its_writer(message: Message, mine: Collection[str], through_own_list: bool) -> Message:
    sender = message.sender
    if sender is None:
        return message
    if same_mailbox(sender.email) in mine:
        writer = _original(message, sender) or (message.reply_to if through_own_list else None)
    elif machines.silent_sender(gather(message)):
        writer = _behind_silent(message, sender)
    else:
        return message
    if writer is None or same_mailbox(writer.email) in mine:
        return message
    return replace(
        message,
        sender=writer,
        reply_to=_answers(message, writer, sender),
        notes=(*message.notes, f"It came through {sender.email}, on behalf of {writer.email}"),
    )


def _original(message: Message, passed_on_by: Address) -> Address | None:
    """The sender whom the forwarding program names; the rest of From serves as a name."""
    fields: Mapping[str, str] = dict(reversed(message.headers))
    for name in _ORIGINALS:
        for found in addresses(fields.get(name, "")):
            left = _VIA.sub("", passed_on_by.name).strip(" '\"")
            return Address(email=found.email, name=found.name or left)
    return None


def _behind_silent(message: Message, sender: Address) -> Address | None:
    """The writer behind a no-reply forwarder, from Reply-To or its own field: at another domain,
    and with no other sign of a machine or a form."""
    answers = _original(message, sender) or message.reply_to
    if answers is None or _domain(answers) == _domain(sender) or contact_forms.is_filled(message):
        return None
    seen = gather(replace(message, sender=answers))
    signs = (machines.of_list, machines.declared, machines.nameless, machines.silent_sender)
    if "feedback-id" in seen.fields or any(sign(seen) for sign in signs):
        return None
    left = _VIA.sub("", sender.name).strip(" '\"")
    return Address(email=answers.email, name=answers.name or left)


def _answers(message: Message, writer: Address, passed_on_by: Address) -> Address | None:
    """Reply-To, unless it is the writer again or the forwarding address."""
    passing = {same_mailbox(writer.email), same_mailbox(passed_on_by.email)}
    answers = message.reply_to
    return None if answers and same_mailbox(answers.email) in passing else answers


def _domain(address: Address) -> str:
    return ".".join(address.email.lower().rpartition("@")[2].split(".")[-2:])
