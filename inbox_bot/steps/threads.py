"""Which letter answers which (RFC 5322, 3.6.4), and whose thread it belongs to.

Letters that answer each other are one conversation, whoever wrote them; a thread is what one person
wrote in it. Drafts and promises belong to threads: a person copied in is owed a separate answer,
and his letters leave hers alone.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from inbox_bot.drafting.mime import recipient
from inbox_bot.letters.reading.addresses import addresses
from inbox_bot.letters.verdicts import same_mailbox
from inbox_bot.model import Message
from inbox_bot.model.records import Share, Writer

MOVED_FROM = "x-ms-exchange-parent-message-id"
"""Exchange gives a letter that is moved into it another Message-ID, and notes the first one."""

_LONGEST_FROM = 2_000


def ancestors(message: Message) -> Sequence[str]:
    """The Message-IDs that a letter answers, the nearest first."""
    nearest_first = (message.in_reply_to, *reversed(message.references))
    return tuple(dict.fromkeys(one for one in nearest_first if one))


def chain(message: Message) -> tuple[str, ...]:
    """References of an answer to this letter (RFC 5322, 3.6.4), the letter itself last."""
    earlier = message.references or tuple(filter(None, (message.in_reply_to,)))
    return (*(one for one in earlier if one != message.message_id), message.message_id)


def moved_from(message: Message) -> str:
    """The Message-ID that the letter bore before it was moved to another server, or ""."""
    return message.header(MOVED_FROM).strip("<> ")


def writer_of(message: Message, own: Collection[str]) -> Writer:
    """`own` are the author's addresses, in lower case."""
    others = [one for one in (*message.to, *message.cc) if one.email.lower() not in own]
    reader = recipient(message, own)
    if not reader.email:
        return Writer()
    sender = recipient(replace(message, reply_to=None), own)
    name = " ".join((sender if sender.email else reader).name.casefold().split())
    return Writer(
        address=reader.email.lower(),
        sender=_passed_on_by(message, own) or sender.email.lower(),
        known_as="" if others or "@" in name else name,
    )


def _passed_on_by(message: Message, own: Collection[str]) -> str:
    """The foreign address in From, if any: a sender can name anybody as the writer."""
    named = (one.email.lower() for one in addresses(message.header("from")[:_LONGEST_FROM]))
    return next((one for one in named if one not in own), "")


def is_same(known: Writer, writer: Writer) -> bool:
    """Same mailbox, unless a stranger in From merely names it as Reply-To; or the same name, if
    only the author and the writer saw the letters: nobody else knows a Message-ID of theirs."""
    if not known.address or not writer.address:
        return False
    if same_mailbox(known.address) == same_mailbox(writer.address):
        hers = {same_mailbox(one) for one in (known.address, known.sender)}
        if not known.sender or not writer.sender or same_mailbox(writer.sender) in hers:
            return True
    return bool(known.known_as) and known.known_as == writer.known_as


class Threads:
    """Finds each letter's conversation and thread, from those that are known before it."""

    def __init__(self, conversations: Mapping[str, str], shares: Iterable[Share]) -> None:
        self._conversations = dict(conversations)
        self._shares: defaultdict[str, list[Share]] = defaultdict(list)
        for share in shares:
            self._shares[share.conversation].append(share)

    def take(self, message_id: str, earlier: Sequence[str], writer: Writer) -> Share:
        """`earlier` are the Message-IDs that it answers, the nearest first."""
        named = (*earlier, message_id)
        known = (self._conversations[one] for one in named if one in self._conversations)
        conversation = next(known, message_id)
        self._conversations.setdefault(message_id, conversation)
        shares = self._shares[conversation]
        thread = next((one.thread for one in shares if is_same(one.writer, writer)), "")
        taken = {one.thread for one in shares}
        thread = thread or next(one for one in _names(message_id, writer) if one not in taken)
        share = Share(conversation=conversation, thread=thread, writer=writer)
        shares.append(share)
        return share


def _names(message_id: str, writer: Writer) -> Iterator[str]:
    """Candidate names for a new thread. The Message-ID may be taken, and two letters without an
    address are kept apart."""
    yield message_id
    for number in count():
        told = f"{message_id} {writer.address}{number or ''}".encode(errors="replace")
        yield f"{hashlib.sha256(told).hexdigest()[:32]}@thread.invalid"
