"""A route is declared once: all that is known of it comes from there."""

from __future__ import annotations

from openapi_spec_validator import validate
from werkzeug.test import Client

from mock_server.control.http import Call, PageArguments, view_of
from mock_server.documents.fields import Open
from mock_server.emulator import Emulator
from mock_server.frame.app import Doors
from mock_server.openapi.document import build
from mock_server.routes import Routes, json
from tools.route_pages import table_of

ROUTES = Routes("/_mock")


@ROUTES.add(
    "GET /things/<int:thing_id>",
    json("The thing.", Open),
    query=PageArguments(),
)
def thing(call: Call, thing_id: int) -> dict[str, int]:
    """Read a thing: with its parts."""
    return {"id": thing_id, "limit": call.query["limit"]}


def test_it_is_served_and_its_arguments_are_checked():
    with Emulator() as emulator:
        app = Doors(emulator)
        for route in ROUTES:
            app.door(route.rule).add_url_rule(route.rule, route.name, view_of(route, emulator))
        client = Client(app)
        assert client.get("/_mock/things/7?limit=3").json == {"id": 7, "limit": 3}
        wrong = client.get("/_mock/things/7?limt=3")
    assert wrong.status_code == 400
    assert "limt: Unknown argument. Did you mean limit?" in wrong.json["message"]


def test_it_is_described():
    document = build(ROUTES)
    validate(document)
    operation = document["paths"]["/_mock/things/{thing_id}"]["get"]
    assert (operation["summary"], operation["description"]) == ("Read a thing", "With its parts.")
    named = {each["name"] for each in operation["parameters"]}
    assert named == {"thing_id", "limit", "offset", "X-Mock-Account", "account"}
    assert set(operation["responses"]) == {"200", "400", "404", "default"}
    row = "| GET `/_mock/things/{thing_id}` | Read a thing: with its parts. |  |"
    assert row in table_of(ROUTES, "").splitlines()
