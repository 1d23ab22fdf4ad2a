"""The bot's rules from the settings."""

from __future__ import annotations

from inbox_bot.bot import Policy
from inbox_bot.letters.contact_forms import Form
from inbox_bot.promises.calendar import Calendar, parse_letter_time
from inbox_bot.settings.model import Settings


def policy_of(chosen: Settings) -> Policy:
    return Policy(
        since=chosen.poll.since,
        drafts_at_once=chosen.drafts.at_once if chosen.drafts.in_mailbox else 0,
        authserv_id=chosen.authserv_id,
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
