"""The gate for tests in any language: what came in, and whether that is a failure."""

from __future__ import annotations

from marshmallow import fields, validate

from mock_server.control.http import Arguments, Call, called_account
from mock_server.documents.reports import CheckReport
from mock_server.emulator.gate.checking import check
from mock_server.emulator.gate.report import CHECKED, check_kinds, read_kinds
from mock_server.model import Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")

FAILED = 409


class CheckArguments(Arguments):
    """What makes the check fail, separated by commas, and the event after which it begins."""

    failOn = fields.String(load_default=",".join(CHECKED))
    since = fields.Integer(load_default=None, validate=validate.Range(min=0))


@ROUTES.add(
    "GET /check",
    summary="Fail when something was lost",
    details="The report of [`check`](exec.md#check-a-server-that-runs-already): 200, or 409 when"
    " something of `failOn` happened. About all accounts unless the call names one.",
    answers={
        200: json("Nothing of `failOn` happened.", CheckReport),
        FAILED: json("Something of `failOn` happened: the same report.", CheckReport),
    },
    query=CheckArguments(),
)
def check_all(call: Call) -> tuple[Document, int]:
    """Report what came in and what became of it."""
    kinds = read_kinds(call.query["failOn"])
    check_kinds(kinds, "a server")
    since = call.query["since"]
    # Numbers of events count by account: with `since`, one account is meant.
    if called_account() is not None or since:
        accounts = [call.account]
    else:
        emulator = call.emulator
        accounts = [emulator.account(name) for name in emulator.account_names()]
    report = check(accounts, kinds, since)
    return report.to_document(), FAILED if report.has_failed else 200
