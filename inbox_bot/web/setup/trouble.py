"""Errors of setup as one plain sentence that says what to do."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from urllib.error import HTTPError, URLError

from inbox_bot.errors import WorldError
from inbox_bot.settings.providers import Provider

WORD_FILES = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf")
NO_TEXT = (
    "I can't read that kind of file. Open it, copy the whole text, and paste it below; "
    "web pages, Markdown, and plain text are fine."
)


def login_refused(host: str, provider: Provider | None) -> str:
    if provider is None:
        return (
            f"{host} didn't accept this password. Check your login and the password; some "
            "providers need an app password, which you create in their settings."
        )
    return (
        f"{provider.name} didn't accept this password. Check it, or create a new one with the "
        "link above, then paste it here."
    )


def unreachable(error: WorldError, host: str, port: int, usual: str) -> str:
    """`usual` names the ports that such a server mostly has."""
    where = f"port {port} of {host}"
    sentences: tuple[tuple[type[BaseException], str], ...] = (
        (
            ssl.SSLCertVerificationError,
            f"I didn't send your password: {host} couldn't prove that it is {host}. Ask your "
            "provider for the exact name of the server.",
        ),
        (
            socket.gaierror,
            f"There's no server called {host}. Check the spelling and your internet connection.",
        ),
        (
            ConnectionRefusedError,
            f"Nothing answers at {where}. Check the port; the usual ones are {usual}.",
        ),
        (
            TimeoutError,
            f"No answer from {where}. Check the name, the port (the usual ones are {usual}), and "
            "your internet connection.",
        ),
        (ssl.SSLError, f"There's no such mail server at {where}. The usual ports are {usual}."),
        (
            OSError,
            f"The connection to {where} was lost. Check the port (usually {usual}).",
        ),
    )
    fitting = (told for one in _causes(error) for kind, told in sentences if isinstance(one, kind))
    return next(fitting, f"I can't use {where} ({error}). The usual ports are {usual}.")


def no_article(error: Exception, address: str) -> str:
    """Why the page could not be read. `address` is as she typed it."""
    for cause in _causes(error):
        match cause:
            case HTTPError() if cause.code in {404, 410}:
                return f"There's no page at {address}. Check the address, or paste the text below."
            case HTTPError():
                return (
                    f"The site won't show me {address} (error {cause.code}). Open it in your "
                    "browser, copy the text, and paste it below."
                )
            case socket.gaierror():
                return f"There's no site with that name: {address}. Check the spelling."
            case URLError():
                if isinstance(cause.reason, socket.gaierror):
                    return f"There's no site with that name: {address}. Check the spelling."
    return f"I can't read {address}. Paste the article's text below instead."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The errors behind this one, the outermost first."""
    seen = 0
    while error is not None and seen < 10:
        yield error
        error, seen = error.__cause__ or error.__context__, seen + 1
