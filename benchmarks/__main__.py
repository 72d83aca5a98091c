"""`python -m benchmarks [NAME...] [--quick] [--output FILE]`."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.common import CONSOLE
from mock_server._version import __version__

NAMES = (
    "size",
    "start",
    "route",
    "http",
    "memory",
    "fixture",
    "inspector",
    "tabs",
    "health",
    "instructions",
    "peers",
)


def main() -> None:
    """Run the benchmarks that are named, or all but the peers; tables to stdout, and JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="see that it works; not to be quoted")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("results.json"))
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    results = {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "version": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "quick": options.quick,
        "benchmarks": {},
    }
    for name in options.names or NAMES[:-1]:
        module = importlib.import_module(f"benchmarks.{name}")
        results["benchmarks"][name] = module.run(quick=options.quick)
        options.output.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    CONSOLE.print(f"Written to {options.output}.", soft_wrap=True)


if __name__ == "__main__":
    main()
