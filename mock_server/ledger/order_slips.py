"""ORD-22 to ORD-25: order of arrival, and values as shop systems write them."""

from mock_server.ledger.entry import Rule, Source, noted

RULES = (
    Rule(
        id="ORD-22",
        title="Events that overtake their order",
        param="externalOrderId",
        statement=(
            "An event of an order that was ignored because the order was unknown is lost, also "
            "when the order comes a moment later. The event that creates the order is warned of "
            "it: which event was lost, and what it would have set."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="warning `earlier_event_lost`",
        warnings=("earlier_event_lost",),
        findings=(
            noted(
                "lost",
                ("{key} (event {event}) came before the order and was ignored: {status} was lost"),
                "earlier_event_lost",
                "{key} were sent again, now that the order exists",
            ),
        ),
    ),
    Rule(
        id="ORD-23",
        title="Orders that go back",
        statement=(
            "A change with an older `date` than the order has, or from `IN_PROGRESS` to "
            "`INITIALIZED`, is applied with a warning: it was probably overtaken by a later one. "
            "Out of `DELIVERED` or `CANCELLED` ORD-16 warns, and this rule does not."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="warning `order_goes_back`",
        warnings=("order_goes_back",),
        findings=(
            noted(
                "status",
                "the order goes back from {before} to {status}: was this event overtaken?",
                "order_goes_back",
            ),
            noted(
                "date",
                "the order's date goes back from {before} to {date}: was this event overtaken?",
                "order_goes_back",
            ),
        ),
    ),
    Rule(
        id="ORD-24",
        title="Values as shop systems write them",
        statement=(
            "The statuses, dates, amounts and currencies of shop systems are known, and the fix "
            "is the documented value: `DELIVERED` for `completed`, `2026-11-30T00:00:00` for "
            "`30.11.2026`, `1200.50` for `1 200,50`, `UAH` for `грн`. What can be read in two "
            "ways (`03/04/2026`, `1,200`) is told with both, and the fix is not "
            "complete. What a shop means by its word for a status only the shop knows, so the "
            "sentence says probably."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        findings=(
            noted("status", "{value} is probably {wanted}"),
            noted("read", "{param} {value} is {wanted} in the documented form"),
            noted("two_ways", "{param} {value} can be read as {first} or as {second}"),
        ),
    ),
    Rule(
        id="ORD-25",
        title="Discount, shipping and taxes are amounts",
        statement=(
            "`discount`, `shipping` and `taxes` that are not numbers (`10%`, `free`) are kept, "
            "with a warning."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="warning `amount_invalid`",
        warnings=("amount_invalid",),
        findings=(
            noted(
                "not_a_number",
                "{param} {value} is not a number: no sum can take it into account",
                "amount_invalid",
                "{param} were a number",
            ),
        ),
    ),
)
