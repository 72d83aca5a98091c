"""ORD, second half: what an event does to which order, order of arrival, and slips of shops."""

from mock_server.ledger.entry import Source, declare

RULES = (
    declare(
        "ORD-09 orderCreated for an existing order",
        """`orderCreated` with an `externalOrderId` that exists updates that order, as the id
        determines which order is meant.""",
        Source.ADD_ORDERS,
        param="externalOrderId",
        decision="""The guide says that the id determines uniqueness; that `orderCreated` therefore
        updates, rather than being ignored, is our reading.""",
        findings="""
            noted exists order_already_exists | order {order} exists already: it is updated""",
    ),
    declare(
        "ORD-10 orderUpdated for an existing order",
        """`orderUpdated` for an existing order needs only `externalOrderId` to be filled. The
        filled parameters replace the stored ones, the others stay; `items`, if sent, replaces
        the whole list. One bad value (ORD-03, ORD-04, ORD-05, the ITM rules) ignores the whole
        event.""",
        Source.ORDERS_PAGE,
        decision="""An update is partial: what is not sent stays as it was, and `items` is replaced
        as a whole.""",
        when_broken="ignored, with the reason of the bad value's own rule",
        findings="""
            passed replaced | order {order} exists; replaced: {names}; the rest stays
            passed nothing | order {order} exists; no other parameter is filled; the rest stays""",
    ),
    declare(
        "ORD-11 orderUpdated for an unknown order",
        """`orderUpdated` for an order that does not exist creates it; then everything applies that
        ORD-01 requires of `orderCreated`.""",
        Source.ORDERS_PAGE,
        when_broken="ignored `required_missing`, as by ORD-01",
        findings="""
            noted blamed | order {order} is unknown, because its {key} (event {event}) was
                {verdict}: {faults}
            noted creates | order {order} is unknown, so the requirements of orderCreated apply
            failed not_filled required_missing | {param} is not filled | {param} were filled
            failed missing required_missing | {param} is missing | {param} were filled
            passed filled | filled: externalOrderId, totalCost, status, date, and one of
                externalCustomerId / email / phone
            failed no_contact required_missing | none of externalCustomerId, email and phone is
                filled | externalCustomerId, email or phone of a known contact were sent""",
    ),
    declare(
        "ORD-12 orderDelivered delivers an existing order",
        """`orderDelivered` sets the status of an existing order to `DELIVERED` and changes nothing
        else of it. For an order that does not exist the event is ignored.""",
        Source.ORDERS_PAGE,
        decision="That nothing else of the order changes is our choice.",
        findings="""
            failed unknown order_not_found | order {order} is unknown
                | order {order} existed ({known})
            failed blamed order_not_found | order {order} is unknown, because its {key} (event
                {event}) was {verdict}: {faults} | {key} (event {event}) had been applied
            passed status | the order's status becomes {status}; nothing else changes""",
    ),
    declare(
        "ORD-13 orderCancelled cancels an existing order",
        """`orderCancelled` sets the status of an existing order to `CANCELLED`. For an order that
        does not exist the event is ignored.""",
        Source.ORDERS_PAGE,
        findings="""
            failed unknown order_not_found | order {order} is unknown
                | order {order} existed ({known})
            failed blamed order_not_found | order {order} is unknown, because its {key} (event
                {event}) was {verdict}: {faults} | {key} (event {event}) had been applied
            passed status | the order's status becomes {status}; nothing else changes""",
    ),
    declare(
        "ORD-14 Changing an order needs its ID",
        """`orderUpdated`, `orderDelivered` and `orderCancelled` without a filled `externalOrderId`
        are ignored.""",
        Source.ORDERS_PAGE,
        param="externalOrderId",
        decision="Documented for `orderUpdated`; the other two are taken alike.",
        findings="""
            passed filled | externalOrderId is filled
            failed not_filled required_missing | {param} is not filled | {param} were filled
            failed missing required_missing | {param} is missing | {param} were filled""",
    ),
    declare(
        "ORD-15 A new order needs a contact",
        """Saving a new order needs an identified contact, by the IDN rules, and so does every
        `orderCreated`, as its required parameters include an identifier. Changing an existing order
        by `orderUpdated`, `orderDelivered` or `orderCancelled` does not: the order keeps its
        contact, and its email, phone and external customer ID with it. Such a change that names no
        known contact, or another one, is warned of.""",
        Source.ORDERS_PAGE,
        decision="Changing an existing order needs no contact, and the order keeps the one it has.",
        also=("contact_not_found", "contact_identifier_missing"),
        when_broken="""new order, or `orderCreated`: ignored `contact_not_found` or
        `contact_identifier_missing`, which are warnings for other changes; another contact: warning
        `order_contact_differs`""",
        findings="""
            noted needed | a new order is saved only for an identified contact
            noted needed_again | orderCreated needs an identified contact, although the order exists
            passed new | the new order belongs to contact {contact}
            passed same | the order belongs to contact {contact}, as the event says
            noted differs order_contact_differs
                | the event names contact {contact}; the order keeps contact {keeps}
            noted keeps_own_rule contact_identifier_missing | {own}, by which alone the account
                identifies contacts, is not filled; the order keeps contact {keeps}
            noted keeps_unknown contact_not_found
                | no contact has {tried}; the order keeps contact {keeps}
            noted keeps_unnamed contact_identifier_missing | no parameter identifies a contact
                (keyValue alone does not); the order keeps contact {keeps}
            passed keeps_unasked | the contact is unknown; the order keeps contact {keeps}""",
    ),
    declare(
        "ORD-16 A status may move anywhere",
        """A status may move in any direction. Moving out of `DELIVERED` or `CANCELLED` is accepted
        with a warning, and so is setting the status the order already has.""",
        Source.PROJECT,
        param="status",
        when_broken="""out of `DELIVERED` or `CANCELLED`: warning `status_reopened`; the same
        status: warning `status_unchanged`""",
        findings="""
            noted unchanged status_unchanged | the status is {status} already
            noted reopened status_reopened | the status moves from {before} to {status}
            passed moves | the status moves from {before} to {status}""",
    ),
    declare(
        "ORD-17 Items should add up",
        """The sum of the items' cost should match `totalCost`. The vendor's own example does not
        (990 against 258.0), so a mismatch never ignores the event. Both readings are tried, cost
        per unit × quantity and cost per line, with and without shipping, discount and taxes.""",
        Source.ORDERS_PAGE,
        param="totalCost",
        decision="The way the sum is checked is ours, and a mismatch is a warning only.",
        when_broken="warning `total_mismatch`, with the figures",
        findings="""
            noted mismatch total_mismatch | totalCost is {seen}; the items add up to {sums}
            passed adds_up | the items add up to totalCost {seen}""",
    ),
    declare(
        "ORD-18 Event key and order ID",
        """Every event gets an `eventKey` (the `externalOrderId` for an order event, otherwise the
        `keyValue`) and every order an internal `orderId`, a growing integer, as the workflow
        variables `${eventKey}` and `${orderId}` name them.""",
        Source.ORDERS_PAGE,
        findings="""
            passed keys | orderId {number}, eventKey {key}""",
    ),
    declare(
        "ORD-19 Which orders count as revenue",
        """Only `DELIVERED` orders count towards the RFM table and revenue. Orders from the mobile
        SDK count in revenue with `INITIALIZED` and `DELIVERED` by default; `INITIALIZED` can be
        switched off (setting `revenue_from_mobile_sdk_initialized`). An order from the mobile SDK
        is known by its parameter `source` = `mobile_sdk`. The RFM table has a bottom row of
        contacts without a sale. The total on the Orders screen counts INITIALIZED, IN_PROGRESS and
        DELIVERED: here `ordersTotal` of GET /_mock/revenue.""",
        (Source.ORDERS_PAGE, Source.RFM),
        param="status",
        parts=(("the bottom row", Source.RFM),),
        decision="""The marker `source` = `mobile_sdk` is ours. The time of a sale is the order's
        `date`, read by PST-02 when it names no offset. The steps of the RFM grid (1, 2, 3, 4, 5 or
        more sales; two weeks, one, two, three and six months, a year) and its colours are ours:
        loyal (green) with a sale in the last 90 days, at risk (red) after that.""",
        findings="""
            noted delivered | counts towards RFM and revenue: it is {status}
            noted mobile_sdk | counts towards revenue: {status}, from the mobile SDK
            noted mobile_sdk_off | does not count: the account's revenue leaves out {status} orders
                from the mobile SDK
            noted not_counted | does not count towards RFM and revenue: it is {status}""",
    ),
    declare(
        "ORD-20 An order keeps its history",
        "An order keeps its history: each event that changed it, with the values before and after.",
        Source.PROJECT,
        findings="""
            passed kept | the order's history keeps the values before and after""",
    ),
    declare(
        "ORD-21 The variables of bulk orders",
        """The event that Add orders generates carries, besides the order's own fields, `orderId`,
        `contactId`, `EmailAddress` and `SMS`, the last two blank where there is none. Generate
        event itself does not return an `orderId`.""",
        Source.VARIABLES,
    ),
    declare(
        "ORD-22 Events that overtake their order",
        """An event of an order that was ignored because the order was unknown is lost, also when
        the order comes a moment later. The event that creates the order is warned of it: which
        event was lost, and what it would have set.""",
        Source.PROJECT,
        param="externalOrderId",
        findings="""
            noted lost earlier_event_lost | {key} (event {event}) came before the order and was
                ignored: {status} was lost | {key} were sent again, now that the order exists""",
    ),
    declare(
        "ORD-23 Orders that go back",
        """A change with an older `date` than the order has, or from `IN_PROGRESS` to `INITIALIZED`,
        is applied with a warning: it was probably overtaken by a later one. Out of `DELIVERED` or
        `CANCELLED` ORD-16 warns, and this rule does not.""",
        Source.PROJECT,
        findings="""
            noted status order_goes_back
                | the order goes back from {before} to {status}: was this event overtaken?
            noted date order_goes_back
                | the order's date goes back from {before} to {date}: was this event overtaken?""",
    ),
    declare(
        "ORD-24 Values as shop systems write them",
        """The statuses, dates, amounts and currencies of shop systems are known, and the fix is the
        documented value: `DELIVERED` for `completed`, `2026-11-30T00:00:00` for `30.11.2026`,
        `1200.50` for `1 200,50`, `UAH` for `грн`. What can be read in two ways (`03/04/2026`,
        `1,200`) is told with both, and the fix is not complete. What a shop means by its word for a
        status only the shop knows, so the sentence says probably.""",
        Source.PROJECT,
        findings="""
            noted status | {value} is probably {wanted}
            noted read | {param} {value} is {wanted} in the documented form
            noted two_ways | {param} {value} can be read as {first} or as {second}""",
    ),
    declare(
        "ORD-25 Discount, shipping and taxes are amounts",
        """`discount`, `shipping` and `taxes` that are not numbers (`10%`, `free`) are kept, with a
        warning.""",
        Source.PROJECT,
        findings="""
            noted not_a_number amount_invalid | {param} {value} is not a number: no sum can take it
                into account | {param} were a number""",
    ),
)
