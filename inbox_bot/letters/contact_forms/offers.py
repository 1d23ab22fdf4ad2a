"""Counts notices of known kinds that the author has not said to be readers', by their sender."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from inbox_bot.humanize import counted
from inbox_bot.letters.contact_forms.kinds import Kind, kinds, recognize_header
from inbox_bot.letters.contact_forms.notices import read_notice
from inbox_bot.letters.contact_forms.unwrapping import Form, is_notice
from inbox_bot.model import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A notice's sender, in lower case, and its kind as the author knows it."""

    sender: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """So many letters came from there. `declined`: the author said that they are no readers'."""

    sighting: Sighting
    letters: int
    declined: bool = False

    def as_json(self) -> Mapping[str, str | int]:
        sighting = self.sighting
        return {"sender": sighting.sender, "kind": sighting.title, "letters": self.letters}

    def sentence(self) -> str:
        letters = counted(self.letters, "letter")
        return (
            f"{self.sighting.title} writes to you from {self.sighting.sender}: {letters}."
            " Are these readers?"
        )


def sighted(message: Message, forms: Sequence[Form], authserv_id: str = "") -> Sighting | None:
    """The kind of a notice that nobody has said to believe; the header is enough for most."""
    if message.sender is None or is_notice(message, forms, authserv_id):
        return None
    kind = recognize_header(message) or _by_text(message)
    return Sighting(sender=message.sender.email.lower(), title=kind.title) if kind else None


def count_notices(sightings: Iterable[Sighting], known: Sequence[Offer] = ()) -> tuple[Offer, ...]:
    """The known offers with what was sighted since; a kind that is new from its sender is a new
    offer, whatever the author said of others."""
    new = Counter(sightings)
    grown = [replace(one, letters=one.letters + new.pop(one.sighting, 0)) for one in known]
    return (*grown, *(Offer(sighting=each, letters=n) for each, n in new.items()))


def _by_text(message: Message) -> Kind | None:
    """For kinds whose subject could be anybody's."""
    sender = message.sender.email.lower() if message.sender else ""
    if not message.text or not any(one.vague_subject and one.sent_by(sender) for one in kinds()):
        return None
    notice = read_notice(message)
    return notice.kind if notice.text and not notice.nobody else None
