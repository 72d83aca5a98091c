"""Over HTTP: the event route against a no-op route under the same server, by connections."""

from __future__ import annotations

from benchmarks.common import Result, figure, show
from benchmarks.load import Job, load
from benchmarks.serving import serving


def run(*, quick: bool) -> Result:
    """Requests a second and latency in milliseconds, by number of connections."""
    seconds = 1 if quick else 2
    found = []
    with serving("noop") as noop, serving("event") as event:
        for keep_alive in (True, False):
            for connections in (1, 16, 64):
                each: Result = {"connections": connections, "keep_alive": keep_alive}
                for name, port in (("noop", noop), ("event", event)):
                    each[name] = load(Job(port, connections, keep_alive, seconds))
                each["ratio"] = each["event"]["rate"] / each["noop"]["rate"]
                each["p99_to_p50"] = each["event"]["p99"] / each["event"]["p50"]
                found.append(each)
    rows = [
        [
            f"{each['connections']}{'' if each['keep_alive'] else ', a connection per request'}",
            figure(each["noop"]["rate"]),
            figure(each["event"]["rate"]),
            f"{each['ratio']:.2f}",
            figure(each["event"]["p50"]),
            figure(each["event"]["p99"]),
            str(each["event"]["errors"]),
        ]
        for each in found
    ]
    columns = ["connections", "no-op/s", "events/s", "ratio", "p50 ms", "p99 ms", "errors"]
    generator = found[0]["event"]["generator"]
    show(f"Over HTTP, load by {generator}", columns, rows)
    return {"runs": found}
