"""CON: contacts."""

from mock_server.ledger.entry import Rule, Source

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
            "the header `TotalCount` carries the total."
        ),
        sources=(Source.CONTACTS, Source.REFERENCE),
        decision=(
            "The newest contacts come first. With `externalCustomerId` the other conditions are "
            "left alone, and a `maxrows` above 500 counts as 500."
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
            "with the mapping."
        ),
        sources=(Source.CONTACTS, Source.REFERENCE, Source.FIELD),
        decision=(
            "The contacts are there when the answer is; a poll after another tells `STARTED`, "
            "`IMPORTING`, `FINISHED` all the same, or `ERROR` when every contact failed. A deleted "
            "contact fails unless `restoreDeleted` is true. A new contact keeps all that was sent, "
            "whatever `contactFields` names."
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
            "was unsubscribed, and else `NEED_CONFIRMATION`. A contact that exists keeps the "
            "channels it has, and gets those of the types it lacks."
        ),
    ),
    Rule(
        id="CON-09",
        title="The channels of a contact",
        statement=(
            "Channels are `email`, `sms`, `viber`, `mobilepush`, `webpush` and others, each with a "
            "value. A single channel may arrive as an object instead of an array. A contact needs "
            "at least one channel or an external ID."
        ),
        sources=(Source.CONTACTS, Source.REFERENCE, Source.FIELD),
        decision=(
            "The reference asks for channels; here an external ID will do. An update that would "
            "leave a contact without both is refused, and so is such a contact of POST /contacts."
        ),
        when_broken="the request is answered 400",
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
)
