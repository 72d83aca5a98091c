"""The gate for tests in any language: what came in, and whether that is to be a failure."""

from __future__ import annotations

from flask import Blueprint, Response
from marshmallow import fields, validate

from mock_server.control.http import account_of, answer, arguments, called_account
from mock_server.emulator import Emulator
from mock_server.emulator.gate.checking import check
from mock_server.emulator.gate.report import CHECKED, check_kinds, read_kinds
from mock_server.emulator.schemas import StrictSchema

FAILED = 409


class CheckArguments(StrictSchema):
    """What makes the check fail, comma separated, and the event after which it begins to look."""

    failOn = fields.String(load_default=",".join(CHECKED))
    since = fields.Integer(load_default=None, validate=validate.Range(min=0))


_CHECK = CheckArguments()


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_check", __name__, url_prefix="/_mock")

    @routes.get("/check")
    def check_all() -> Response:
        asked = arguments(_CHECK)
        kinds = read_kinds(asked["failOn"])
        check_kinds(kinds, "a server")
        # Numbers of events count by account: with `since`, one account is meant.
        if called_account() is not None or asked["since"]:
            accounts = [account_of(emulator)]
        else:
            accounts = [emulator.account(name) for name in emulator.account_names()]
        report = check(accounts, kinds, asked["since"])
        return answer(report.to_document(), FAILED if report.has_failed else 200)

    return routes
