"""A load generator: POSTs from many connections for some seconds, in a process of its own.

`wrk` where it is on the PATH, else asyncio: `python -m benchmarks.load`, which reads a job as JSON
from its standard input and prints the result.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex
from subprocess import run
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.common import KEY_HEADER, ORDER, body_template, middle, percentile

_LUA = """
local body = [==[%s]==]
local path = "%s"
local headers = {["Content-Type"] = "application/json", ["Authorization"] = "%s"%s}
local run, sent = "%s", 0
request = function()
  sent = sent + 1
  local fresh = body:gsub("%s", run .. sent)
  return wrk.format("POST", path, headers, fresh)
end
done = function(summary, latency, requests)
  local e = summary.errors
  local line = '\\n{"requests": %%d, "seconds": %%f, "p50": %%f, "p99": %%f, "errors": %%d}\\n'
  io.write(string.format(line,
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def _new_run() -> str:
    """What the order ids of one run begin with: each event is to be a new order."""
    return f"{token_hex(4)}-"


@dataclass
class Job:
    """What to send: where, from how many connections, for how long."""

    port: int
    connections: int
    keep_alive: bool
    seconds: float
    path: str = "/api/v2/event"


def load(job: Job) -> dict[str, Any]:
    """Requests a second (`rate`), latency `p50` and `p99` in milliseconds, and `errors`."""
    wrk = shutil.which("wrk")
    found = _wrk(wrk, job) if wrk else _own(job)
    found["rate"] = found["requests"] / found["seconds"]
    return found


def _wrk(wrk: str, job: Job) -> dict[str, Any]:
    close = "" if job.keep_alive else ', ["Connection"] = "close"'
    with TemporaryDirectory() as folder:
        script = Path(folder) / "post.lua"
        text = _LUA % (body_template(), job.path, KEY_HEADER, close, _new_run(), ORDER)
        script.write_text(text, "utf-8")
        seconds = f"{max(1, round(job.seconds))}s"
        command = [wrk, "-t1", f"-c{job.connections}", f"-d{seconds}", "-s", str(script)]
        url = f"http://127.0.0.1:{job.port}"
        done = run([*command, url], capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return {**result, "generator": "wrk"}


def _own(job: Job) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.load"]
    text = json.dumps(asdict(job))
    done = run(command, input=text, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return {**result, "generator": "asyncio"}


class _Sender:
    """What the connections of one job share."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.latencies: list[float] = []
        self.errors = 0
        self._run, self._sent = _new_run(), 0
        self._body = body_template()
        self._end = perf_counter() + job.seconds

    def _request(self) -> bytes:
        self._sent += 1
        body = self._body.replace(ORDER, f"{self._run}{self._sent}")
        close = "" if self.job.keep_alive else "Connection: close\r\n"
        head = (
            f"POST {self.job.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.job.port}\r\n"
            f"Authorization: {KEY_HEADER}\r\nContent-Type: application/json\r\n"
            f"{close}Content-Length: {len(body)}\r\n\r\n"
        )
        return (head + body).encode()

    async def connection(self) -> None:
        """One connection after the other, or one for all, until the time is over."""
        reader, writer = None, None
        while perf_counter() < self._end:
            begin = perf_counter()
            if reader is None or writer is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.job.port)
            writer.write(self._request())
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.lower().split(b"\r\n")
            length = next((int(x[15:]) for x in lines if x.startswith(b"content-length:")), 0)
            await reader.readexactly(length)
            self.latencies.append((perf_counter() - begin) * 1000)
            self.errors += not head.startswith(b"HTTP/1.1 2")
            if not self.job.keep_alive:
                writer.close()
                reader, writer = None, None
        if writer is not None:
            writer.close()


async def _send(job: Job) -> dict[str, Any]:
    sender = _Sender(job)
    begin = perf_counter()
    await asyncio.gather(*(sender.connection() for _ in range(job.connections)))
    times = sender.latencies
    return {
        "requests": len(times),
        "seconds": perf_counter() - begin,
        "p50": middle(times),
        "p99": percentile(times, 99),
        "errors": sender.errors,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_send(Job(**json.load(sys.stdin))))))
