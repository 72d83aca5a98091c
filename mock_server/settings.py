"""How a server is set up: one typed object, filled from defaults, environment and options."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 9380
DEFAULT_STATE = Path("yespo-mock.json")
DEFAULT_URL = f"http://{DEFAULT_HOST}:{DEFAULT_PORT}"
DEFAULT_MAX_EVENTS = 100_000
ENVIRONMENT_PREFIX = "YESPO_MOCK_"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What `yespo-mock serve` takes.

    `port` 0 picks a free one. `state` is the state file, None keeps everything in memory. `seeds`
    are seed documents, `account` the settings of every account by name, such as `strict`.
    `max_events` is how many events an account keeps, 0 for all.
    """

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    state: Path | None = DEFAULT_STATE
    seeds: tuple[Any, ...] = ()
    account: dict[str, Any] = field(default_factory=dict)
    fsync: bool = False
    max_events: int = DEFAULT_MAX_EVENTS
