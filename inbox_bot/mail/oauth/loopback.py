"""The loopback flow (RFC 8252) with PKCE: the browser returns the consent to a local port.

`state` ties the answer to the request; without the verifier a stolen code is useless.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from inbox_bot.errors import LoginRefused
from inbox_bot.mail.oauth.exchange import Refusal, Token, post
from inbox_bot.mail.oauth.services import Client
from inbox_bot.settings.passwords import Secret

PATIENCE = 600.0
_DONE = "Thank you. You can close this page and go back to the terminal."
_WRONG = "This isn't the login that was requested. Close this page and start again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Identifies one log-in. `verifier` is sent only to the token server."""

    redirect: str
    state: str
    verifier: Secret

    def address(self, client: Client, hint: str) -> str:
        """The page of the service on which the author consents."""
        digest = hashlib.sha256(self.verifier.reveal().encode()).digest()
        form = {
            "client_id": client.client_id,
            "redirect_uri": self.redirect,
            "response_type": "code",
            "scope": client.service.scope,
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "login_hint": hint,
            **dict(client.service.extra),
        }
        return f"{client.service.ask_url}?{urlencode(form)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """The browser's answer: a code, or an error."""

    code: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """`show` gets the page to open; `seconds` limits the wait for the answer."""

    hint: str
    show: Callable[[str], None]
    seconds: float = PATIENCE


def log_in(client: Client, client_secret: Secret, visitor: Visitor) -> Token:
    """LoginRefused when the author does not consent in time."""
    with _LoopbackServer() as server:
        request = server.request
        visitor.show(request.address(client, visitor.hint))
        found = server.wait(visitor.seconds)
    title = client.service.title
    if found is None:
        raise LoginRefused(f"{title} didn't confirm in time; run it again")
    if found.error == "access_denied":
        raise LoginRefused(f"you declined at {title}; run it again if you meant to allow it")
    if found.error or not found.code:
        raise LoginRefused(f"{title} refuses the login ({found.error[:60] or 'no code'})")
    return _redeemed(client, client_secret, request, found.code)


def _redeemed(client: Client, client_secret: Secret, request: Request, code: str) -> Token:
    form = {
        "grant_type": "authorization_code",
        "client_id": client.client_id,
        "code": code,
        "code_verifier": request.verifier.reveal(),
        "redirect_uri": request.redirect,
    }
    if client_secret.reveal():
        form["client_secret"] = client_secret.reveal()
    answer = post(client.service.token_url, form, Token)
    if isinstance(answer, Refusal):
        raise LoginRefused(f"{client.service.title} refuses the login ({answer.words()})")
    return answer


def read_return(path: str, state: str) -> Return | None:
    """The answer in a request path, if it belongs to the log-in with that state."""
    fields = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    if not secrets.compare_digest(fields.get("state", "").encode(), state.encode()):
        return None
    return Return(code=fields.get("code", ""), error=fields.get("error", ""))


class _LoopbackServer(HTTPServer):
    """Listens on 127.0.0.1 until the answer to its own request comes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.request = Request(
            redirect=f"http://127.0.0.1:{self.server_port}",
            state=secrets.token_urlsafe(32),
            verifier=Secret(secrets.token_urlsafe(64)),
        )
        self.found: Return | None = None

    def wait(self, seconds: float) -> Return | None:
        until = time.monotonic() + seconds
        while self.found is None and (left := until - time.monotonic()) > 0:
            self.timeout = left
            self.handle_request()
        return self.found


class _Handler(BaseHTTPRequestHandler):
    server: _LoopbackServer
    timeout = 5.0  # a browser opens connections that it may never use

    def do_GET(self) -> None:
        found = read_return(self.path, self.server.request.state)
        self.server.found = self.server.found or found
        body = (_DONE if found else _WRONG).encode()
        self.send_response(200 if found else 400)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing: the path contains the code."""
