"""IDN: whom an event belongs to."""

from mock_server.ledger.entry import Source, declare

RULES = (
    declare(
        "IDN-01 Parameter names that identify a contact",
        """By default a contact is looked for by these parameter names, in any letter case:
        `ContactId`, `Contact_id` hold the contact ID; `externalCustomerId` the external ID;
        `Email`, `EmailAddress`, `UserEmail`, `ContactEmail` the email; `Phone`, `SMS`,
        `PhoneNumber` the phone; `PushToken` a web or mobile push token; `ContactKey`, `Contact_key`
        the contact key.""",
        (Source.ORDERS_PAGE, Source.SEGMENTATION),
        parts=(
            ("the twelve names", Source.ORDERS_PAGE),
            ("`externalCustomerId`, and which field each name holds", Source.SEGMENTATION),
        ),
        findings="""
            passed identifying | identifying: {names}
            noted unusable | {param} is {type}: it identifies nobody
            noted not_filled | {param} is not filled: it identifies nobody""",
    ),
    declare(
        "IDN-02 How identifier values are compared",
        """Values are compared exactly, including letter case. Only an email address is compared
        without letter case.""",
        Source.ORDERS_PAGE,
        findings="""
            passed as_sent | values are compared exactly, letter case counts
            passed email | email addresses are compared without letter case""",
    ),
    declare(
        "IDN-03 Which identifier comes first",
        """When an event has several identifiers, they are tried in this order: contact ID, external
        ID, email, phone, push token, contact key; within one kind, in the order in which IDN-01
        names them. The first whose value matches an existing contact wins; a value that matches
        nobody falls through to the next. The sources do not settle it: the priority is documented
        for `keyValue` only, and an older page searches in the order of the event, as the setting
        `identifier_priority` can have it: `as_sent`. Several contacts may hold one address
        (CON-14): the one with the external ID that the event also names is meant, otherwise the one
        updated last.""",
        Source.PROJECT,
        parts=(("contact ID before external ID", Source.GENERATE_EVENT),),
        when_broken="several contacts match: warning `contact_ambiguous`",
        findings="""
            noted nobody | {param} {value} matches nobody
            passed match | {param} {value} belongs to contact {contact}
            noted ambiguous contact_ambiguous | {param} {value} belongs to {count} contacts:
                {contact}, which was updated last, is meant; the others are {others}
            passed named | {param} {value} belongs to {count} contacts: {contact} has the external
                ID that the event names""",
    ),
    declare(
        "IDN-04 Identifiers of two different contacts",
        """When two identifiers of an event match different contacts, the one with the higher
        priority wins.""",
        Source.PROJECT,
        findings="""
            noted disagree identifiers_disagree
                | {param} {value} belongs to contact {contact}; contact {winner} has priority""",
    ),
    declare(
        "IDN-05 An account's own identifying parameter",
        """An account may set its own rule: the name of one parameter, compared without letter case,
        and the contact field it holds (contact ID, external ID, email, phone, push token, contact
        key, or an additional field by its id: `field:12345`). While it is set, only that parameter
        identifies the contact, and an order is not saved until the parameter is sent.""",
        (Source.ORDERS_PAGE, Source.SEGMENTATION),
        when_broken="""order event: ignored `contact_identifier_missing`; any other: recorded, with
        the warning `contact_identifier_missing`""",
        findings="""
            passed own | the account identifies contacts by {own} only ({field})
            noted missing
                | the account identifies contacts by {own} only ({field}), which is missing
            noted unusable
                | the account identifies contacts by {own} only ({field}), which is not usable
            failed nobody contact_identifier_missing | {own}, by which alone the account identifies
                contacts, is not filled | {own} held a known contact's {field}
            noted nobody_recorded contact_identifier_missing | {own}, by which alone the account
                identifies contacts, is not filled; recorded without a contact""",
    ),
    declare(
        "IDN-06 Events are for existing contacts",
        """Generate event works for existing contacts only. When no contact matches, an order event
        is ignored; any other event is recorded without a contact, with the same code among its
        warnings.""",
        Source.ORDERS_PAGE,
        when_broken="""order event: ignored `contact_not_found`; any other: recorded, with the
        warning `contact_not_found`""",
        findings="""
            passed known | the event belongs to contact {contact}
            failed nobody contact_not_found | no contact has {tried}
                | a contact with {tried} existed
            noted nobody_recorded contact_not_found
                | no contact has {tried}; recorded without a contact""",
    ),
    declare(
        "IDN-07 Creating contacts from events",
        """While the setting `create_contacts_from_events` is on, an event that matches nobody and
        whose type takes part in segmentation creates the contact, with the source "Event". This is
        what newer versions of v2 and v3 do, and v1 does not.""",
        (Source.SEGMENTATION, Source.GENERATE_EVENT),
        decision="""The setting is off by default, since the page on sending orders says that events
        work for existing contacts only (IDN-06). An order event creates the contact even when the
        order is then ignored; a contact ID alone creates nobody. A deleted contact with the event's
        external ID comes back instead, as it was.""",
        findings="""
            passed found | contact {contact} is found by {param}
            noted created | contact {contact} is created from the event
            noted restored | deleted contact {contact} comes back, as its external ID was sent""",
    ),
    declare(
        "IDN-08 An event without identifying parameter",
        """An order event that has a `keyValue` but no parameter that identifies a contact is
        ignored: the `keyValue` itself identifies nobody.""",
        Source.ORDERS_PAGE,
        decision="""An event of any other type is recorded without a contact, with the same code
        among its warnings.""",
        when_broken="""order event: ignored `contact_identifier_missing`; any other: recorded, with
        the warning `contact_identifier_missing`""",
        findings="""
            failed nobody contact_identifier_missing | no parameter identifies a contact (keyValue
                alone does not) | externalCustomerId, email or phone of a known contact were sent
            noted nobody_recorded contact_identifier_missing | no parameter identifies a contact
                (keyValue alone does not); recorded without a contact""",
    ),
    declare(
        "IDN-09 Near misses of a contact",
        """When nothing matched, near misses are told: the same phone but for `+`, blanks, dashes or
        brackets; the same value in another letter case, held under another kind or in another
        account (of the hundred that came to hold contacts last). A deleted contact that would have
        matched is named as deleted, with its id and the time.""",
        Source.PROJECT,
        findings="""
            noted deleted | near miss: {param} {value} belongs to contact {contact}, which was
                deleted {when} | deleted contact {contact} were restored, or imported again
            noted elsewhere | near miss: {param} {value} belongs to contact {contact} of another
                account, {account} | the event were sent with the API key of account {account}
            noted kind | near miss: {param} {value} was looked for as {kind}; contact {contact} has
                {near} as {held_as} | {near} were sent as {held_as} (contact {contact})
            noted letter_case | near miss: contact {contact} has {kind} {near}, which differs from
                {param} {value} only in letter case | {param} were {near} (contact {contact})
            noted punctuation | near miss: contact {contact} has {kind} {near}, which differs from
                {param} {value} only in punctuation such as +, - or blanks
                | {param} were {near} (contact {contact})""",
    ),
    declare(
        "IDN-10 The identifier in keyValue only",
        """`keyValue` identifies nobody. When nothing else matched and it is the email, phone,
        external ID or id of a contact, the trace says so and the hint names the param that would
        have to be added; it comes before other hints.""",
        Source.FIELD,
        param="keyValue",
        decision="That it is told, and the words of the hint.",
        findings="""
            noted key_value | near miss: keyValue {value} is the {kind} of contact {contact}, but
                keyValue does not identify | {addition} were among the params""",
    ),
    declare(
        "IDN-11 Placeholders identify nobody in particular",
        """`0`, `-1`, `undefined`, `null` (in v1), `none`, `nan`, `guest`, `anonymous`, `unknown`,
        `n/a` and `-`, in any letter case, are not identifiers of anybody. They are taken as they
        are, as the service does, so that all guests become one contact; here with a warning,
        wherever an identifier is read. The event or order that brings the fourth different e-mail
        address to the orders of one contact has it too.""",
        Source.FIELD,
        decision="The warning, and the number of addresses.",
        findings="""
            noted placeholder identifier_placeholder
                | {param} {value} is a placeholder: everybody who has it is one contact
            noted many_emails identifier_placeholder | the orders of contact {contact} have {count}
                different e-mail addresses: is its identifier one that guests share?""",
    ),
    declare(
        "IDN-12 Near names are proposed",
        """Wherever a name or a value is refused or unknown, a near one is proposed, by one measure
        that takes no account of letter case and separators: for parameters, fields, statuses, event
        types, codes, rules, filters.""",
        Source.PROJECT,
    ),
)
