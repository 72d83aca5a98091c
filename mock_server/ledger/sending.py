"""SND: sending messages, and the messages that are stored for it."""

from mock_server.ledger.entry import Rule, Source

RULES = (
    Rule(
        id="SND-01",
        title="Calls that send",
        statement=(
            "POST /message/email, /message/sms and /message/viber send a text to addresses; "
            "/message/{id}/smartsend and the older /message/{id}/send send a stored message to "
            "recipients with parameters of their own. Each recipient becomes a message in the "
            "outbox, with the text filled: `$data` holds the top level of `jsonParam`, and nothing "
            "for a text that is sent to addresses; `skipPersonalisation` leaves the text as it is."
        ),
        sources=(Source.REFERENCE,),
        decision="One request names at most 1,000 recipients. Nothing leaves the emulator.",
    ),
    Rule(
        id="SND-02",
        title="Results of sending",
        statement=(
            "The answer is 200 with `results`, an object for one recipient and a list for several "
            "(WIRE-10): `locator`, `status` OK and `requestId`, or `status` ERROR and a `message`. "
            "An unsubscribed address is OK, and its status is UNSUBSCRIBED. A missing or empty "
            "list of recipients, or one that is not a list, is 400; a segment without addresses "
            "gives an empty list."
        ),
        sources=(Source.REFERENCE,),
        decision=(
            "Which recipients are an ERROR: an id of nobody, an address that is not one, "
            "`jsonParam` that is not JSON, a template that fails. The others are sent. `requestId` "
            "is the message's id in the outbox."
        ),
        when_broken="400, or ERROR for one recipient",
    ),
    Rule(
        id="SND-03",
        title="Recipients become contacts",
        statement="A recipient of a sending call that no contact has becomes one.",
        sources=(Source.REFERENCE,),
        decision="`contactId` and `externalCustomerId` of nobody are an ERROR of that recipient.",
    ),
    Rule(
        id="SND-04",
        title="Status of a message",
        statement=(
            "GET /message/status?ids= and GET /message/{email,sms,viber}/status answer "
            "`requestId`, `status`, `delivered` and `failed` of each message; an unknown id is "
            "left out."
        ),
        sources=(Source.REFERENCE,),
        decision=(
            "The status is DELIVERED, or UNSUBSCRIBED or ERROR as the outbox says, until a test "
            "sets another one (PUT /_mock/outbox/{id}). DELIVERED, READ, CLICKED and SPAM count as "
            "delivered, IN_QUEUE and PENDING as neither, the others as failed."
        ),
    ),
    Rule(
        id="SND-05",
        title="Senders of the account",
        statement=(
            "GET /interfaces/email and GET /interfaces/sms list the senders of the account. A "
            "`from` that is not one of them is refused with 400."
        ),
        sources=(Source.REFERENCE,),
        decision=(
            "They are the setting `senders`; while it names none for a channel, every `from` is "
            "taken. An address counts with and without a name before it."
        ),
        when_broken="400",
    ),
    Rule(
        id="SND-06",
        title="Messages that are stored",
        statement=(
            "/messages/{channel} and below list, store, read, change and delete messages and their "
            "translations, for email (name, from, subject, htmlText), sms and viber (name, from, "
            "text), mobilepush and appinbox (name, title, text) and telegram (name). What else is "
            "sent is kept and given back. A required field that is absent, and an empty body, are "
            "400. GET /messages/email/{id}/viewLink gives a link to a page that shows it."
        ),
        sources=(Source.REFERENCE,),
        decision=(
            "Ids are unique over all channels. A change replaces the whole content, and leaves the "
            "translations. `languageCode` of a recipient chooses a translation; where there is "
            "none, the message itself is sent. `email` that does not fit the message is 400."
        ),
        when_broken="400, or 404 for an unknown message",
    ),
)
