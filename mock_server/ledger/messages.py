"""MSG and SND: messages that are written, stored and sent."""

from mock_server.ledger.entry import Source, declare

RULES = (
    declare(
        "MSG-01 Parameters in messages",
        """In the template of a message that an event triggers (Velocity), `$data.get('name')` and
        `$!data.get('name')` stand for the value of the event's parameter; names are compared with
        letter case. What gives nothing stays as it is written, or is left out when written with
        `!`.""",
        (Source.ORDERS_PAGE, Source.MESSAGES),
    ),
    declare(
        "MSG-02 The field JSON",
        """The message block of a workflow has a field JSON. With `${array}` there, `$data` holds
        the content of that parameter, an object or JSON text of one. A parameter that is not there
        leaves `$data` empty.""",
        Source.MESSAGES,
        decision="With the field left blank `$data` holds the event's parameters by name.",
    ),
    declare(
        "MSG-03 The second level in messages",
        """In `items` what lies below the second level is text: `.get` on it gives nothing. Other
        parameters nest as deep as they are sent. Text that holds JSON is text as well, but for
        `items`, and for events of v1, where it is read once.""",
        (Source.ORDERS_PAGE, Source.MESSAGES),
        decision="Which texts that hold JSON are read.",
    ),
    declare(
        "MSG-04 Variables of the workflow",
        """`${eventKey}`, and for an order `${orderId}`, are variables of the workflow. Events that
        Add orders generates also have `${contactId}`, `${EmailAddress}` and `${SMS}`.""",
        (Source.ORDERS_PAGE, Source.VARIABLES),
    ),
    declare(
        "MSG-05 Workflows that events start",
        """A workflow is assigned to an event type; an accepted event of that type starts it, a
        past, refused or rejected one does not. Its message block has a channel, a recipient
        such as `${email}` (a variable named exactly as the parameter is sent), a field JSON and
        a template.""",
        (Source.ORDERS_PAGE, Source.MESSAGES),
        decision="""An order event that was ignored starts it too. One that is switched off, with
        `enabled` false, is not started.""",
    ),
    declare(
        "MSG-06 What the outbox holds",
        """What a message block comes to is kept in an outbox: recipient, text, event, or why nobody
        gets it: the variable is not among the parameters, or blank, the template failed, the
        recipient is unsubscribed. Whatever goes wrong in a message, the event that started it is
        answered and stored as without it. Nothing is sent.""",
        Source.PROJECT,
    ),
    declare(
        "MSG-07 A recipient that no contact has",
        """The recipient of a message need not be a contact. The message of an event whose contact
        is unknown counts as sent, with `contactId` null and the note `contact_unknown`.
        `${ContactId}` is among the variables when the contact is known.""",
        Source.MESSAGE_BLOCK,
        decision="""The message of a workflow makes no contact, although the service makes one for
        sending: an order that was dropped for an unknown contact would be applied when it is sent
        again, and the fault would be gone from sight.""",
    ),
    declare(
        "MSG-08 Recipients that unsubscribed",
        """An e-mail address that unsubscribed gets nothing: the problem is `unsubscribed`. A
        workflow marked `obligatory` sends all the same.""",
        Source.WORKFLOW_TROUBLES,
    ),
    declare(
        "MSG-09 Dates in messages",
        """`$dateTool` has `currentDate` with none, one or two arguments (pattern, zone),
        `currentTimeStamp`, `formatDate`, `addYears`, `addMonths`, `addDays`, `addHours` and
        `addMinutes` (date and amount; then also its pattern, and that of the result), `diff` (two
        dates, a pattern if need be, and YEARS, MONTHS, DAYS, HOURS or MINUTES) and
        `formatInContactTimezone`.""",
        Source.VELOCITY,
        decision="""`currentDate()` writes dd/MM/yyyy. A difference is never negative, as in the
        results that the guide shows. A date that has none of the expected forms is an error.
        Without an offset a date is UTC.""",
    ),
    declare(
        "SND-01 Calls that send",
        """POST /message/email, /message/sms and /message/viber send a text to addresses;
        /message/{id}/smartsend and the older /message/{id}/send send a stored message to recipients
        with parameters of their own. Each recipient becomes a message in the outbox, with the text
        filled: `$data` holds the top level of `jsonParam`, and nothing for a text that is sent to
        addresses; `skipPersonalisation` leaves the text as it is.""",
        Source.REFERENCE,
        decision="One request names at most 1,000 recipients. Nothing leaves the emulator.",
    ),
    declare(
        "SND-02 Results of sending",
        """The answer is 200 with `results`, an object for one recipient and a list for several
        (WIRE-10): `locator`, `status` OK and `requestId`, or `status` ERROR and a `message`. An
        unsubscribed address is OK, and its status is UNSUBSCRIBED. A missing or empty list of
        recipients, or one that is not a list, is 400; a segment without addresses gives an empty
        list.""",
        Source.REFERENCE,
        decision="""Which recipients are an ERROR: an id of nobody, an address that is not one,
        `jsonParam` that is not JSON, a template that fails. The others are sent. `requestId` is the
        message's id in the outbox.""",
        when_broken="400, or ERROR for one recipient",
    ),
    declare(
        "SND-03 Recipients become contacts",
        "A recipient of a sending call that no contact has becomes one.",
        Source.REFERENCE,
        decision="`contactId` and `externalCustomerId` of nobody are an ERROR of that recipient.",
    ),
    declare(
        "SND-04 Status of a message",
        """GET /message/status?ids= and GET /message/{email,sms,viber}/status answer `requestId`,
        `status`, `delivered` and `failed` of each message; an unknown id is left out.""",
        Source.REFERENCE,
        decision="""The status is DELIVERED, or UNSUBSCRIBED or ERROR as the outbox says, until a
        test sets another one (PUT /_mock/outbox/{id}). DELIVERED, READ, CLICKED and SPAM count as
        delivered, IN_QUEUE and PENDING as neither, the others as failed.""",
    ),
    declare(
        "SND-05 Senders of the account",
        """GET /interfaces/email and GET /interfaces/sms list the senders of the account. A `from`
        that is not one of them is refused with 400.""",
        Source.REFERENCE,
        decision="""They are the setting `senders`; while it names none for a channel, every `from`
        is taken. An address counts with and without a name before it.""",
        when_broken="400",
    ),
    declare(
        "SND-06 Messages that are stored",
        """/messages/{channel} and below list, store, read, change and delete messages and their
        translations, for email (name, from, subject, htmlText), sms and viber (name, from, text),
        mobilepush and appinbox (name, title, text) and telegram (name). What else is sent is kept
        and given back. A required field that is absent, and an empty body, are 400. GET
        /messages/email/{id}/viewLink gives a link to a page that shows it.""",
        Source.REFERENCE,
        decision="""Ids are unique over all channels. A change replaces the whole content, and
        leaves the translations. `languageCode` of a recipient chooses a translation; where there is
        none, the message itself is sent. `email` that does not fit the message is 400.""",
        when_broken="400, or 404 for an unknown message",
    ),
)
