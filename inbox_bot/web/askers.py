"""Who asks for login links on a page of many authors: limits by address, and work done later."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from threading import BoundedSemaphore, Lock

MOST_ASKED = 10
WITHIN = timedelta(hours=1)
MOST_ADDRESSES = 10_000
MOST_WAITING = 100
LOG = logging.getLogger(__name__)


class Askers:
    """Counts by remote address; of IPv6 by network, since a household has billions of those."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._asked: OrderedDict[str, deque[datetime]] = OrderedDict()

    def may_ask(self, address: str, now: datetime) -> bool:
        with self._turn:
            times = self._asked.setdefault(_place(address), deque(maxlen=MOST_ASKED))
            self._asked.move_to_end(_place(address))
            if len(self._asked) > MOST_ADDRESSES:
                self._asked.popitem(last=False)
            if len(times) == MOST_ASKED and now - times[0] < WITHIN:
                return False
            times.append(now)
            return True


class Later:
    """Does work in a thread of its own, so that an answer does not show how long it took.

    Beyond MOST_WAITING it is dropped: those who wait so long ask again.
    """

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, "later")
        self._room = BoundedSemaphore(MOST_WAITING)

    def do(self, work: Callable[[], None]) -> None:
        if self._room.acquire(blocking=False):
            self._worker.submit(self._work, work)

    def settle(self) -> None:
        """Wait until all that was asked for so far is done."""
        self._worker.submit(int).result()

    def _work(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            LOG.exception("A login link that was asked for could not be noted.")
        finally:
            self._room.release()


def _place(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return address
