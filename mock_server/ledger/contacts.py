"""CON: contacts."""

from mock_server.ledger.entry import Source, declare

RULES = (
    declare(
        "CON-01 Adding or updating one contact",
        """POST /contact adds or updates one contact. With an external ID it is the contact that has
        it. If nobody has it, a contact with the same email, else phone, else push token, that has
        no external ID takes it; otherwise a new contact is made, which may share an address
        (CON-14). Without an external ID it is found by email, then phone, then push token, and of
        several the one updated last. The answer is 200 with `{"id": <integer>}`. A blank (`" "`) in
        a name or a part of the address clears it; `""` and null leave it as it is; a blank channel
        is not stored.""",
        (Source.EXTERNAL_ID, Source.CONTACTS, Source.FIELD),
        decision="""Which of several contacts is meant (the one updated last), and what blanks do.
        Channels sent replace those of the same type; what is left out stays as it was. The `id` is
        not read. POST /_mock/contacts and seeds find contacts in the same way, and then by contact
        key; their values are taken as they are.""",
        when_broken="the request is answered 400",
        findings="""
            passed new | contact {contact} is new
            passed found | contact {contact} is found by {param}
            remarked cleared blank_cleared | {param} is blank: it is cleared""",
    ),
    declare(
        "CON-02 Adding restores a deleted contact",
        "A deleted contact with the external ID sent is restored by POST /contact.",
        Source.EXTERNAL_ID,
        decision="""It comes back with its channels, also where others have the same address. POST
        /contact/subscribe, POST /contacts, POST /orders, and events that create contacts (IDN-07)
        restore it as well: an external ID has one contact.""",
        findings="""
            passed restored | contact {contact} was deleted: it is restored""",
    ),
    declare(
        "CON-03 Updating a contact by id",
        """PUT /contact/{id} updates an existing contact; the answer is the text `Contact with
        id='<id>' has been updated`. An unknown id is answered 404, an `externalCustomerId` that
        belongs to another contact 400. A deleted contact is restored.""",
        (Source.CONTACTS, Source.EXTERNAL_ID, Source.REFERENCE, Source.FIELD),
        decision="The external ID of a deleted contact still belongs to it.",
        when_broken="the request is answered 404 or 400",
    ),
    declare(
        "CON-04 Deleting and erasing a contact",
        """DELETE /contact/{id} answers the text `Contact with id='<id>' has been deleted`, and so
        does DELETE /contact with the query `externalCustomerId=…&erase=…`. An unknown contact is
        answered 404 with a text that contains `not found`. `erase=true` removes the contact's
        events too; without it the contact can be restored.""",
        (Source.CONTACTS, Source.REFERENCE, Source.FIELD),
        decision="""`erase=true` removes the contact's orders, their history and its places in
        segments as well: all that it left behind. A contact that is deleted already can be erased,
        but not deleted again.""",
        when_broken="the request is answered 404",
    ),
    declare(
        "CON-05 Reading one contact",
        "GET /contact/{id} returns the contact; an unknown id is answered 404.",
        (Source.CONTACTS, Source.REFERENCE),
        when_broken="the request is answered 404",
    ),
    declare(
        "CON-06 Searching for contacts",
        """GET /contacts searches by `externalCustomerId` (alone), or by `email`, `sms`, `firstname`
        and `lastname`. `startindex` counts from 1, `maxrows` goes up to 500, and the header
        `TotalCount` carries the total. A search without conditions is ordered by the time of
        update, newest first, or with `sortBy=contactId` by id. GET /group/{id}/contacts is ordered
        by id, or with `orderByTs=true` by the time of joining the segment; `asc=false` turns the
        order round.""",
        (Source.CONTACTS, Source.REFERENCE),
        decision="""With conditions the newest contacts come first; another value of `sortBy` is
        answered 400. With `externalCustomerId` the other conditions are left alone, and a `maxrows`
        above 500 counts as 500.""",
    ),
    declare(
        "CON-07 Adding contacts in bulk",
        """POST /contacts takes up to 3,000 contacts. A contact is looked for by its external ID,
        then by `dedupeOn`. When nobody has the external ID, the contact that matches `dedupeOn`,
        has no external ID and was updated last takes it; when all that match have another, a new
        contact is made. Without an external ID, of several that match the one updated last is
        updated. Nobody loses an address by an import. Additional fields of an existing contact are
        updated only if their ids stand in `customFieldsIDs`. `dedupeOn` is one of `email`, `sms`,
        `push`, `email_or_sms`, `id`, `externalCustomerId` and `fieldId`. The request also takes
        groups, `groupNamesExclude`, `restoreDeleted` and `eventKeyForNewContacts`. The answer is
        `{"id": 0, "asyncSessionId": …, "failedContacts": […]}`. GET /importstatus/{sessionId}
        answers `STARTED`, `IMPORTING`, `FINISHED` or `ERROR`, with the mapping. The event of
        `eventKeyForNewContacts` has the params `contactId`, `EmailAddress` and `SMS`, empty when
        not sent; its key is the email, else the phone. `ordersInfo` is a known value of
        `contactFields`.""",
        (Source.CONTACTS, Source.REFERENCE, Source.FIELD),
        decision="""A value that a deleted contact alone has finds it, unless the request brings an
        external ID. The contacts are there when the answer is; polls one after another answer
        `STARTED`, `IMPORTING`, `FINISHED` all the same, or `ERROR` when every contact failed. A
        deleted contact fails unless `restoreDeleted` is true. A new contact keeps all that was
        sent, whatever `contactFields` names. Contacts times group names may be 30,000 at most: one
        request must not hold the others up.""",
        when_broken="additional fields that are not listed: warning `custom_fields_ids_missing`",
        findings="""
            passed found_by_id | contact {contact} is found by id
            passed found_by_field | contact {contact} is found by its field
            passed found | contact {contact} is found by {param}
            noted field_stays custom_fields_ids_missing | {param} {names} of a contact that exists
                stay as they are: customFieldsIDs does not name them
            passed generated | generated for contact {contact}""",
    ),
    declare(
        "CON-08 Subscribing a contact",
        """POST /contact/subscribe finds the contact by external ID, then email, then phone, and
        answers `{"id": …}` (newer versions also `emailStatus` and `new`). It generates the event
        `subscribeFromApi` for a new contact and `subscribeUpdateFromApi` for an existing one, with
        `-<formType>` appended when that was sent. The event's params are `ContactId` and
        `EmailAddress`, its key the contact's id. A contact that exists keeps the channels it has,
        and gets those of the types it lacks.""",
        (Source.CONTACTS, Source.EXTERNAL_ID, Source.REFERENCE, Source.FIELD),
        decision="""`emailStatus` is `ALREADY_SUBSCRIBED` for a contact that had the address, unless
        that was unsubscribed, and else `NEED_CONFIRMATION`. Two pages write `subscribeFromAPI`;
        `subscribeFromApi` is kept. Where nobody has the external ID sent, a contact with the email,
        else the phone, that has none takes it; if all that match have another, the one updated last
        is meant and keeps its own (CON-14).""",
        findings="""
            passed found | contact {contact} is found by {param}
            passed generated | generated for contact {contact}""",
    ),
    declare(
        "CON-09 The channels of a contact",
        """Channels are `email`, `sms`, `viber`, `mobilepush`, `webpush` and others, each with a
        value. A single channel may arrive as an object instead of an array. A contact needs at
        least one channel or an external ID. More than two channels of one type are accepted with a
        warning.""",
        (Source.CONTACTS, Source.REFERENCE, Source.FIELD),
        decision="""Three pages ask for channels; here an external ID will do, with a warning. An
        update that would leave a contact without both is refused, and so is such a contact of POST
        /contacts.""",
        when_broken="""the request is answered 400; warnings `channels_missing`,
        `channels_of_one_type_many`""",
        findings="""
            noted no_channels channels_missing | no channels were sent with the contact
            noted many channels_of_one_type_many
                | there are {count} channels of the type {type}, more than two""",
    ),
    declare(
        "CON-10 Repeated requests are refused",
        """The same POST /contact, PUT /contact/{id} or POST /contact/subscribe (same account, path
        and body) repeated within one minute is answered 409 with the text `Duplicated request`. The
        setting `duplicate_guard` switches this on; it is off by default, so that test suites may
        repeat themselves, and such a request carries a note.""",
        (Source.CONTACTS, Source.FIELD),
        decision="The setting is off by default, and the note.",
        when_broken="the request is answered 409 while the setting is on",
        findings="""
            remarked would_be would_be_duplicate
                | the same request came less than a minute ago: the service answers 409""",
    ),
    declare(
        "CON-11 Groups sent with a contact",
        """POST and PUT /contact take `groups` as `{"name": …}` or a list of such: the contact goes
        into these static segments, which are made when new.""",
        Source.FIELD,
        decision="""A public client's guide shows it, no page of the vendor does. A shop that relies
        on it should use POST /contacts with `groupNames`.""",
    ),
    declare(
        "CON-12 Fields that no contact has",
        """A field that no contact has (`firstname`, `phone`) is dropped by the service without a
        word. Here the answer carries `X-Mock-Warnings: contact_field_unknown`, and the journal
        names the field and the one that was probably meant; of bulk methods too.""",
        Source.PROJECT,
        findings="""
            noted unknown contact_field_unknown
                | {param} is not a field of a contact and was dropped{meant}""",
    ),
    declare(
        "CON-13 The subscription categories of contacts",
        """GET /subscriptions lists the account's categories, GET /contact/{id}/subscriptions those
        of a contact, and PUT /contact/{id}/subscriptions with `{"subscriptions": [key, …]}`
        replaces them. They are the ones that POST /contact/subscribe sets by key. An unknown
        contact is answered 404.""",
        (Source.SUBSCRIPTIONS, Source.REFERENCE),
        decision="""A key first seen makes a category, named like its key, in the one group there
        is.""",
        when_broken="the request is answered 404",
    ),
    declare(
        "CON-14 Addresses are shared, external IDs are not",
        """Several contacts may hold the same email or phone; an external ID has one contact. A
        channel never moves from one contact to another, and an external ID is never replaced by
        another, unless the request names that very contact (PUT /contact/{id}).""",
        (Source.CONTACTS, Source.EXTERNAL_ID),
        decision="""What POST /contact/subscribe finds by an address keeps its external ID, with a
        warning. A contact that comes to share an address is noted. Which of several was updated
        last goes by the sequence of the changes to the contacts themselves, not by the clock; an
        event of a contact does not change it.""",
        findings="""
            passed takes | contact {contact} had no external ID and takes {value}
            noted kept external_id_kept
                | contact {contact} keeps its external ID {held}: {value} is not taken
            remarked shared channel_shared | {param} {value} is also of contact {others}""",
    ),
    declare(
        "CON-15 Values that are not saved",
        """First and last name: letters of any script, at most 40 characters, at most 3 digits and
        not digits alone, no special characters but apostrophes, hyphens, blanks, and a dot after a
        short word. Phone: digits and the usual separators. Email: one `@` with something on both
        sides, no blanks. `timeZone`: a name of the tz database. `languageCode`: two letters, or
        with a region. Such a value is not saved.""",
        Source.CONTACTS,
        decision="""The value is dropped and the rest is stored. An order keeps what it was
        sent, its contact does not. A contact that is left without channel and external ID is
        refused as one that was sent so. A short word has at most three letters. The rule holds
        for POST and PUT /contact, subscriptions, imports, Add orders, and contacts made from
        events; `contactJson` is refused for such values (ENV-18), but for a name of up to 60
        characters.""",
        when_broken="warning `contact_value_invalid`; in Add orders the order may fail for it",
        findings="""
            noted invalid contact_value_invalid | {param} {value} is not saved: {problem}
            failed nobody_left contact_value_invalid | a new contact cannot be made from the
                order: none of its identifiers can be saved
                | externalCustomerId, email or phone were valid""",
    ),
    declare(
        "CON-16 Every leniency leaves a note",
        """What is taken although it was not sent as documented leaves a note, in the journal and in
        `X-Mock-Notes`: a contact that was unwrapped from `contact`, a list that came as one
        element, an empty field or channel that was dropped, an `id` in POST /contact (not used to
        find a contact), an `erase` that is not `true`.""",
        Source.PROJECT,
        findings="""
            remarked unwrapped contact_unwrapped | the contact was taken out of {param}
            remarked single_element single_element | {param} is one element: taken as a list
            remarked empty contact_field_empty | {param} is empty: it changes nothing
            remarked id_not_used id_not_used | {param} {value} finds no contact here
            remarked erase_value erase_value | {param} is {value}: only true erases""",
    ),
    declare(
        "CON-17 What a read gives",
        """The reference lists what a read gives: GET /contact/{id} all of a contact, GET /contacts
        `firstName`, `lastName`, `channels`, `fields`, `addressBookId` and `id` alone. The setting
        `contact_reads` is `all` (both give everything) or `documented`.""",
        Source.REFERENCE,
        decision="The setting, which is `all` by default.",
    ),
)
