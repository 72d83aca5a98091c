"""Arranging an account in tests: contacts, seeds, settings, the clock, faults."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mock_server.emulator.errors import InvalidError
from mock_server.model import Document
from mock_server.testing.arguments import Settings, ShortContact
from mock_server.testing.assertions import Assertions
from mock_server.testing.records import Contact

if TYPE_CHECKING:
    from typing_extensions import Unpack  # in `typing` since Python 3.11

__tracebackhide__ = True  # for pytest: a failure is in the line of the test

Seed = Mapping[str, Any] | str | PathLike[str]
"""A seed document, or the path of a JSON file that holds one."""


class Arranging(Assertions):
    """An account that tests arrange, look at and make assertions about."""

    def __init__(self) -> None:
        super().__init__()
        self._exercised: dict[str, set[str]] = {}

    def add_contact(self, **short: Unpack[ShortContact]) -> Contact:
        """Add a contact, or update the one it means; events are for existing contacts only.

        Takes any of the identifiers and names of `ShortContact`. Raises `InvalidError`.
        """
        return Contact(self._ask("POST", "/contacts", {**short}))

    def add_workflow(
        self,
        event_type: str,
        template: str,
        *,
        recipient: str,
        channel: str = "email",
        subject: str | None = None,
        json: str | None = None,
        obligatory: bool = False,
    ) -> Document:
        """Assign a workflow with one message block to an event type (MSG-05); return it, with `id`.

        `recipient` and `subject` take variables such as `${email}`, named exactly as the parameter
        is sent; `json` is the field "JSON"; an `obligatory` workflow also sends to addresses that
        unsubscribed. Its messages are in `outbox`. Raises `InvalidError`.
        """
        workflow = {
            "eventTypeKey": event_type,
            "channel": channel,
            "recipient": recipient,
            "template": template,
            "subject": subject,
            "json": json,
            "obligatory": obligatory or None,
        }
        given = {name: value for name, value in workflow.items() if value is not None}
        return self._ask("POST", "/workflows", given)

    def seed(self, *seeds: Seed) -> None:
        """Add seed documents, or JSON files of them; all of one, or `InvalidError`."""
        for each in seeds:
            self._seed(each)

    def _seed(self, seed: Seed) -> None:
        try:
            self._ask("POST", "/seed", read_seed(seed))
        except InvalidError as error:
            if isinstance(seed, Mapping):
                raise
            raise InvalidError(f"{seed}: {str(error).removeprefix('Seed: ')}") from None

    def configure(self, **settings: Unpack[Settings]) -> None:
        """Change settings, such as `strict=True`, until the reset. Raises `InvalidError`."""
        self._ask("PATCH", "/settings", {**settings})

    def freeze(self, moment: str | datetime) -> None:
        """Stop the clock at a moment (ISO 8601, UTC without offset). Raises `InvalidError`."""
        text = moment.isoformat() if isinstance(moment, datetime) else moment
        self._ask("PUT", "/clock", {"now": text})

    def advance(self, by: timedelta | float) -> None:
        """Move the emulator's clock by a `timedelta` or by seconds, frozen or not."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        sign = "-" if seconds < 0 else ""
        self._ask("PUT", "/clock", {"advance": f"{sign}PT{abs(seconds):.6f}S"})

    def unfreeze(self) -> None:
        """Return the emulator's clock to real time."""
        self._ask("DELETE", "/clock")

    def fail_next(
        self,
        status: int | None = None,
        *,
        times: int | None = 1,
        after: int = 0,
        method: str | None = None,
        path: str | None = None,
        event_type: str | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        delay: float = 0,
        action: Literal["reset", "timeout", "truncate"] | None = None,
        when: Literal["before", "after"] = "before",
    ) -> int:
        """Let the next requests to `/api` fail, and return the fault's id.

        `after` matching requests are let through, then `times` are hit (None: all). `method`,
        `path` (with `*` for anything) and `event_type` say which match. `status`, `body` and
        `headers` are the answer, `delay` comes before it (seconds), `action` breaks the
        connection instead. `when="after"`: only after the event was stored. Raises `InvalidError`
        for what does not go together.
        """
        match = {"method": method, "path": path, "eventTypeKey": event_type}
        fault: Document = {
            "match": {name: value for name, value in match.items() if value is not None},
            "times": times,
            "after": after,
            "delayMs": round(delay * 1000),
            "status": status,
            "headers": dict(headers or {}),
            "action": action,
            "when": when,
        }
        if body is not None:
            fault["body"] = body
        found: int = self._ask("POST", "/faults", fault)["id"]
        return found

    def faults(self) -> list[Document]:
        """The faults in the order they are asked, with `hits` met and `left` to meet."""
        found: list[Document] = self._ask("GET", "/faults")["faults"]
        return found

    def reset(self) -> None:
        """Back to the state after the start: seeds and settings of the start, nothing else."""
        self._remember_rules()
        self._ask("POST", "/reset")
        self._looked.clear()
        self._looked_requests.clear()
        self._looked_for = False

    def coverage(self) -> Document:
        """By rule id its results since the start (`exercised`), and the `never` others."""
        never = self._remember_rules()
        exercised = {rule: sorted(results) for rule, results in self._exercised.items()}
        return {"exercised": exercised, "never": [each for each in never if each not in exercised]}

    def _remember_rules(self) -> list[str]:
        found = self._ask("GET", "/coverage")
        for rule, results in found["exercised"].items():
            self._exercised.setdefault(rule, set()).update(results)
        never: list[str] = found["never"]
        return never


def read_seed(seed: Seed) -> Document:
    """Return the content of a seed. Raises `InvalidError` for a file that cannot be used."""
    if isinstance(seed, Mapping):
        return dict(seed)
    try:
        found: Document = json.loads(Path(seed).read_text("utf-8"))
    except OSError as error:
        raise InvalidError(f"Seed {seed} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise InvalidError(f"Seed {seed} is not JSON: {error}.") from None
    return found


def several(seed: Seed | Iterable[Seed] | None) -> Iterable[Seed]:
    """Return seeds one by one that were given as none, one or several."""
    if seed is None:
        return ()
    return (seed,) if isinstance(seed, (Mapping, str, PathLike)) else seed
