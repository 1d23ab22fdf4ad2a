"""The device flow (RFC 8628): the author types a short code on the provider's page."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from inbox_bot.errors import LoginRefused, MailboxUnavailable
from inbox_bot.mail.oauth.exchange import Answer, Refusal, Token, post
from inbox_bot.mail.oauth.services import Client

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER = 5.0


class DeviceCode(Answer):
    """Times are in seconds."""

    device_code: str = Field(min_length=1, repr=False)
    user_code: str
    verification_uri: str
    expires_in: float = 900.0
    interval: float = 5.0


def log_in(client: Client, tell: Callable[[str], None], wait: Callable[[float], None]) -> Token:
    """Show the code and wait for the author's yes; LoginRefused when it does not come."""
    service = client.service
    form = {"client_id": client.client_id, "scope": service.scope}
    code = post(service.ask_url, form, DeviceCode)
    if isinstance(code, Refusal):
        raise LoginRefused(f"{service.title} doesn't know this app ({code.words()})")
    tell(f"Open {code.verification_uri} on any device and enter the code {code.user_code}.")
    tell("Waiting…")
    interval, waited = code.interval, 0.0
    while waited < code.expires_in:
        wait(interval)
        waited += interval
        answer = _asked(client, code)
        if isinstance(answer, Token):
            return answer
        interval = next_interval(answer, interval, service.title)
    raise _too_late(service.title)


def next_interval(refusal: Refusal, interval: float, title: str) -> float:
    """Seconds until the next try; LoginRefused for a final refusal."""
    match refusal.error:
        case "authorization_pending":
            return interval
        case "slow_down":
            return interval + _SLOWER
        case "expired_token":
            raise _too_late(title)
        case "access_denied" | "authorization_declined":
            raise LoginRefused(f"you declined at {title}; run it again if you meant to allow it")
        case _:
            raise LoginRefused(f"{title} refuses the login ({refusal.words()})")


def _asked(client: Client, code: DeviceCode) -> Token | Refusal:
    """Slow down while the server cannot be reached (RFC 8628, 3.5)."""
    form = {
        "grant_type": _GRANT,
        "client_id": client.client_id,
        "device_code": code.device_code,
    }
    try:
        return post(client.service.token_url, form, Token)
    except MailboxUnavailable:
        return Refusal(error="slow_down")


def _too_late(title: str) -> LoginRefused:
    return LoginRefused(f"the code wasn't entered at {title} in time; run it again")
