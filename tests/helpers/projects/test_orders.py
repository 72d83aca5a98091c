import base64
import http.client
import json
import os
import unittest
from pathlib import Path
from urllib.parse import urlsplit

from yespo_mock import connect

yespo = connect()


class Orders(unittest.TestCase):
    def setUp(self):
        yespo.reset()

    def tearDown(self):
        yespo.assert_nothing_dropped()

    def order(self, without=None, authorization=None):
        event = json.loads(Path(os.environ["ORDER_CREATED"]).read_text("utf-8"))
        event["params"] = [each for each in event["params"] if each["name"] != without]
        basic = "Basic " + base64.b64encode(f"shop:{yespo.api_key}".encode()).decode()
        headers = {"Content-Type": "application/json", "Authorization": authorization or basic}
        parts = urlsplit(yespo.api_url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        connection.request("POST", f"{parts.path}/v2/event", json.dumps(event), headers)
        connection.getresponse().read()
        connection.close()

    def test_applied(self):
        yespo.add_contact(phone="380501234567")
        self.order()
        order = yespo.assert_order("12345679", status="INITIALIZED", totalCost=258)
        assert len(order.history) == 1
        assert yespo.wait_for(order="12345679").verdict == "applied"
        yespo.assert_message(recipient="380501234567", contains="Order 12345679")

    def test_dropped(self):
        self.order(without="date")

    def test_refused(self):
        self.order(authorization="none")
