"""Consent at a provider that takes no password: the device flow, in a thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Thread

from inbox_bot.errors import InboxBotError
from inbox_bot.mail import oauth
from inbox_bot.mail.oauth import Client, device
from inbox_bot.settings.passwords import NO_SECRET, Login


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """`told` is what the provider wants her to do; `trouble` why it came to nothing."""

    told: str = ""
    trouble: str = ""
    is_given: bool = False

    @property
    def goes_on(self) -> bool:
        return not (self.trouble or self.is_given)


class Consent:
    """Asks for the consent and keeps it where passwords lie. A new one makes an older one void."""

    def __init__(
        self, clock: Callable[[], datetime], wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._wait = wait
        self._lock = Lock()
        self._turn = 0
        self.state: Asking | None = None

    def begin(self, client: Client, login: Login) -> None:
        with self._lock:
            self._turn += 1
            self.state, turn = Asking(), self._turn
        Thread(target=self._ask, args=(turn, client, login), name="consent", daemon=True).start()

    def forget(self) -> None:
        with self._lock:
            self._turn += 1
            self.state = None

    def _ask(self, turn: int, client: Client, login: Login) -> None:
        told: list[str] = []

        def tell(line: str) -> None:
            told.append(line)
            self._set(turn, Asking(told=told[0]))

        try:
            token = device.log_in(client, tell, self._wait)
            if not token.refresh_token:
                trouble = f"{client.service.title} gave a login for only one hour. Try again."
                self._set(turn, Asking(trouble=trouble))
                return
            grant = oauth.Grant(refresh_token=NO_SECRET, client_secret=NO_SECRET)
            with self._lock:  # one that is void keeps nothing
                if turn == self._turn:
                    oauth.keep(login, client.service.name, grant.after(token, self._clock()))
                    self.state = Asking(is_given=True)
        except InboxBotError as error:
            self._set(turn, Asking(trouble=f"{error}."))

    def _set(self, turn: int, state: Asking) -> None:
        with self._lock:
            if turn == self._turn:
                self.state = state
