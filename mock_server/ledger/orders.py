"""ORD, first half: what an order event must hold."""

from mock_server.ledger.entry import Source, declare

RULES = (
    declare(
        "ORD-01 What orderCreated requires",
        """`orderCreated` requires `externalOrderId`, `totalCost`, `status`, `date`, and at least
        one of `externalCustomerId`, `email` and `phone`. If any of them is not filled, the event is
        ignored. A parameter is filled when it is present and neither null nor a blank string.""",
        Source.ORDERS_PAGE,
        when_broken="ignored `required_missing`, with the list of names",
        findings="""
            failed not_filled required_missing | {param} is not filled | {param} were filled
            failed missing required_missing | {param} is missing | {param} were filled
            passed filled | filled: externalOrderId, totalCost, status, date, and one of
                externalCustomerId / email / phone
            failed no_contact required_missing | none of externalCustomerId, email and phone is
                filled | externalCustomerId, email or phone of a known contact were sent""",
    ),
    declare(
        "ORD-02 Order parameters are named exactly",
        """Order parameters have exactly the documented names; letter case counts. One under another
        name is missing, and the trace asks whether the documented name was meant: `externalOrderId`
        for `externalorderid`.""",
        Source.ORDERS_PAGE,
        also=("required_missing",),
        when_broken="""ignored `required_missing`, with the near miss in the trace; an optional
        parameter in another spelling: warning `parameter_name_near_miss`""",
        findings="""
            noted near_optional parameter_name_near_miss
                | {param} is kept as an additional field; did you mean {meant}?
            passed exact | the required parameters are named as documented
            noted near | near miss: {param} → did you mean {name}? | {param} were named {name}""",
    ),
    declare(
        "ORD-03 The five statuses",
        """`status` is one of `INITIALIZED`, `IN_PROGRESS`, `DELIVERED`, `CANCELLED` and
        `ABANDONED_SHOPPING_CART`.""",
        Source.ORDERS_PAGE,
        param="status",
        decision="That another value ignores the event is our choice.",
        findings="""
            failed unknown status_invalid | status {status} is not one of INITIALIZED, IN_PROGRESS,
                DELIVERED, CANCELLED, ABANDONED_SHOPPING_CART | status were {wanted}
            noted near | near miss: {status} → did you mean {near}?
            passed status | {status}""",
    ),
    declare(
        "ORD-04 The format of the date",
        """`date` is written `YYYY-MM-ddTHH:mm:ss`, as in ISO 8601, and is a real calendar date and
        time. A fraction of a second or an offset (`Z`, `+02:00`), as public clients send them, is
        accepted with a warning. Anything else is invalid.""",
        (Source.ORDERS_PAGE, Source.FIELD),
        param="date",
        parts=(("a fraction or an offset", Source.FIELD),),
        decision="""Another format ignores the event. A date before 2000 or more than a year ahead
        is accepted with a warning.""",
        when_broken="""ignored `date_invalid`; fraction or offset: warning
        `date_not_documented_format`; an unlikely year: warning `date_unlikely`""",
        findings="""
            passed kept_as | {date}, kept as {whole}
            failed not_a_date date_invalid | date {date} {problem} | date were {wanted}
            noted unlikely date_unlikely
                | date {date} is before 2000 or more than a year ahead; it is kept
            noted other_format date_not_documented_format
                | date {date} has a fraction or an offset; documented is YYYY-MM-ddTHH:mm:ss
            passed date | {date}""",
    ),
    declare(
        "ORD-05 The total cost is a number",
        """`totalCost` is a finite number, or text that is one (`"258.0"`). It is kept as an exact
        decimal and shown as sent.""",
        Source.ORDERS_PAGE,
        param="totalCost",
        decision="A `totalCost` that is not a number ignores the event; a negative one only warns.",
        when_broken="ignored `total_cost_invalid`; negative: warning `total_cost_negative`",
        findings="""
            failed not_a_number total_cost_invalid | totalCost {total} is not a number
                | totalCost were a number such as 258.0
            noted negative total_cost_negative | totalCost {total} is negative
            passed number | {total} is a number""",
    ),
    declare(
        "ORD-06 What identifies an order",
        """`externalOrderId` identifies the order in the account. It is text or a number, is kept as
        text, and letter case counts.""",
        Source.ORDERS_PAGE,
        param="externalOrderId",
        decision="""Letter case counts. An `externalOrderId` sent as an object, an array or a
        boolean ignores the event; blanks around it are kept and warned of.""",
        when_broken="""ignored `external_order_id_invalid`; blanks: warning
        `external_order_id_blanks`""",
        findings="""
            failed malformed external_order_id_invalid | externalOrderId is {type}, not text or a
                number | externalOrderId were text or a number
            noted blanks external_order_id_blanks
                | order {text} has blanks around its id, which are part of it
            passed order | order {text}""",
    ),
    declare(
        "ORD-07 The currency of an order",
        """`currency` is an ISO 4217 code; USD, EUR and UAH are documented as supported. It is not
        required in an event, and no currency ignores one.""",
        Source.ADD_ORDERS,
        param="currency",
        when_broken="""not ISO 4217: warning `currency_unknown`; any other than the three: warning
        `currency_unsupported`""",
        decision="""A currency that is not text is not kept in the order: one that exists keeps the
        currency it has. Text is kept as sent, a code or not.""",
        findings="""
            noted unknown currency_unknown | currency {code} is not an ISO 4217 code such as UAH
            noted not_kept | currency {code} is not text: the order is saved without it
            noted unsupported currency_unsupported
                | {code} is not among the documented EUR, UAH, USD
            passed currency | {code}""",
    ),
    declare(
        "ORD-08 Optional and additional fields are kept",
        """Known optional fields are kept by name: `currency`, `firstName`, `lastName`, `shipping`,
        `discount`, `taxes`, `restoreUrl`, `statusDescription`, `storeId`, `source`,
        `deliveryMethod`, `paymentMethod`, `deliveryAddress`, and the identifiers. Every other
        parameter is kept too, as an additional field: that is what sending orders through Generate
        event is for.""",
        (Source.ORDERS_PAGE, Source.ADD_ORDERS),
        decision="""A parameter that is not filled is not kept. One named `contactId` is an
        additional field, for the order's own `contactId` says whose it is.""",
        findings="""
            passed nothing_more | there are no additional fields
            passed additional | kept as additional fields: {names}""",
    ),
)
