"""GET /_mock/metrics: requests, events, durations and sizes, as Prometheus reads them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

from mock_server.emulator import Emulator
from mock_server.emulator.reports.metrics import MAX_EVENT_TYPES, OTHER, Metrics
from mock_server.frame.app import Doors


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(text, name, **labels):
    return samples(text).get((f"yespo_mock_{name}", *sorted(labels.items())))


def scrape(client):
    answer = client.call("GET", "/_mock/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    return answer.text


def test_events_requests_durations_and_sizes_are_counted(client, example):
    client.add_contact(phone="380501234567")
    client.event(example())
    client.event(example("orderDelivered", externalOrderId="404"))
    client.call("GET", "/api/nowhere")
    client.call("GET", "/_mock/events/99")
    text = scrape(client)
    event = {"route": "/api/v2/event", "method": "POST"}
    assert value(text, "events_total", type="orderCreated", verdict="applied") == 1
    assert value(text, "events_total", type="orderDelivered", verdict="ignored") == 1
    assert value(text, "requests_total", **event, status="200") == 2
    assert value(text, "requests_total", route=OTHER, method="GET", status="404") == 1
    by_id = {"route": "/_mock/events/<int:event_id>", "method": "GET", "status": "404"}
    assert value(text, "requests_total", **by_id) == 1
    assert value(text, "request_duration_seconds_count", **event) == 2
    assert value(text, "request_duration_seconds_bucket", **event, le="+Inf") == 2
    assert value(text, "request_duration_seconds_sum", **event) > 0
    assert value(text, "documents", table="orders") == 1
    assert value(text, "documents", table="events") == 2
    assert value(text, "accounts") == 1
    assert value(text, "dropped_events_total") == 0


def test_counters_only_grow_and_sizes_follow_a_reset(client, example):
    client.event(example())
    client.call("POST", "/_mock/reset")
    text = scrape(client)
    assert value(text, "events_total", type="orderCreated", verdict="ignored") == 1
    assert value(text, "documents", table="events") == 0


def test_two_emulators_in_one_process_count_apart():
    with Emulator() as one, Emulator() as other:
        for emulator in (one, one, other):
            Client(Doors(emulator)).get("/_mock/health")
        health = {"route": "/_mock/health", "method": "GET", "status": "200"}
        assert value(one.metrics.text()[0].decode(), "requests_total", **health) == 2
        assert value(other.metrics.text()[0].decode(), "requests_total", **health) == 1


def test_dropped_events_are_counted():
    with Emulator(max_events=2) as emulator:
        client = Client(Doors(emulator))
        for _ in range(3):
            event = {"eventTypeKey": "a", "keyValue": "1"}
            client.post("/api/v2/event", json=event, auth=("", "k"))
        assert value(emulator.metrics.text()[0].decode(), "dropped_events_total") == 1


def test_labels_stay_bounded_whatever_clients_send():
    metrics = Metrics(lambda: ({}, 1, 0))
    for number in range(MAX_EVENT_TYPES + 50):
        metrics.count_event({"eventTypeKey": f"type{number}", "verdict": "recorded"})
        metrics.count_request(None, f"METHOD{number}", 405, 20.0)
    metrics.count_event({"eventTypeKey": "type0", "verdict": "recorded"})
    text = metrics.text()[0].decode()
    assert value(text, "events_total", type="type0", verdict="recorded") == 2
    assert value(text, "events_total", type=OTHER, verdict="recorded") == 50
    counted = {"route": OTHER, "method": OTHER}
    assert value(text, "requests_total", **counted, status="405") == MAX_EVENT_TYPES + 50
    assert value(text, "request_duration_seconds_bucket", **counted, le="10.0") == 0
    assert value(text, "request_duration_seconds_count", **counted) == MAX_EVENT_TYPES + 50


def test_event_without_a_type_and_labels_with_quotes_are_readable():
    metrics = Metrics(lambda: ({}, 1, 0))
    metrics.count_event({"eventTypeKey": None, "verdict": "rejected"})
    metrics.count_event({"eventTypeKey": 'a"b\\c\nd', "verdict": "recorded"})
    text = metrics.text()[0].decode()
    assert value(text, "events_total", type="", verdict="rejected") == 1
    assert value(text, "events_total", type='a"b\\c\nd', verdict="recorded") == 1


def test_nothing_is_lost_when_many_threads_count():
    metrics = Metrics(lambda: ({}, 1, 0))

    def count(_):
        metrics.count_event({"eventTypeKey": "a", "verdict": "recorded"})
        metrics.count_request("/r", "GET", 200, 0.1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(4000)))
    text = metrics.text()[0].decode()
    assert value(text, "events_total", type="a", verdict="recorded") == 4000
    assert value(text, "requests_total", route="/r", method="GET", status="200") == 4000


def test_methods_that_http_does_not_know_are_counted_together():
    with Emulator() as emulator:
        known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
        for method in (*known, "BREW", "WHEN"):
            emulator.metrics.count_request("/", method, 200, 0.1)
        text = emulator.metrics.text()[0].decode()
    counted = {
        method: value(text, "requests_total", route="/", method=method, status="200")
        for method in (*known, "BREW", OTHER)
    }
    assert counted == {**dict.fromkeys(known, 1), "BREW": None, OTHER: 2}


BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@pytest.mark.parametrize("bound", BOUNDS)
def test_a_duration_is_in_the_buckets_from_its_own_on(bound):
    with Emulator() as emulator:
        emulator.metrics.count_request("/", "GET", 200, bound)
        emulator.metrics.count_request("/", "GET", 200, bound * 1.01)
        text = emulator.metrics.text()[0].decode()
    where = {"route": "/", "method": "GET"}
    assert value(text, "request_duration_seconds_bucket", **where, le=str(bound)) == 1
    assert value(text, "request_duration_seconds_bucket", **where, le="+Inf") == 2
