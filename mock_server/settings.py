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

    `port` 0 is a free one; `unix` a socket file besides. `state` is a file or None; `read_only`
    lets nobody change it. `account` are settings of every account, `max_events` (0: all) and
    `max_requests` are for each; `api_keys` alone are let in, if any. `gateway_allow` are reached
    directly; `tls` speaks HTTPS only, and `gateway_ca` is the folder of its authority.
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
