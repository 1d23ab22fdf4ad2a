"""The laws that a killed story must keep, and what can be seen of it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient
from sqlalchemy import Connection

from benchmarks.kill_story import Order
from inbox_bot.model import Draft, DraftState, Event, Verb, Verdict
from inbox_bot.store import is_on_server, open_store
from tests.servers.smtp import Taken

FILED_ONCE = (DraftState.PENDING, DraftState.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All that can be seen of a story afterwards."""

    drafts: Sequence[Draft]
    events: Sequence[Event]
    letters: int
    lying: Sequence[str]
    copies: Sequence[str]
    whole: bool
    taken: Sequence[str]
    earlier: Sequence[str]


def broken_laws(seen: Seen, wanted: Seen) -> list[str]:
    sent = {one.message_id for one in seen.drafts if one.state is DraftState.SENT}
    uncertain = {one.message_id for one in seen.drafts if one.state is DraftState.UNCERTAIN}
    approved = {(one.draft_id, one.version) for one in seen.events if one.verb == "approved"}
    handed = {(one.draft_id, one.version) for one in seen.events if one.verb == Verb.HANDED_OVER}
    begun = {one.message_id for one in seen.drafts if (one.id, one.version) in handed}
    said_yes = {one.message_id for one in seen.drafts if (one.id, one.version) in approved}
    live = [one.id for one in seen.drafts if one.state in (*FILED_ONCE, DraftState.UNCERTAIN)]
    states = {one.state for one in seen.drafts}
    laws = {
        "a letter is lost or doubled": seen.letters == wanted.letters != 0,
        "an intent is lost or doubled": _intents(seen) == _intents(wanted),
        "an intent has two drafts": len(live) == len(set(live)),
        "Drafts holds one twice": len(seen.lying) == len(set(seen.lying)),
        "a sent reply lies in Sent twice, or not": all(seen.copies.count(one) == 1 for one in sent),
        "a reply was sent twice": len(seen.taken) == len(set(seen.taken)),
        "something left without a yes": set(seen.taken) <= said_yes,
        "what left is not known to have left": set(seen.taken) <= sent | uncertain,
        "what is called sent never left": sent <= set(seen.taken),
        "a reply hangs in sending": DraftState.SENDING not in states,
        "an approved reply stays behind": DraftState.APPROVED not in states,
        "a reply is uncertain that never came to its data": uncertain <= begun,
        "the file is damaged": seen.whole,
    }
    return [law for law, holds in laws.items() if not holds]


def _intents(seen: Seen) -> list[tuple[int, int]]:
    """Each draft, whatever its version, and the letter that it first answered."""
    return sorted({(one.id, one.letter_id) for one in seen.drafts if one.version == 1})


def look(order: Order, taken: Sequence[Taken], earlier: Sequence[str]) -> Seen:
    """`taken` is what the receiver took since; `earlier` what it had taken before the harm."""
    with (
        closing(open_store(order.store, Path(order.directory))) as store,
        store.reading() as tx,
    ):
        drafts = tx.drafts.in_state(*DraftState)
        letters = {one.letter_id for one in drafts}
        events = [event for letter in letters for event in tx.events(letter)]
        whole = is_on_server(order.store) or _is_whole(tx.connection)
        readers = tx.messages.count(Verdict.READER)
    return Seen(
        drafts=drafts,
        events=events,
        letters=readers,
        lying=_lying(order, "Drafts"),
        copies=_lying(order, "Sent"),
        whole=whole,
        taken=[*earlier, *(message_id(one) for one in taken if not one.announces)],
        earlier=earlier,
    )


def _is_whole(connection: Connection) -> bool:
    """Of a file. A server keeps its own files."""
    return connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def still(seen: Seen) -> object:
    return [(one.id, one.version, one.state) for one in seen.drafts], seen.lying, seen.taken


def _lying(order: Order, folder: str) -> list[str]:
    with IMAPClient("127.0.0.1", order.imap, ssl=False) as client:
        client.login(order.user, order.password)
        client.select_folder(folder, readonly=True)
        found = client.fetch(client.search(["NOT", "DELETED"]), ["ENVELOPE"])
        return sorted(one[b"ENVELOPE"].message_id.decode().strip("<> ") for one in found.values())


def message_id(taken: Taken) -> str:
    return str(taken.email["Message-ID"]).strip("<> ")
