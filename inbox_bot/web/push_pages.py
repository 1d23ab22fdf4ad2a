"""Addresses of the push to the author's phone: keep its address, try it, remove it."""

from __future__ import annotations

import os

from flask import abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot.bot import Push
from inbox_bot.errors import NotFound, WrongUse
from inbox_bot.reports.notes.push import FAILED
from inbox_bot.service.push import forget_address, keep_address, kept_address, push
from inbox_bot.settings.passwords import Login
from inbox_bot.web import phrases
from inbox_bot.web.page import Page, here

TEST = "This is a test. This is where you'll hear about urgent letters."


def change_push(verb: str) -> AnyResponse:
    """The address itself is never shown again: it is a secret."""
    page = here()
    login = _login(page)
    if verb == "save":
        keep_address(login, request.form.get("address", "").strip())
    elif verb == "remove":
        forget_address(login)
    elif verb == "test":
        _try(page, login)
    else:
        abort(404)
    return redirect(f"/settings?push={verb}#push", 303)


def push_view(page: Page) -> dict[str, object]:
    """For the settings page: whether an address is kept, and what was just done."""
    if page.bot.directory is None or not page.bot.accounts:
        return {"push": None}
    with page.bot.store.reading() as tx:
        failed = FAILED.of(tx)
    done = {"save": "Saved.", "remove": "Removed.", "test": "Sent. Check your phone."}
    return {
        "push": {
            "is_kept": kept_address(_login(page), os.environ) is not None,
            "failed": phrases.moment(failed, page.zone, page.locale) if failed else "",
            "done": done.get(request.args.get("push", ""), ""),
        }
    }


def _try(page: Page, login: Login) -> None:
    address = kept_address(login, os.environ)
    if address is None:
        raise NotFound("There’s no address to push to yet.")
    result = push(address, TEST)
    with page.bot.store.transaction() as tx:
        FAILED.put(tx, page.clock() if result is Push.FAILED else None)
    if result is Push.FAILED:
        raise WrongUse("The test didn’t get through. Check the address, or try again later.")


def _login(page: Page) -> Login:
    if page.bot.directory is None or not page.bot.accounts:
        raise NotFound("Without a mailbox there’s nothing to push.")
    return Login(directory=page.bot.directory, address=page.bot.accounts[0].main.email)
