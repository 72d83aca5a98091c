"""Hosts that the gateway does not serve: what each probably is, and the way out (SITE-05)."""

from __future__ import annotations

from collections.abc import Collection

from mock_server.names import near
from mock_server.printable import printable

# First labels of the vendor's hosts that speak another protocol, and what it is.
_OTHERS = {
    "tracker": "the tracking of web pages",
    "events": "the log of the vendor's modules",
    "push": "the registration of web push",
    "statics": "the scripts of web pages",
    "cdn": "the scripts of web pages",
}
_SHOWN = 100


def other_protocol(host: str, served: Collection[str]) -> str | None:
    """Say what a host below a served one is for, if it is not the API."""
    label, _, rest = host.lower().rstrip(".").partition(".")
    return _OTHERS.get(label) if rest in served else None


def not_served(host: str, served: Collection[str]) -> str:
    """Say that the gateway does not serve a host, what the host is, and what to do."""
    name = host.lower().rstrip(".")
    shown = printable(host[:_SHOWN])
    text = (
        f'The gateway of yespo-mock forwards nothing to "{shown}". It serves'
        f" {', '.join(sorted(served))}."
    )
    other = other_protocol(name, served)
    below = next((each for each in served if name.endswith(f".{each}")), None)
    if other is not None:
        return (
            f"{text} {shown} is {other}, another protocol, which is not emulated. Let it through"
            f" with --gateway-allow {shown}, or leave it refused."
        )
    if below is not None:
        return (
            f"{text} {shown} is a neighbour of {below}, which the service's API has. Change the"
            f" host to {below}, or serve it too with --gateway-host {shown}."
        )
    if found := near(name, served):
        return f"{text} Did you mean {found}?"
    return (
        f"{text} Let it through with --gateway-allow {shown}, or serve it too with --gateway-host"
        f" {shown}."
    )
