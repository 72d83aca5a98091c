import { afterEach, beforeEach, test } from "node:test";
import { YespoMock } from "./yespo-mock.mjs";

// Run: yespo-mock exec --seed yespo-seed.json -- COMMAND
const yespo = new YespoMock();
yespo.watch({ beforeEach, afterEach }); // clean before each test; one fails after which something was dropped

test("an order reaches Yespo", async () => {
  await checkOut("1001");
  await yespo.assertOrder("1001", { status: "INITIALIZED", totalCost: 258 });
});

// Call your code here, with process.env.YESPO_API_URL as its base URL, in place of these lines.
async function checkOut(number) {
  const order = {
    externalOrderId: number,
    totalCost: "258.0",
    status: "INITIALIZED",
    date: "2026-01-31T12:00:00",
    email: "customer@example.com",
    items: [
      {
        externalItemId: "cup",
        name: "Cup",
        category: "Kitchen",
        quantity: 2,
        cost: 129,
        url: "https://shop.example.com/cup",
        imageUrl: "https://shop.example.com/cup.png",
      },
    ],
  };
  const params = Object.entries(order).map(([name, value]) => ({ name, value }));
  await fetch(`${process.env.YESPO_API_URL}/v2/event`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Authorization: "Basic " + Buffer.from(`shop:${process.env.YESPO_API_KEY}`).toString("base64"),
    },
    body: JSON.stringify({ eventTypeKey: "orderCreated", keyValue: number, params }),
  });
}
