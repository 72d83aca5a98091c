"""MSG: what a message shows of an event."""

from mock_server.ledger.entry import Rule, Source

RULES = (
    Rule(
        id="MSG-01",
        title="Parameters in messages",
        statement=(
            "In the template of a message that an event triggers (Velocity), `$data.get('name')` "
            "and `$!data.get('name')` stand for the value of the event's parameter; names are "
            "compared with letter case. What gives nothing stays as it is written, or is left out "
            "when written with `!`."
        ),
        sources=(Source.ORDERS_PAGE, Source.MESSAGES),
    ),
    Rule(
        id="MSG-02",
        title="The field JSON",
        statement=(
            "The message block of a workflow has a field JSON. With `${array}` there, `$data` "
            "holds the content of that parameter, an object or JSON text of one. A parameter that "
            "is not there leaves `$data` empty."
        ),
        sources=(Source.MESSAGES,),
        decision="With the field left blank `$data` holds the event's parameters by name.",
    ),
    Rule(
        id="MSG-03",
        title="The second level in messages",
        statement=(
            "What lies below the second level, in an object of an array, is text: `.get` on it "
            "gives nothing. Text that holds JSON is text as well, but for `items`, and for events "
            "of v1, where it is read once."
        ),
        sources=(Source.ORDERS_PAGE,),
        decision="Which texts that hold JSON are read.",
    ),
    Rule(
        id="MSG-04",
        title="Variables of the workflow",
        statement=(
            "`${eventKey}`, and for an order `${orderId}`, are variables of the workflow. Events "
            "that Add orders generates also have `${contactId}`, `${EmailAddress}` and `${SMS}`."
        ),
        sources=(Source.ORDERS_PAGE, Source.VARIABLES),
    ),
    Rule(
        id="MSG-05",
        title="Workflows that events start",
        statement=(
            "A workflow is assigned to an event type; an accepted event of that type starts it, a "
            "past, refused or rejected one does not. Its message block has a channel, a recipient "
            "such as `${email}` (a variable named exactly as the parameter is sent), a field JSON "
            "and a template."
        ),
        sources=(Source.ORDERS_PAGE, Source.MESSAGES),
        decision="An order event that was ignored starts it too.",
    ),
    Rule(
        id="MSG-06",
        title="What the outbox holds",
        statement=(
            "What a message block comes to is kept in an outbox: recipient, text, event, or why "
            "nobody gets it: the variable is not among the parameters, or blank, the template "
            "failed, the contact is unknown. Nothing is sent."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
    ),
)
