"""The bot's rules from the settings."""

from __future__ import annotations

from inbox_bot.bot import Policy
from inbox_bot.letters.contact_forms import Form
from inbox_bot.promises.calendar import Calendar, parse_letter_time
from inbox_bot.settings.model import Settings
from inbox_bot.settings.providers import authserv_id_at

NOBODY = "none"


def trusted_server(chosen: Settings) -> str:
    """Whose Authentication-Results count: as set, else as known of her provider, else nobody's."""
    if chosen.authserv_id == NOBODY:
        return ""
    return chosen.authserv_id or authserv_id_at({one.imap.host for one in chosen.mailboxes})


def policy_of(chosen: Settings) -> Policy:
    return Policy(
        since=chosen.poll.since,
        drafts_at_once=chosen.drafts.at_once if chosen.drafts.in_mailbox else 0,
        authserv_id=trusted_server(chosen),
        undo=chosen.send.undo,
        promise_text=chosen.promise.text,
        within=chosen.promise.within,
        name_a_date=chosen.promise.name_a_date,
        calendar=Calendar(
            letter_time=parse_letter_time(chosen.promise.letter_time),
            zone=chosen.author.timezone,
            country=chosen.author.country,
            away=chosen.away,
        ),
        readers_to=frozenset(address.lower() for address in chosen.readers.to),
        never=frozenset(address.lower() for address in chosen.readers.never),
        forms=tuple(Form(sender=sender) for sender in chosen.forms),
        digest=chosen.digest,
        page_url=chosen.page.url,
        retention=chosen.retention,
    )
