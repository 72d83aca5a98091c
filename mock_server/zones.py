"""Time zones by name, as the tz database has them (PST-02)."""

import re
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

UTC = timezone.utc
# As tz names them: hours west of Greenwich are positive. The vendor also writes `Etc/GMT+03`.
_ETC = re.compile(r"Etc/GMT([+-])0?([0-9]{1,2})")
_FARTHEST = 14


@lru_cache(maxsize=1024)
def zone_named(name: str) -> tzinfo | None:
    """Return the time zone of this name, or None when there is none."""
    west = _ETC.fullmatch(name)
    if west is not None:
        hours = int(west[2]) * (-1 if west[1] == "+" else 1)
        return timezone(timedelta(hours=hours), name) if abs(hours) <= _FARTHEST else None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):  # not there, or a name that is not one
        return None
