"""Unusual conditions of an account: what the service, or a new account, would not do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mock_server.documents.account_settings import AccountSettings, with_profile
from mock_server.model import Document

if TYPE_CHECKING:
    from mock_server.emulator.clock import Clock
    from mock_server.emulator.traffic.faults import Faults

# These describe the shop; they bend nothing.
_OF_THE_SHOP = ("organisation_name", "user_email", "org_id", "identifier_rule")


@dataclass(frozen=True, slots=True)
class Unusual:
    """One thing that is not as usual: `what` it is of, and a sentence without a full stop."""

    what: str
    sentence: str

    def to_document(self) -> Document:
        """The thing as `GET /_mock/summary` shows it."""
        return {"what": self.what, "sentence": self.sentence}


def unusual(
    clock: Clock, faults: Faults, settings: AccountSettings, *, read_only: bool = False
) -> list[Unusual]:
    """List what is not as usual, in the order in which the pages say it."""
    found = [*_clock(clock), *_faults(faults)]
    if (rule := settings.identifier_rule) is not None:
        found.append(Unusual("identifier_rule", f"Contacts are identified by {rule.param} only"))
    if settings.profile != "test":
        found.append(Unusual("profile", f"Profile {settings.profile}"))
    usual = AccountSettings(**with_profile({"profile": settings.profile}))
    others = [
        name.replace("_", " ")
        for name in AccountSettings.names()
        if name not in _OF_THE_SHOP and getattr(settings, name) != getattr(usual, name)
    ]
    if others:
        found.append(Unusual("settings", f"Settings changed: {', '.join(others)}"))
    if read_only:
        found.append(
            Unusual("read_only", "This state is open for reading: nothing here can be changed")
        )
    return found


def _clock(clock: Clock) -> list[Unusual]:
    if clock.frozen:
        return [Unusual("clock", f"Clock frozen at {clock.iso()[:19].replace('T', ' ')} UTC")]
    seconds = round(clock.offset_seconds)
    if not seconds:
        return []
    days, rest = divmod(abs(seconds), 86_400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    parts = ((days, "day"), (hours, "hour"), (minutes, "minute"))
    told = [f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number]
    by = " ".join(told) or f"{abs(seconds)} seconds"
    return [Unusual("clock", f"Clock {by} {'ahead' if seconds > 0 else 'behind'}")]


def _faults(faults: Faults) -> list[Unusual]:
    armed = sum(each["left"] != 0 for each in faults.documents()) if faults.armed else 0
    if not armed:
        return []
    return [Unusual("faults", f"{armed} fault{'' if armed == 1 else 's'} armed")]
