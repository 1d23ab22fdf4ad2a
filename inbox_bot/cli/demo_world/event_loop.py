"""Runs the demo's two asyncio servers in a thread; everything else is synchronous."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Generator
from contextvars import Context
from typing import TypeVar

_T = TypeVar("_T")
_SECONDS = 30.0


class LoopThread:
    """Runs coroutines from another thread. `stop` cancels whatever still runs."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[object]] = set()
        self._loop.set_task_factory(self._task)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[object, object, _T]) -> _T:
        """The work's result; its exception, or TimeoutError after half a minute."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_SECONDS)

    def stop(self) -> None:
        self.run(self._cancel_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_SECONDS)
        self._loop.close()

    def _task(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[object, object, _T] | Generator[asyncio.Future[object] | None, None, _T],
        *,
        name: str | None = None,
        context: Context | None = None,
    ) -> asyncio.Task[_T]:
        """Keep a reference until the task is done: Python 3.13 collects pymap's unfinished ones."""
        task = asyncio.Task(work, loop=loop, name=name, context=context)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _cancel_all(self) -> None:
        others = self._tasks - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
