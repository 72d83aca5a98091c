"""Under `/_mock` a misspelt argument or field is an error that names the near one."""

from __future__ import annotations

import pytest

from mock_server import openapi
from mock_server.documents.sent import GenerateEvent
from mock_server.routes import VARIABLE

PROBES = ("/_mock/health", "/_mock/livez", "/_mock/readyz")
ROUTES = [each for each in openapi.every_route() if each.rule.startswith("/_mock")]
CHECKED = [each for each in ROUTES if each.rule not in PROBES]


@pytest.mark.parametrize("route", CHECKED, ids=lambda route: route.name)
def test_every_route_refuses_an_unknown_argument(client, route):
    """Before it looks for anything: what the path names need not be there."""
    path = VARIABLE.sub("999", route.rule)
    answer = client.call(route.method, f"{path}?acount=x")
    assert answer.status_code == 400
    assert "acount: Unknown argument. Did you mean account?" in answer.json()["message"]


@pytest.mark.parametrize(
    "route", [each for each in CHECKED if each.body is None], ids=lambda route: route.name
)
def test_a_route_that_takes_no_body_refuses_one(client, route):
    """`DELETE /_mock/faults` with an id in its body would otherwise remove all of them."""
    path = VARIABLE.sub("999", route.rule)
    answer = client.call(route.method, path, json={"id": 1})
    assert answer.status_code == 400
    assert answer.json()["message"] == f"{route.name} takes no body. Leave it out."


@pytest.mark.parametrize("path", PROBES)
def test_a_probe_may_be_asked_with_anything(client, path):
    assert client.get(f"{path}?acount=x", json={"id": 1})["status"] == "ok"


@pytest.mark.parametrize(
    "route",
    [
        each
        for each in CHECKED
        if each.body
        and not isinstance(each.body, GenerateEvent)
        and each.rule != "/_mock/messages"  # which keeps whatever is sent
    ],
    ids=lambda route: route.name,
)
def test_every_route_refuses_an_unknown_field(client, route):
    """But for those whose body is an event, which the rules judge."""
    path = VARIABLE.sub("999", route.rule)
    answer = client.call(route.method, path, json={"unheardOf": 1})
    assert answer.status_code == 400
    assert "unheardOf" in answer.json()["message"]


SEED = "POST /_mock/seed"
FAULT = "POST /_mock/faults"
CONTACT_FIELDS = (
    "Known fields: email, phone, externalCustomerId, contactKey, pushToken, firstName, lastName"
)


@pytest.mark.parametrize(
    ("route", "body", "said"),
    [
        (SEED, {"contact": []}, "Seed: contact: Unknown field. Did you mean contacts?"),
        (
            SEED,
            {"contacts": [{"email": "a@b.test"}, {"mail": "ann@shop.test"}]},
            f"Seed: contacts[1].mail: Unknown field. Did you mean email? {CONTACT_FIELDS}.",
        ),
        (SEED, {"eventTypes": [{"eventTypekey": "x"}]}, "eventTypes[0].eventTypekey: Unknown"),
        (
            SEED,
            {"eventTypes": [{"eventTypeKey": "x", "params": [{"name": "a", "requird": True}]}]},
            "eventTypes[0].params[0].requird: Unknown field. Did you mean required?",
        ),
        (SEED, {"settings": {"strikt": 1}}, "settings.strikt: Unknown field. Did you mean strict?"),
        (
            SEED,
            {"settings": {"identifier_rule": {"parm": "a", "field": "email"}}},
            "settings.identifier_rule.parm: Unknown field. Did you mean param?",
        ),
        (SEED, {"workflows": [{"templat": "x"}]}, "workflows[0].templat: Unknown field. Did you"),
        (
            FAULT,
            {"status": 500, "match": {"eventType": "x"}},
            "Fault: match.eventType: Unknown field. Did you mean eventTypeKey?",
        ),
        (FAULT, {"statuss": 500}, "Fault: statuss: Unknown field. Did you mean status?"),
        (
            "PUT /_mock/event-types/x",
            {"params": [{"nam": "a"}]},
            "Event type: params[0].nam: Unknown field. Did you mean name?",
        ),
        ("POST /_mock/contacts", {"mail": "x"}, "Contact: mail: Unknown field. Did you mean email"),
        ("PATCH /_mock/settings", {"strikt": 1}, "Settings: strikt: Unknown field. Did you mean"),
        ("POST /_mock/reset", {"kept": []}, "Reset: kept: Unknown field. Did you mean keep?"),
        ("PUT /_mock/clock", {"advanced": "PT1H"}, "Clock: advanced: Unknown field. Did you mean"),
        ("POST /_mock/workflows", {"recipients": "x"}, "Workflow: recipients: Unknown field. Did"),
        ("POST /_mock/messages/preview", {"templte": ""}, "Preview: templte: Unknown field. Did"),
        (
            "POST /_mock/segments/preview",
            {"event": "x", "params": [{"parm": "a", "operator": "exists"}]},
            "Segment: params[0].parm: Unknown field. Did you mean param?",
        ),
        (
            "POST /_mock/segments/preview",
            {"event": "x", "period": {"last": {"day": 1}}},
            "Segment: period.last.day: Unknown field. Did you mean days?",
        ),
        ("PUT /_mock/state", {"contact": {}}, "Did you mean contacts?"),
    ],
)
def test_an_unknown_field_names_the_near_one_of_its_own_object(client, route, body, said):
    method, path = route.split()
    answer = client.call(method, path, json=body)
    assert answer.status_code == 400
    assert said in answer.json()["message"]
