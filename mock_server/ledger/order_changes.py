"""ORD, second half: what an order event does to which order."""

from mock_server.ledger.entry import Rule, Source, failed, noted, passed

RULES = (
    Rule(
        id="ORD-09",
        title="orderCreated for an existing order",
        param="externalOrderId",
        statement=(
            "`orderCreated` with an `externalOrderId` that exists updates that order, as the id "
            "determines which order is meant."
        ),
        sources=(Source.ADD_ORDERS,),
        decision=(
            "The guide says that the id determines uniqueness; that `orderCreated` therefore "
            "updates, rather than being ignored, is our reading."
        ),
        when_broken="warning `order_already_exists`",
        warnings=("order_already_exists",),
        findings=(
            noted("exists", "order {order} exists already: it is updated", "order_already_exists"),
        ),
    ),
    Rule(
        id="ORD-10",
        title="orderUpdated for an existing order",
        statement=(
            "`orderUpdated` for an existing order needs only `externalOrderId` to be filled. The "
            "filled parameters replace the stored ones, the others stay; `items`, if sent, "
            "replaces the whole list. One bad value (ORD-03, ORD-04, ORD-05, the ITM rules) "
            "ignores the whole event."
        ),
        sources=(Source.ORDERS_PAGE,),
        decision=(
            "An update is partial: what is not sent stays as it was, and `items` is replaced as a "
            "whole."
        ),
        when_broken="ignored, with the reason of the bad value's own rule",
        findings=(
            passed("replaced", "order {order} exists; replaced: {names}; the rest stays"),
            passed("nothing", "order {order} exists; no other parameter is filled; the rest stays"),
        ),
    ),
    Rule(
        id="ORD-11",
        title="orderUpdated for an unknown order",
        statement=(
            "`orderUpdated` for an order that does not exist creates it; then everything applies "
            "that ORD-01 requires of `orderCreated`."
        ),
        sources=(Source.ORDERS_PAGE,),
        when_broken="ignored `required_missing`, as by ORD-01",
        reasons=("required_missing",),
        findings=(
            noted(
                "blamed",
                (
                    "order {order} is unknown, because its {key} (event {event}) was {verdict}: "
                    "{faults}"
                ),
            ),
            noted("creates", "order {order} is unknown, so the requirements of orderCreated apply"),
            failed(
                "not_filled", "required_missing", "{param} is not filled", "{param} were filled"
            ),
            failed("missing", "required_missing", "{param} is missing", "{param} were filled"),
            passed(
                "filled",
                (
                    "filled: externalOrderId, totalCost, status, date, and one of "
                    "externalCustomerId / email / phone"
                ),
            ),
            failed(
                "no_contact",
                "required_missing",
                "none of externalCustomerId, email and phone is filled",
                "externalCustomerId, email or phone of a known contact were sent",
            ),
        ),
    ),
    Rule(
        id="ORD-12",
        title="orderDelivered delivers an existing order",
        statement=(
            "`orderDelivered` sets the status of an existing order to `DELIVERED` and changes "
            "nothing else of it. For an order that does not exist the event is ignored."
        ),
        sources=(Source.ORDERS_PAGE,),
        when_broken="ignored `order_not_found`",
        reasons=("order_not_found",),
        decision="That nothing else of the order changes is our choice.",
        findings=(
            failed(
                "unknown",
                "order_not_found",
                "order {order} is unknown",
                "order {order} existed ({known})",
            ),
            failed(
                "blamed",
                "order_not_found",
                (
                    "order {order} is unknown, because its {key} (event {event}) was {verdict}: "
                    "{faults}"
                ),
                "{key} (event {event}) had been applied",
            ),
            passed("status", "the order's status becomes {status}; nothing else changes"),
        ),
    ),
    Rule(
        id="ORD-13",
        title="orderCancelled cancels an existing order",
        statement=(
            "`orderCancelled` sets the status of an existing order to `CANCELLED`. For an order "
            "that does not exist the event is ignored."
        ),
        sources=(Source.ORDERS_PAGE,),
        when_broken="ignored `order_not_found`",
        reasons=("order_not_found",),
        findings=(
            failed(
                "unknown",
                "order_not_found",
                "order {order} is unknown",
                "order {order} existed ({known})",
            ),
            failed(
                "blamed",
                "order_not_found",
                (
                    "order {order} is unknown, because its {key} (event {event}) was {verdict}: "
                    "{faults}"
                ),
                "{key} (event {event}) had been applied",
            ),
            passed("status", "the order's status becomes {status}; nothing else changes"),
        ),
    ),
    Rule(
        id="ORD-14",
        title="Changing an order needs its ID",
        param="externalOrderId",
        statement=(
            "`orderUpdated`, `orderDelivered` and `orderCancelled` without a filled "
            "`externalOrderId` are ignored."
        ),
        sources=(Source.ORDERS_PAGE,),
        when_broken="ignored `required_missing`",
        reasons=("required_missing",),
        decision=("Documented for `orderUpdated`; the other two are taken alike."),
        findings=(
            passed("filled", "externalOrderId is filled"),
            failed(
                "not_filled", "required_missing", "{param} is not filled", "{param} were filled"
            ),
            failed("missing", "required_missing", "{param} is missing", "{param} were filled"),
        ),
    ),
    Rule(
        id="ORD-15",
        title="A new order needs a contact",
        statement=(
            "Saving a new order needs an identified contact, by the IDN rules, and so does every "
            "`orderCreated`, as its required parameters include an identifier. Changing an "
            "existing order by `orderUpdated`, `orderDelivered` or `orderCancelled` does not: the "
            "order keeps its contact, and its email, phone and external customer ID with it. Such "
            "a change that names no known contact, or another one, is warned of."
        ),
        sources=(Source.ORDERS_PAGE,),
        decision=(
            "Changing an existing order needs no contact, and the order keeps the one it has."
        ),
        when_broken=(
            "new order, or `orderCreated`: ignored `contact_not_found` or "
            "`contact_identifier_missing`, which are warnings for other changes; another contact: "
            "warning `order_contact_differs`"
        ),
        reasons=("contact_not_found", "contact_identifier_missing"),
        warnings=("contact_not_found", "contact_identifier_missing", "order_contact_differs"),
        findings=(
            noted("needed", "a new order is saved only for an identified contact"),
            noted(
                "needed_again",
                "orderCreated needs an identified contact, although the order exists",
            ),
            passed("new", "the new order belongs to contact {contact}"),
            passed("same", "the order belongs to contact {contact}, as the event says"),
            noted(
                "differs",
                "the event names contact {contact}; the order keeps contact {keeps}",
                "order_contact_differs",
            ),
            noted(
                "keeps_own_rule",
                (
                    "{own}, by which alone the account identifies contacts, is not filled; the "
                    "order keeps contact {keeps}"
                ),
                "contact_identifier_missing",
            ),
            noted(
                "keeps_unknown",
                "no contact has {tried}; the order keeps contact {keeps}",
                "contact_not_found",
            ),
            noted(
                "keeps_unnamed",
                (
                    "no parameter identifies a contact (keyValue alone does not); the order "
                    "keeps contact {keeps}"
                ),
                "contact_identifier_missing",
            ),
            passed("keeps_unasked", "the contact is unknown; the order keeps contact {keeps}"),
        ),
    ),
    Rule(
        id="ORD-16",
        title="A status may move anywhere",
        param="status",
        statement=(
            "A status may move in any direction. Moving out of `DELIVERED` or `CANCELLED` is "
            "accepted with a warning, and so is setting the status the order already has."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken=(
            "out of `DELIVERED` or `CANCELLED`: warning `status_reopened`; the same status: "
            "warning `status_unchanged`"
        ),
        warnings=("status_reopened", "status_unchanged"),
        findings=(
            noted("unchanged", "the status is {status} already", "status_unchanged"),
            noted("reopened", "the status moves from {before} to {status}", "status_reopened"),
            passed("moves", "the status moves from {before} to {status}"),
        ),
    ),
    Rule(
        id="ORD-17",
        title="Items should add up",
        param="totalCost",
        statement=(
            "The sum of the items' cost should match `totalCost`. The vendor's own example does "
            "not (990 against 258.0), so a mismatch never ignores the event. Both readings are "
            "tried, cost per unit × quantity and cost per line, with and without shipping, "
            "discount and taxes."
        ),
        sources=(Source.ORDERS_PAGE,),
        decision="The way the sum is checked is ours, and a mismatch is a warning only.",
        when_broken="warning `total_mismatch`, with the figures",
        warnings=("total_mismatch",),
        findings=(
            noted("mismatch", "totalCost is {seen}; the items add up to {sums}", "total_mismatch"),
            passed("adds_up", "the items add up to totalCost {seen}"),
        ),
    ),
    Rule(
        id="ORD-18",
        title="Event key and order ID",
        statement=(
            "Every event gets an `eventKey` (the `externalOrderId` for an order event, otherwise "
            "the `keyValue`) and every order an internal `orderId`, a growing integer, as the "
            "workflow variables `${eventKey}` and `${orderId}` name them."
        ),
        sources=(Source.ORDERS_PAGE,),
        findings=(passed("keys", "orderId {number}, eventKey {key}"),),
    ),
    Rule(
        id="ORD-19",
        title="Which orders count as revenue",
        param="status",
        statement=(
            "Only `DELIVERED` orders count towards the RFM table and revenue. Orders from the "
            "mobile SDK count in revenue with `INITIALIZED` and `DELIVERED` by default; "
            "`INITIALIZED` can be switched off (setting `revenue_from_mobile_sdk_initialized`). An "
            "order from the mobile SDK is known by its parameter `source` = `mobile_sdk`. The RFM "
            "table has a bottom row of contacts without a sale. The total on the Orders screen "
            "counts INITIALIZED, IN_PROGRESS and DELIVERED: here `ordersTotal` of GET "
            "/_mock/revenue."
        ),
        sources=(Source.ORDERS_PAGE, Source.RFM),
        parts=(("the bottom row", Source.RFM),),
        decision=(
            "The marker `source` = `mobile_sdk` is ours. The time of a sale is the order's `date`, "
            "read by PST-02 when it names no offset. The steps of the RFM grid (1, 2, 3, 4, 5 or "
            "more sales; two weeks, one, two, three and six months, a year) and its colours are "
            "ours: loyal (green) with a sale in the last 90 days, at risk (red) after that."
        ),
        findings=(
            noted("delivered", "counts towards RFM and revenue: it is {status}"),
            noted("mobile_sdk", "counts towards revenue: {status}, from the mobile SDK"),
            noted(
                "mobile_sdk_off",
                (
                    "does not count: the account's revenue leaves out {status} orders from the "
                    "mobile SDK"
                ),
            ),
            noted("not_counted", "does not count towards RFM and revenue: it is {status}"),
        ),
    ),
    Rule(
        id="ORD-20",
        title="An order keeps its history",
        statement=(
            "An order keeps its history: each event that changed it, with the values before and "
            "after."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        findings=(passed("kept", "the order's history keeps the values before and after"),),
    ),
    Rule(
        id="ORD-21",
        title="The variables of bulk orders",
        statement=(
            "The event that Add orders generates carries, besides the order's own fields, "
            "`orderId`, `contactId`, `EmailAddress` and `SMS`, the last two blank where there is "
            "none. Generate event itself does not return an `orderId`."
        ),
        sources=(Source.VARIABLES,),
    ),
)
