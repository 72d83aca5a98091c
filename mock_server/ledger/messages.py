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
            "In `items` what lies below the second level is text: `.get` on it gives nothing. "
            "Other parameters nest as deep as they are sent. Text that holds JSON is text as well, "
            "but for `items`, and for events of v1, where it is read once."
        ),
        sources=(Source.ORDERS_PAGE, Source.MESSAGES),
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
            "failed, the recipient is unsubscribed. Whatever goes wrong in a message, the event "
            "that started it is answered and stored as without it. Nothing is sent."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
    ),
    Rule(
        id="MSG-07",
        title="A recipient that no contact has",
        statement=(
            "The recipient of a message need not be a contact. The message of an event whose "
            "contact is unknown counts as sent, with `contactId` null and the note "
            "`contact_unknown`. `${ContactId}` is among the variables when the contact is known."
        ),
        sources=(Source.MESSAGE_BLOCK,),
        decision=(
            "The message of a workflow makes no contact, although the service makes one for "
            "sending: an order that was dropped for an unknown contact would be applied when it is "
            "sent again, and the fault would be gone from sight."
        ),
    ),
    Rule(
        id="MSG-08",
        title="Recipients that unsubscribed",
        statement=(
            "An e-mail address that unsubscribed gets nothing: the problem is `unsubscribed`. A "
            "workflow marked `obligatory` sends all the same."
        ),
        sources=(Source.WORKFLOW_TROUBLES,),
    ),
    Rule(
        id="MSG-09",
        title="Dates in messages",
        statement=(
            "`$dateTool` has `currentDate` with none, one or two arguments (pattern, zone), "
            "`currentTimeStamp`, `formatDate`, `addYears`, `addMonths`, `addDays`, `addHours` and "
            "`addMinutes` (date and amount; then also its pattern, and that of the result), `diff` "
            "(two dates, a pattern if need be, and YEARS, MONTHS, DAYS, HOURS or MINUTES) and "
            "`formatInContactTimezone`."
        ),
        sources=(Source.VELOCITY,),
        decision=(
            "`currentDate()` writes dd/MM/yyyy. A difference is never negative, as in the results "
            "that the guide shows. A date that has none of the expected forms is an error. Without "
            "an offset a date is UTC."
        ),
    ),
)
