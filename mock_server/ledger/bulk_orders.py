"""BLK: Add orders, `POST /orders`."""

from mock_server.ledger.entry import Source, declare

RULES = (
    declare(
        "BLK-01 At most 1,000 orders at once",
        "One request carries up to 1,000 orders; one with more is answered 400.",
        Source.ADD_ORDERS,
        when_broken="the request is answered 400",
    ),
    declare(
        "BLK-02 Required fields of a bulk order",
        """An order needs `externalOrderId`, `totalCost`, `status`, `date`, `currency` and one of
        `externalCustomerId`, `email` and `phone`. An item needs `externalItemId` and `quantity`. A
        change of an existing order needs no identifier.""",
        (Source.ADD_ORDERS, Source.REFERENCE),
        decision="""`date` may also be a date alone, or a time without seconds; it is kept in the
        form of ORD-04. One item without its brackets is taken for a list of it.""",
        also=("item_required_missing",),
        when_broken="""the order is among the `failedOrders` of the answer, for `required_missing`,
        `item_required_missing` or `order_malformed`""",
        findings="""
            failed not_an_object order_malformed | the {param} is {type}, not an object
                | it were an object with {fields}
            failed info_not_object order_malformed | additionalInfo is {type}, not an object
                | additionalInfo were an object, or left out
            failed not_text order_malformed | {param} is {type}, not text | {param} were text
            failed no_contact required_missing | none of externalCustomerId, email and phone is
                filled | externalCustomerId, email or phone were filled
            passed filled | filled: externalOrderId, totalCost, status, date, currency, and one of
                externalCustomerId / email / phone
            failed not_filled required_missing | {param} is not filled | {param} were filled
            failed missing required_missing | {param} is missing | {param} were filled
            passed items_complete | each item has externalItemId, quantity""",
    ),
    declare(
        "BLK-03 Failed orders are in the answer",
        """A well-formed body is always answered 200, with `{"failedOrders": [{"order": …, "error":
        …}]}`; the list is empty when all went in.""",
        (Source.ADD_ORDERS, Source.REFERENCE),
    ),
    declare(
        "BLK-04 Add orders creates unknown contacts",
        """An order belongs to the contact with its external ID. If that is new, it belongs to the
        contact that matches by email or phone; otherwise a contact is created from the order.""",
        Source.ADD_ORDERS,
        decision="""Of several contacts that match, one without an external ID comes first, then the
        one updated last. Nothing of an existing contact is changed but its external ID (BLK-08). A
        deleted contact with the order's external ID comes back as it was. An order that exists
        keeps its contact, and creates none.""",
        findings="""
            passed found | contact {contact} is found by {param}
            passed created | contact {contact} is created from the order""",
    ),
    declare(
        "BLK-05 Each order generates an event",
        """Each order generates an event whose type is `order` followed by the status, such as
        `orderINITIALIZED`, and whose key is the `externalOrderId`.""",
        Source.ADD_ORDERS,
        decision="""The event's verdict is recorded, its API version internal, its params are
        the fields of the order; the change of the order is its effect. Orders that fail
        generate none.""",
        findings="""
            passed event | the order generates the event {key}, key {order}""",
    ),
    declare(
        "BLK-06 The same order ID updates",
        """An order with an `externalOrderId` that exists is updated. An order saved by Add orders
        can be changed by Generate event, and the other way round.""",
        (Source.ADD_ORDERS, Source.ORDERS_PAGE),
        decision="What an update leaves blank stays as it was, as in ORD-10.",
        findings="""
            passed new | order {order} is new
            passed updated | order {order} exists: it is updated""",
    ),
    declare(
        "BLK-07 The fields of Add orders",
        """The fields of Add orders are fixed: custom fields cannot be added, and its parameters
        select nothing in segments. A field of an order or item that the reference does not list is
        dropped; `additionalInfo` is one that it lists.""",
        (Source.ORDERS_PAGE, Source.ADD_ORDERS),
        decision="The field is dropped, where the order could be refused.",
        findings="""
            noted dropped order_field_unknown
                | {param} is not a field of Add orders: it is dropped""",
    ),
    declare(
        "BLK-08 An order binds its external ID",
        """The external ID of an order is bound to the contact it was matched with: later orders
        with it go to that contact, even with another person's address. A contact that had no
        external ID takes it, so events find it from then on.""",
        (Source.ADD_ORDERS, Source.VARIABLES),
        decision="""A contact that has another external ID keeps its own, and the match holds for
        Add orders alone. Generate event binds nothing, and neither does a change of an order that
        belongs to another contact.""",
        findings="""
            noted takes | contact {contact} takes the external ID {value} of the order
            noted kept external_id_kept
                | contact {contact} keeps its external ID {held}; orders with {value} go to it
            passed bound | contact {contact} is bound to the external ID of the order""",
    ),
)
