"""The commands of docs/segments.md and docs/metrics.md do what the pages say."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from mock_server.rules.conditions import OPERATORS

DOCS = Path(__file__).parents[2] / "docs"


def commands(page):
    return re.findall(r"```sh\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)


def run(command, client):
    environment = {**os.environ, "YESPO_MOCK_URL": client.url, "NO_PROXY": "*"}
    ended = subprocess.run(
        ["sh", "-c", command], env=environment, capture_output=True, text=True, check=True
    )
    return ended.stdout


def test_segments_page(client, example):
    contact = client.add_contact(phone="380501234567")
    client.add_contact(phone="380507654321")
    client.event(example())
    client.event(example("orderDelivered"))
    segment, rfm, revenue = (json.loads(run(each, client)) for each in commands("segments.md"))
    assert [each["id"] for each in segment["contacts"]] == [contact["id"]]
    assert segment["explanation"][0]["events"] == [1]
    assert rfm["rows"][-1]["cells"][-1]["contactIds"] == [contact["id"]]
    assert revenue["totals"] == [
        {"currency": "UAH", "orders": 1, "revenue": "258.0", "exact": True}
    ]


def test_segments_page_names_every_operator():
    page = (DOCS / "segments.md").read_text("utf-8")
    assert [name for name in OPERATORS if f"`{name}`" not in page] == []


def test_metrics_page(client):
    metrics, openapi = commands("metrics.md")
    text = run(metrics, client)
    named = re.findall(r"yespo_mock_\w+", (DOCS / "metrics.md").read_text("utf-8"))
    known = set(re.findall(r"# TYPE (\w+)", text))
    assert set(named) <= known
    assert json.loads(run(openapi, client))["openapi"] == "3.1.0"
