"""Threads for the requests that may take long."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

_KEPT_IDLE = 8
_Result = TypeVar("_Result")


class Workers:
    """As many daemon threads for `loop` as there are jobs; a few idle ones are kept.

    `concurrent.futures` would keep the interpreter from exiting while a request hangs.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.loop: asyncio.AbstractEventLoop
        self._jobs: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._idle = 0
        self._stopping = False
        self._threads: set[threading.Thread] = set()

    def submit(self, job: Callable[[], object]) -> None:
        """Run `job`, which must not raise, in a thread; `RuntimeError` if there are no more."""
        with self._lock:
            if self._idle:
                self._idle -= 1
                self._jobs.put(job)
                return
            thread = threading.Thread(target=self._work, args=(job,), name=self._name, daemon=True)
            self._threads.add(thread)
        try:
            thread.start()
        except RuntimeError:
            with self._lock:
                self._threads.discard(thread)
            raise

    async def run(self, job: Callable[[], _Result]) -> _Result:
        """Have `job`, which must not raise, run in a thread, and return what it does."""
        done: asyncio.Future[_Result] = self.loop.create_future()

        def settle(result: _Result) -> None:
            if not done.done():
                done.set_result(result)

        def work() -> None:
            result = job()
            # A loop that is closed: the server has stopped without waiting for this request.
            with suppress(RuntimeError):
                self.loop.call_soon_threadsafe(settle, result)

        self.submit(work)
        return await done

    def stop(self, timeout: float) -> bool:
        """End the idle threads, wait up to `timeout` seconds for the others; true if all ended."""
        with self._lock:
            self._stopping = True
            for _ in range(self._idle):
                self._jobs.put(None)
            self._idle = 0
            threads = self._threads - {threading.current_thread()}
        deadline = time.monotonic() + timeout
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _work(self, job: Callable[[], object] | None) -> None:
        while job is not None:
            job()
            job = None  # An idle thread must not keep its last request alive.
            with self._lock:
                if self._stopping or self._idle >= _KEPT_IDLE:
                    break
                self._idle += 1
            job = self._jobs.get()
        with self._lock:
            self._threads.discard(threading.current_thread())
