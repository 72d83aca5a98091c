"""The settings of a server: one typed object, from defaults, environment and options."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

VENDOR_HOSTS = ("yespo.io", "api.yespo.io", "esputnik.com", "esputnik.com.ua")
"""The names the real service answers under."""

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 9380
DEFAULT_STATE = Path("yespo-mock.json")
DEFAULT_URL = f"http://{DEFAULT_HOST}:{DEFAULT_PORT}"
DEFAULT_MAX_EVENTS = 100_000
DEFAULT_MAX_REQUESTS = 10_000
ENVIRONMENT_PREFIX = "YESPO_MOCK_"


@dataclass(frozen=True, slots=True)
class SeedFile:
    """A seed that was read from a file: its path, by which errors name it, and its content."""

    path: str
    document: Any


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The settings that `yespo-mock serve` takes.

    `port` 0 picks a free one; `unix` is a socket file to listen at besides. `state` is the state
    file, None keeps everything in memory; `read_only` shows what the file holds, and lets nobody
    change anything, itself included. `seeds` are seed documents or `SeedFile`s, `account` the
    settings of every account by name, such as `strict`. `max_events` is how many events an account
    keeps, 0 for all; `max_requests` how many requests its journal keeps. `accounts` says whether
    all API keys open one account or each its own; `api_keys` are the only ones let in, unless there
    are none. `allow_hosts` are more host names to answer to; `control_token` protects the control
    API; pages of `cors_origins` may call `/api`. `gateway` also answers as a proxy for the vendor's
    hosts and `gateway_hosts`, and lets programs reach `gateway_allow` directly; `tls` speaks HTTPS
    only; `gateway_ca` is the folder in which the authority of both is kept.
    """

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    unix: Path | None = None
    state: Path | None = DEFAULT_STATE
    read_only: bool = False
    seeds: tuple[Any, ...] = ()
    account: dict[str, Any] = field(default_factory=dict)
    fsync: bool = False
    max_events: int = DEFAULT_MAX_EVENTS
    max_requests: int = DEFAULT_MAX_REQUESTS
    accounts: Literal["shared", "per-key"] = "shared"
    api_keys: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    control_token: str | None = None
    cors_origins: tuple[str, ...] = ()
    gateway: bool = False
    gateway_hosts: tuple[str, ...] = ()
    gateway_allow: tuple[str, ...] = ()
    gateway_ca: Path | None = None
    tls: bool = False
