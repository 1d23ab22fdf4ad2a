"""A token server on loopback: asks for a consent in both flows, renews and revokes tokens, and
tells a mail server whose a token is (RFC 7662)."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from inbox_bot.mail.oauth import Client, Service
from inbox_bot.mail.oauth.services import Flow
from inbox_bot.settings.accounts import OAuthService

CLIENT_ID = "own-project"
CLIENT_SECRET = "installed-programs-secret"


@dataclass
class State:
    """`says` are errors for the next requests for a token, one each. `lasts` are seconds, `size`
    is in bytes: Microsoft's tokens are long."""

    name: str = "author"
    says: list[str] = field(default_factory=list)
    lasts: int = 3600
    size: int = 1500
    consent_lasts: int | None = None
    rotates: bool = False
    refresh_tokens: set[str] = field(default_factory=set)
    access_tokens: set[str] = field(default_factory=set)
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def new(self, kind: str) -> str:
        return f"{kind}-{next(self.numbers)}-" + "x" * self.size


class TokenServer:
    def __init__(self) -> None:
        self.state = State()
        handler = type("Handler", (_Handler,), {"state": self.state})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def reset(self, name: str = "author") -> State:
        """As new, for the mailbox of that name."""
        self.state.__init__(name=name)  # type: ignore[misc]
        return self.state

    def client(self, flow: Flow) -> Client:
        google = flow is Flow.LOOPBACK
        service = Service(
            name=OAuthService.GOOGLE if google else OAuthService.MICROSOFT,
            title="Google" if google else "Microsoft",
            flow=flow,
            ask_url=f"{self.url}/{'authorize' if google else 'devicecode'}",
            token_url=f"{self.url}/token",
            scope="mail",
            console="https://console.example",
            extra=(("prompt", "consent"),) if google else (),
            has_secret=google,
        )
        return Client(service=service, client_id=CLIENT_ID)

    def refresh_token(self) -> str:
        """A consent that was given before."""
        token = self.state.new("refresh")
        self.state.refresh_tokens.add(token)
        return token

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    state: State

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        fields = dict(parse_qsl(parts.query))
        if parts.path == "/authorize":
            self._authorize(fields)
        else:
            self._introspect(fields["token"])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(parse_qsl(body))
        self.state.asked.append(form)
        if self.path == "/devicecode":
            self._tell(
                200,
                {
                    "device_code": "device",
                    "user_code": "ABCD-EFGH",
                    "verification_uri": "https://example.com/device",
                    "expires_in": 900,
                    "interval": 5,
                },
            )
        elif self.state.says:
            self._refuse(self.state.says.pop(0))
        else:
            self._give(form)

    def _authorize(self, fields: dict[str, str]) -> None:
        """The author says yes: her browser is sent back with a code."""
        code = self.state.new("code")
        self.state.codes[code] = fields
        back = {"state": fields["state"], "code": code}
        self.send_response(302)
        self.send_header("Location", f"{fields['redirect_uri']}?{urlencode(back)}")
        self.end_headers()

    def _give(self, form: dict[str, str]) -> None:
        if not self._is_entitled(form):
            self._refuse("invalid_grant")
            return
        state = self.state
        access = state.new("access")
        state.access_tokens.add(access)
        told: dict[str, object] = {"access_token": access, "expires_in": state.lasts}
        if state.consent_lasts is not None:
            told["refresh_token_expires_in"] = state.consent_lasts
        if form["grant_type"] != "refresh_token" or state.rotates:
            state.refresh_tokens.discard(form.get("refresh_token", ""))
            told["refresh_token"] = state.new("refresh")
            state.refresh_tokens.add(str(told["refresh_token"]))
        self._tell(200, told)

    def _is_entitled(self, form: dict[str, str]) -> bool:
        if form.get("client_id") != CLIENT_ID:
            return False
        if form["grant_type"] == "refresh_token":
            return form["refresh_token"] in self.state.refresh_tokens
        if form["grant_type"] == "authorization_code":
            asked = self.state.codes.pop(form["code"], {})
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            proven = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            return (
                proven == asked.get("code_challenge")
                and form["redirect_uri"] == asked["redirect_uri"]
                and form.get("client_secret") == CLIENT_SECRET
            )
        return form.get("device_code") == "device"

    def _introspect(self, token: str) -> None:
        known = token in self.state.access_tokens
        self._tell(200, {"active": known, "username": self.state.name if known else ""})

    def _refuse(self, error: str) -> None:
        if error == "unwell":
            self._tell(503, {})
        elif error == "garbage":
            self._tell(200, {"access_token": 7, "text": "token-in-garbage"})
        else:
            about = f"{error}: something happened.\r\nTrace ID: 1"
            self._tell(400, {"error": error, "error_description": about})

    def _tell(self, status: int, told: Mapping[str, object]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""
