"""The emulator as a whole: health, counts, journal, seed, reset, export and import."""

from __future__ import annotations

from flask import Response
from marshmallow import EXCLUDE, fields

from mock_server.control import answers
from mock_server.control.answers import DONE, OK, listed
from mock_server.control.http import Arguments, Call, PageArguments, called_account, streamed_answer
from mock_server.documents.requests import Request
from mock_server.emulator.schemas import SeedSchema, StrictSchema
from mock_server.model import Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")


class ProbeArguments(Arguments):
    """The query of a probe: a proxy or an orchestrator may add what it likes."""

    class Meta:
        """How marshmallow loads it."""

        unknown = EXCLUDE


class ResetSchema(StrictSchema):
    """The tables that a reset keeps."""

    keep = fields.List(fields.String(), load_default=list)


class RequestArguments(PageArguments):
    """Which part of the journal: all of it, or only what was refused."""

    refused = fields.Boolean(load_default=None)


_RESET = ResetSchema()
_COUNT = fields.Integer(required=True)


@ROUTES.add(
    "GET /health",
    "GET /livez",
    "GET /readyz",
    summary="Say that the server is alive",
    details="Since when, and how much it holds.",
    answers={200: json("It is alive.", answers.Health)},
    query=ProbeArguments(),
)
def health(call: Call) -> Document:
    """Say that the server is alive."""
    return call.emulator.health()


@ROUTES.add(
    "GET /summary",
    summary="Count the events",
    details="By event type, verdict, reason and warning, since the start or the last reset.",
    answers={200: json("The counts.", answers.Summary)},
)
def summary(call: Call) -> Document:
    """Count the events by type, verdict, reason and warning."""
    return call.account.summary(read_only=call.emulator.read_only)


@ROUTES.add(
    "GET /requests",
    summary="List the journal of requests, newest first",
    details="All requests outside `/_mock`. `refused=true`: those that came to nothing, and why.",
    answers={
        200: json(
            "The requests, how many the bound has dropped, and how many attempts came too fast.",
            listed("requests", Request, dropped=_COUNT, droppedAttempts=_COUNT),
        )
    },
    query=RequestArguments(),
)
def requests(call: Call) -> Document:
    """List the journal of requests."""
    return call.account.journal.page(**call.query)


@ROUTES.add("DELETE /requests", summary="Empty the journal", answers=DONE)
def forget_requests(call: Call) -> Document:
    """Empty the journal."""
    call.account.journal.clear()
    return OK


@ROUTES.add(
    "POST /seed",
    summary="Add a seed",
    details="Contacts, orders, event types, workflows and settings, in the shape of a"
    " [seed file](cli.md#seeds).",
    answers={200: json("How many of each were added.", answers.Seeded)},
    body=SeedSchema(),
)
def seed(call: Call) -> Document:
    """Add what a seed holds."""
    return call.account.seed(call.body())


@ROUTES.add(
    "POST /reset",
    summary="Reset the account",
    details="Back to the state after the start and its seeds; `keep` names tables to keep.",
    answers=DONE,
    body=_RESET,
    body_required=False,
)
def reset(call: Call) -> Document:
    """Reset the account to its state after the start."""
    account = call.account
    account.reset(_RESET.read(call.body(default={}), "Reset")["keep"])
    return OK


@ROUTES.add(
    "GET /state",
    summary="Export everything",
    details="In the shape of the [state file](state.md); of one account if the call names one.",
    answers={200: json("The whole state.", answers.State)},
)
def export_state(call: Call) -> Response:
    """Export the whole state, in parts: clients that are slow to read hold no copy each."""
    return streamed_answer(call.emulator.export_text(_one_account(call)))


@ROUTES.add(
    "PUT /state",
    summary="Replace everything",
    details="By what an export holds.",
    answers=DONE,
    body=answers.State(),
)
def import_state(call: Call) -> Document:
    """Replace the whole state."""
    call.emulator.import_state(call.body(), _one_account(call))
    return OK


def _one_account(call: Call) -> str | None:
    """Return the account a call names; a call that names none is about all of them."""
    return None if called_account() is None else call.account.name
