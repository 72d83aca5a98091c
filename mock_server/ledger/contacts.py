"""CON: contacts."""

from mock_server.ledger.entry import Rule, Source, noted, passed

RULES = (
    Rule(
        id="CON-01",
        title="Adding or updating one contact",
        statement=(
            "POST /contact adds or updates one contact. It is found by `externalCustomerId` first, "
            "then by email, phone and push token. The answer is 200 with "
            '`{"id": <integer>}`.'
        ),
        sources=(Source.CONTACTS, Source.EXTERNAL_ID, Source.FIELD),
        decision=(
            "When identifiers find different contacts, the first in this order is updated, and the "
            "channels sent move to it from the others, which keep everything else. Channels sent "
            "replace those of the same type, an external ID replaces the one of a contact found by "
            "something else; what is left out, null or blank stays as it was. The `id` is not read."
        ),
        when_broken="the request is answered 400",
        findings=(
            passed("new", "contact {contact} is new"),
            noted("channel_moves", "{param} moves here from contact {other}"),
            passed("found", "contact {contact} is found by {param}"),
            noted(
                "found_too",
                (
                    "{param} belongs to contact {other}; contact {contact}, found by {kind}, has "
                    "priority"
                ),
            ),
        ),
    ),
    Rule(
        id="CON-02",
        title="Adding restores a deleted contact",
        statement="A deleted contact with the external ID sent is restored by POST /contact.",
        sources=(Source.EXTERNAL_ID,),
        decision=(
            "A restored contact does not get back a channel that another contact has got "
            "meanwhile. POST /contact/subscribe and PUT /contact/{id} restore as well."
        ),
        findings=(
            passed("restored", "contact {contact} was deleted: it is restored"),
            noted("taken_meanwhile", "its {channel} belongs to contact {holder} by now"),
        ),
    ),
    Rule(
        id="CON-03",
        title="Updating a contact by id",
        statement=(
            "PUT /contact/{id} updates an existing contact; the answer is the text "
            "`Contact with id='<id>' has been updated`. An unknown id is answered 404, an "
            "`externalCustomerId` that belongs to another contact 400."
        ),
        sources=(Source.CONTACTS, Source.EXTERNAL_ID, Source.REFERENCE, Source.FIELD),
        decision="The external ID of a deleted contact still belongs to it.",
        when_broken="the request is answered 404 or 400",
    ),
    Rule(
        id="CON-04",
        title="Deleting and erasing a contact",
        statement=(
            "DELETE /contact/{id} answers the text `Contact with id='<id>' has been deleted`, and "
            "so does DELETE /contact with the query `externalCustomerId=…&erase=…`. An unknown "
            "contact is answered 404 with a text that contains `not found`. `erase=true` removes "
            "the contact's events too; without it the contact can be restored."
        ),
        sources=(Source.CONTACTS, Source.REFERENCE, Source.FIELD),
        decision=(
            "`erase=true` removes the contact's orders, their history and its places in segments "
            "as well: all that it left behind. A contact that is deleted already can be erased, "
            "but not deleted again."
        ),
        when_broken="the request is answered 404",
    ),
    Rule(
        id="CON-05",
        title="Reading one contact",
        statement="GET /contact/{id} returns the contact; an unknown id is answered 404.",
        sources=(Source.CONTACTS, Source.REFERENCE),
        when_broken="the request is answered 404",
    ),
    Rule(
        id="CON-06",
        title="Searching for contacts",
        statement=(
            "GET /contacts searches by `externalCustomerId` (alone), or by `email`, `sms`, "
            "`firstname` and `lastname`. `startindex` counts from 1, `maxrows` goes up to 500, and "
            "the header `TotalCount` carries the total. A search without conditions is ordered by "
            "the time of update, newest first, or with `sortBy=contactId` by id. GET "
            "/group/{id}/contacts is ordered by id, or with `orderByTs=true` by the time of "
            "joining "
            "the segment; `asc=false` turns the order round."
        ),
        sources=(Source.CONTACTS, Source.REFERENCE),
        decision=(
            "With conditions the newest contacts come first; another value of `sortBy` is answered "
            "400. With `externalCustomerId` the other conditions are left alone, and a `maxrows` "
            "above 500 counts as 500."
        ),
    ),
    Rule(
        id="CON-07",
        title="Adding contacts in bulk",
        statement=(
            "POST /contacts takes up to 3,000 contacts. `dedupeOn` is one of `email`, `sms`, "
            "`push`, `email_or_sms`, `id`, `externalCustomerId` and `fieldId`; an "
            "`externalCustomerId` in a contact beats it. It also takes groups, "
            "`groupNamesExclude`, `restoreDeleted` and `eventKeyForNewContacts`. The answer is "
            '`{"id": 0, "asyncSessionId": …, "failedContacts": […]}`. GET '
            "/importstatus/{sessionId} answers `STARTED`, `IMPORTING`, `FINISHED` or `ERROR`, "
            "with the mapping. The event of `eventKeyForNewContacts` has the params `contactId`, "
            "`EmailAddress` and `SMS`, empty when not sent; its key is the email, else the phone. "
            "`ordersInfo` is a known value of `contactFields`."
        ),
        sources=(Source.CONTACTS, Source.REFERENCE, Source.FIELD),
        decision=(
            "The contacts are there when the answer is; a poll after another tells `STARTED`, "
            "`IMPORTING`, `FINISHED` all the same, or `ERROR` when every contact failed. A deleted "
            "contact fails unless `restoreDeleted` is true. A new contact keeps all that was sent, "
            "whatever `contactFields` names. Contacts times group names may be 30,000 at most: one "
            "request must not hold the others up."
        ),
        findings=(
            passed("found_by_id", "contact {contact} is found by id"),
            passed("found_by_field", "contact {contact} is found by its field"),
            passed("found", "contact {contact} is found by {param}"),
            noted(
                "found_too",
                (
                    "{param} belongs to contact {other}; contact {contact}, found by {kind}, has "
                    "priority"
                ),
            ),
            passed("generated", "generated for contact {contact}"),
        ),
    ),
    Rule(
        id="CON-08",
        title="Subscribing a contact",
        statement=(
            "POST /contact/subscribe finds the contact by external ID, then email, then phone, "
            'and answers `{"id": …}` (newer versions also `emailStatus` and `new`). It generates '
            "the event `subscribeFromApi` for a new contact and `subscribeUpdateFromApi` for an "
            "existing one, with `-<formType>` appended when that was sent. The event's params are "
            "`ContactId` and `EmailAddress`, its key the contact's id."
        ),
        sources=(Source.CONTACTS, Source.EXTERNAL_ID, Source.REFERENCE, Source.FIELD),
        decision=(
            "`emailStatus` is `ALREADY_SUBSCRIBED` for a contact that had the address, unless that "
            "was unsubscribed, and else `NEED_CONFIRMATION`. Two pages write `subscribeFromAPI`; "
            "`subscribeFromApi` is kept. A contact that exists keeps the "
            "channels it has, and gets those of the types it lacks."
        ),
        findings=(
            passed("found", "contact {contact} is found by {param}"),
            noted(
                "found_too",
                (
                    "{param} belongs to contact {other}; contact {contact}, found by {kind}, has "
                    "priority"
                ),
            ),
            passed("generated", "generated for contact {contact}"),
        ),
    ),
    Rule(
        id="CON-09",
        title="The channels of a contact",
        statement=(
            "Channels are `email`, `sms`, `viber`, `mobilepush`, `webpush` and others, each with a "
            "value. A single channel may arrive as an object instead of an array. A contact needs "
            "at least one channel or an external ID. More than two channels of one type are "
            "accepted with a warning."
        ),
        sources=(Source.CONTACTS, Source.REFERENCE, Source.FIELD),
        decision=(
            "The reference asks for channels; here an external ID will do. An update that would "
            "leave a contact without both is refused, and so is such a contact of POST /contacts."
        ),
        when_broken="the request is answered 400; warning `channels_of_one_type_many`",
        warnings=("channels_of_one_type_many",),
    ),
    Rule(
        id="CON-10",
        title="Repeated requests are refused",
        statement=(
            "The same POST /contact, PUT /contact/{id} or POST /contact/subscribe (same account, "
            "path and body) repeated within one minute is answered 409 with the text `Duplicated "
            "request`. The setting `duplicate_guard` switches this on; it is off by default, so "
            "that test suites may repeat themselves."
        ),
        sources=(Source.CONTACTS, Source.FIELD),
        decision="The setting is off by default.",
        when_broken="the request is answered 409 while the setting is on",
    ),
    Rule(
        id="CON-11",
        title="Groups sent with a contact",
        statement=(
            'POST and PUT /contact take `groups` as `{"name": …}` or a list of such: the contact '
            "goes into these static segments, which are made when new."
        ),
        sources=(Source.FIELD,),
        basis="observed",
        decision=(
            "A public client's guide shows it, no page of the vendor does. A shop that relies on "
            "it "
            "should use POST /contacts with `groupNames`."
        ),
    ),
    Rule(
        id="CON-12",
        title="Fields that no contact has",
        statement=(
            "A field that no contact has (`firstname`, `phone`) is dropped by the service without "
            "a "
            "word. Here the answer carries `X-Mock-Warnings: contact_field_unknown`, and the "
            "journal "
            "names the field and the one that was probably meant; of bulk methods too."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="warning `contact_field_unknown`",
        warnings=("contact_field_unknown",),
    ),
    Rule(
        id="CON-13",
        title="The subscription categories of contacts",
        statement=(
            "GET /subscriptions lists the account's categories, GET /contact/{id}/subscriptions "
            "those "
            'of a contact, and PUT /contact/{id}/subscriptions with `{"subscriptions": [key, …]}` '
            "replaces them. They are the ones that POST /contact/subscribe sets by key. An unknown "
            "contact is answered 404."
        ),
        sources=(Source.SUBSCRIPTIONS, Source.REFERENCE),
        decision=(
            "A key first seen makes a category, named like its key, in the one group there is."
        ),
        when_broken="the request is answered 404",
    ),
)
