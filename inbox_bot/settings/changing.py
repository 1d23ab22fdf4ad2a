"""Changes of `settings.yaml` by commands; the author's comments stay."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, MutableSequence
from datetime import date
from pathlib import Path

from inbox_bot import yaml_files
from inbox_bot.errors import WrongUse
from inbox_bot.settings.accounts import OAuthService
from inbox_bot.settings.load import FILE_NAME
from inbox_bot.settings.model import Settings, read_sender


def add_absence(directory: Path, period: tuple[date, date]) -> None:
    """Add first and last day to `away`, unless they stand there already."""
    written = f"{period[0].isoformat()}..{period[1].isoformat()}"

    def change(data: MutableMapping[str, object]) -> None:
        known = data.get("away")
        if not isinstance(known, MutableSequence):
            data["away"] = [written]
        elif written not in [str(each) for each in known]:
            yaml_files.append(known, written)

    yaml_files.rewrite(directory / FILE_NAME, change)


def add_form(directory: Path, sender: str) -> None:
    """Add the sender of notices to `forms`, unless it stands there already.

    WrongUse where it is neither an address nor a domain.
    """
    try:
        sender = read_sender(sender.strip().lower())
    except ValueError as error:
        raise WrongUse(f"{sender[:80]!r} {error}") from error

    def change(data: MutableMapping[str, object]) -> None:
        known = data.get("forms")
        if not isinstance(known, MutableSequence):
            data["forms"] = [sender]
        elif sender not in [str(each).lower() for each in known]:
            yaml_files.append(known, sender)

    yaml_files.rewrite(directory / FILE_NAME, change)


def set_oauth(directory: Path, position: int, service: OAuthService, client_id: str) -> None:
    """Set OAuth2 for the mailbox at that position, counted from 1."""

    def change(data: MutableMapping[str, object]) -> None:
        mailboxes = data["mailboxes"]
        assert isinstance(mailboxes, MutableSequence)
        mailbox = mailboxes[position - 1]
        told = mailbox.get("oauth")
        known = dict(told) if isinstance(told, Mapping) else {}
        yaml_files.put(mailbox, "oauth", {**known, "service": str(service), "client_id": client_id})

    yaml_files.rewrite(directory / FILE_NAME, change)


def set_page_port(directory: Path, port: int) -> None:
    """Another port for the review page."""

    def change(data: MutableMapping[str, object]) -> None:
        page = data.get("page")
        if isinstance(page, MutableMapping):
            page["port"] = port
        else:
            yaml_files.put(data, "page", {"port": port})

    yaml_files.rewrite(directory / FILE_NAME, change)


def keep_inside(directory: Path) -> None:
    """Reset `faq`, `templates` and a `store` that is a file to their default places in the
    directory, however its URL is written."""

    def change(data: MutableMapping[str, object]) -> None:
        for key in ("faq", "templates"):
            if key in data:
                data[key] = key
        if "store" in data and not str(data["store"]).startswith("postgresql"):
            data["store"] = Settings.model_fields["store"].default

    yaml_files.rewrite(directory / FILE_NAME, change)
