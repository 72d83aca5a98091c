"""The emulator as a whole: health, counts, journal, seed, reset, export and import."""

from flask import Response
from marshmallow import EXCLUDE, fields

from mock_server.control import answers
from mock_server.control.answers import DONE, OK, listed
from mock_server.control.http import Arguments, Call, PageArguments, called_account, streamed_answer
from mock_server.documents.fields import shape
from mock_server.documents.reports import Request
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


_RESET = ResetSchema()
_COUNT = fields.Integer(required=True)


@ROUTES.add(
    "GET /health /livez /readyz", json("It is alive.", answers.Health), query=ProbeArguments()
)
def health(call: Call) -> Document:
    """Say that the server is alive: since when, and how much it holds."""
    return call.emulator.health()


@ROUTES.add("GET /summary", json("The counts.", answers.Summary))
def summary(call: Call) -> Document:
    """Count the events.

    By event type, verdict, reason and warning, since the start or the last reset; also refused
    requests, and faults that were not met.
    """
    return call.account.summary(read_only=call.emulator.read_only)


@ROUTES.add(
    "GET /requests",
    json(
        "The requests, how many the bound has dropped, and how many attempts came too fast.",
        listed("requests", Request, dropped=_COUNT, droppedAttempts=_COUNT),
    ),
    query=shape("RequestArguments", PageArguments, refused=fields.Boolean(load_default=None))(),
)
def requests(call: Call) -> Document:
    """List the journal of requests, newest first.

    All requests outside `/_mock`. `refused=true`: those that came to nothing, and why.
    """
    return call.account.journal.page(**call.query, fixed=True)


@ROUTES.add("DELETE /requests", DONE)
def forget_requests(call: Call) -> Document:
    """Empty the journal."""
    call.account.journal.clear()
    return OK


@ROUTES.add("POST /seed", json("How many of each were added.", answers.Seeded), body=SeedSchema())
def seed(call: Call) -> Document:
    """Add a seed.

    Contacts, orders, event types, workflows and settings, in the shape of a [seed
    file](cli.md#seeds).
    """
    return call.account.seed(call.body())


@ROUTES.add("POST /reset", DONE, body=_RESET, body_required=False)
def reset(call: Call) -> Document:
    """Reset the account.

    Back to the state after the start and its seeds; `keep` names tables to keep.
    """
    call.account.reset(_RESET.read(call.body(default={}), "Reset")["keep"])
    return OK


@ROUTES.add("GET /state", json("The whole state.", answers.State))
def export_state(call: Call) -> Response:
    """Export everything.

    In the shape of the [state file](state.md); of one account if the call names one.
    """
    # In parts: clients that are slow to read hold no copy each.
    return streamed_answer(call.emulator.export_text(_one_account(call)))


@ROUTES.add("PUT /state", DONE, body=answers.State())
def import_state(call: Call) -> Document:
    """Replace everything: by what an export holds."""
    call.emulator.import_state(call.body(), _one_account(call))
    return OK


def _one_account(call: Call) -> str | None:
    return None if called_account() is None else call.account.name
