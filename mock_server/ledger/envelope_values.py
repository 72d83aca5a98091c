"""ENV, continued: values, sizes, event types, versions, shapes, misplaced and leftover values."""

from mock_server.ledger.entry import Source, declare

RULES = (
    declare(
        "ENV-10 What a param value may be",
        """In v2 and v3 a param's `value` may be any JSON value. In v1 it is documented as a string,
        with nested JSON sent as escaped text; numbers, booleans, arrays and objects are accepted in
        v1 too, because the vendor's own v1 example sends an array.""",
        (Source.REFERENCE, Source.ORDERS_PAGE, Source.FIELD),
        parts=(
            ("an array in v1", Source.ORDERS_PAGE),
            ("numbers and booleans in v1", Source.FIELD),
        ),
        when_broken="warning `v1_value_not_string` for an array or an object in v1",
        findings="""
            passed any_value | a value may be any JSON value
            passed v1_plain | v1: no value is an array or object
            noted v1_nested v1_value_not_string | v1 documents values as text; {param} is {type}""",
    ),
    declare(
        "ENV-11 A body is at most 20 KB",
        """The request body of an event has at most 20 KB, that is 20 × 1024 bytes. From 20,000
        bytes on a warning says that it is nearly too large. Where only letters written as `\\uXXXX`
        make the difference, the text says so, with both sizes and the option that ends it.""",
        Source.GENERATE_EVENT,
        decision="""That a KB has 1024 bytes, the answer 413 and the warning: the documentation
        names the limit only. Of POST /past_events, each event may have that much.""",
        when_broken="""rejected 413 `body_too_large`; from 20,000 bytes: warning
        `body_nearly_too_large`""",
        findings="""
            failed too_large body_too_large | the body has {size} bytes, more than 20480 (20 KB)
                | the body had at most 20480 bytes
            failed escaped body_too_large | the body has {size} bytes ({size_kb} KB), more than
                20480 (20 KB), only because its letters stand as \\u escapes: as UTF-8 it has
                {plain} bytes ({plain_kb} KB). PHP: JSON_UNESCAPED_UNICODE, Python:
                ensure_ascii=False | letters were sent as they are (PHP: JSON_UNESCAPED_UNICODE,
                Python: ensure_ascii=False, Ruby: without ascii_only)
            noted nearly body_nearly_too_large
                | the body has {size} bytes; past 20480 (20 KB) it is refused
            noted nearly_escaped body_nearly_too_large
                | the body has {size} bytes, nearly 20 KB, as its letters stand as \\u escapes: as
                UTF-8 it has {plain} (PHP: JSON_UNESCAPED_UNICODE, Python: ensure_ascii=False)
            passed size | {size} of 20480 bytes""",
    ),
    declare(
        "ENV-12 Empty external IDs do not count",
        """In v2 and v3 an `externalCustomerId` in `params` is not used for identification when
        its value is empty, blank, null or the text `"null"`. In v1 null and blank count as not
        filled.""",
        (Source.EXTERNAL_ID, Source.REFERENCE),
        decision='In v2 and v3 `"null"` serves neither ORD-01 nor ORD-10 as an external ID.',
        findings="""
            noted unusable | {param} is {type}: it identifies nobody
            noted not_filled | {param} is not filled: it identifies nobody
            noted null_text | {param} is the text "null": it identifies nobody""",
    ),
    declare(
        "ENV-13 New keys create event types",
        """An `eventTypeKey` that the account does not know yet creates the event type in the
        account.""",
        (Source.VALIDATION, Source.REFERENCE),
        param="eventTypeKey",
        findings="""
            passed known | the event type is known
            noted new | event type {key} is new: it is created""",
    ),
    declare(
        "ENV-14 An event type's required parameters",
        """When parameter validation is switched on for the event type, every parameter it marks as
        required must be present and filled. Otherwise the answer is 400 and its body is the text
        `The event should have the following params: ` followed by the JSON array of the type's
        parameters, each as `{"name", "required"}`.""",
        Source.VALIDATION,
        when_broken="rejected 400 `required_params_missing`",
        findings="""
            passed off | parameter validation is off for this event type
            passed filled | every parameter the event type requires is filled
            failed not_filled required_params_missing
                | the event type requires {param}, which is not filled | {param} were filled
            failed missing required_params_missing
                | the event type requires {param}, which is missing | {param} were filled""",
    ),
    declare(
        "ENV-15 Event type keys are case-sensitive",
        """Event type keys are case-sensitive. `OrderCreated` is a custom event, not an order event.
        One that differs from the four only by letter case, `_`, `-` or blanks, or as people really
        misspell them (`orderCanceled`, `orderCreate`, `orderCompleted`, `orderINITIALIZED`), is
        warned of.""",
        Source.PROJECT,
        param="eventTypeKey",
        when_broken="recorded, with the warning `event_type_looks_like_order`",
        findings="""
            passed order_event | {key} is an order event
            noted almost event_type_looks_like_order
                | {key} is a custom event; did you mean {meant}?
            noted custom | {key} is a custom event, not an order event""",
    ),
    declare(
        "ENV-16 Params under another name",
        """When there is no `params` and another field of the body holds a list of names and values,
        such as `parameters`, the event is taken as one without params. The hint names that field
        and nothing else.""",
        Source.FIELD,
        findings="""
            noted misnamed params_misnamed
                | {name} holds names and values, params is absent; did you mean params?""",
    ),
    declare(
        "ENV-17 Version three of the API",
        """POST /v3/event and POST /v3/past_events take what v2 takes. `params` may be an array, as
        in v2, or an object `{name: value}`; the record then holds the array.""",
        (Source.GENERATE_EVENT, Source.FIELD),
        param="params",
        parts=(
            ("that v3 exists, needs no escaping and creates contacts", Source.GENERATE_EVENT),
            ("what connectors send", Source.FIELD),
        ),
        decision="That both shapes are taken: connectors have been seen to send either.",
        findings="""
            noted object | params is an object: each name and value is a param""",
    ),
    declare(
        "ENV-18 Contact fields of an event",
        """In v2 and v3 a param `contactJson` is JSON (an object, or text that holds one) with
        fields of a contact: `firstname` and `lastname` (at most 60 characters), `email`, `sms`
        (international format: digits, blanks, hyphens, dots and brackets, with or without a leading
        `+`), `town`, `region`, `address`, `postcode`, `timeZone`, `languageCode`, `profileInputs`
        and `confirmed`. An event with fields that are not valid is answered 400 with these fields
        and why. The event does not create or change the contact by itself: a workflow does.""",
        (Source.GENERATE_EVENT, Source.REFERENCE),
        decision="""Which values are valid, where no page says it: a zone is a name of the tz
        database (`Etc/GMT+03` too), a language two letters, or four with a region. Unknown fields
        are let through, and fields that are not filled count as not sent. A number that begins with
        0 has no country code: it is taken with a warning. Values are those of CON-15; a name of 41
        to 60 characters is let through with its warning.""",
        when_broken="rejected 400 `contact_json_invalid`; warning `phone_not_international`",
        findings="""
            failed not_json contact_json_invalid | {param} is not JSON | {param} were a JSON object
            failed not_an_object contact_json_invalid | {param} is {type}, not an object
                | {param} were an object
            failed invalid contact_json_invalid | {param} is {value}, not {wanted}
                | {param} were {wanted}
            noted not_international phone_not_international
                | {param} is {value}: a number that begins with 0 has no country code
            passed valid | {param} has {count} fields, each of them valid""",
    ),
    declare(
        "ENV-19 Encoded bodies are not understood",
        """A body with a `Content-Encoding` other than `identity` is answered 415 with a text that
        names the encoding. It is journaled as a refused request, not recorded as an event.""",
        Source.PROJECT,
        when_broken="the request is answered 415",
    ),
    declare(
        "ENV-20 The right thing in the wrong place",
        """What stands in the wrong place is recognised, and the fix is the corrected body: fields
        of the event or of the order beside `params` (up to a flat body); the whole order inside one
        param; `params` inside `params`; a list of events, or `{"events": […]}`, sent to Generate
        event; JSON text of JSON; text before or after the JSON; an object with the keys 0, 1, 2 …
        where a list belongs; `occurred` beside the params, which counts in past events alone; names
        of the envelope in another spelling. What no rule reads and is not empty is a warning that
        names it, unless ENV-16 says it already.""",
        Source.PROJECT,
        when_broken="warning `field_ignored`; the reasons stay those of the other rules",
        findings="""
            passed in_place | the body has no field but those of an event
            noted ignored field_ignored | {name} is not a field of an event: it is left alone
            noted near_field field_ignored | {name} is not a field of an event: it is left alone;
                did you mean {near}? | `{param}` were named `{near}`
            noted beside field_ignored | beside params, where no rule looks: {names}
                | {names} stood among the params
            noted occurred field_ignored
                | occurred counts in past events (POST /past_events) alone: here it is left alone
            noted inside_param | the param {param} holds what belongs among the params: {names}
                | what is inside the param `{param}` ({names}) stood among the params
            noted inside_order | {param} of an order holds what belongs into the order: {names}
                | what is inside `{param}` ({names}) stood in the order itself
            noted batch | the body {seen}; an object with {list} is expected
                | the body were an object with {list}
            noted beside_list field_ignored | beside {list}, where no rule looks: {names}
            noted list_of_events | the body holds {count} in a list; Generate event takes one event
                a request | each event were sent in a request of its own
            noted json_in_text | the body is text that holds JSON: it was encoded twice
                | the body were encoded as JSON once
            noted text_around | JSON stands in the body, with other text {where} it: {text}
                | the body had nothing {where} the JSON
            noted numbered_keys | params is an object with the keys 0, 1, …, as PHP sends a list
                with gaps | params were an array (in PHP: array_values)""",
    ),
    declare(
        "ENV-21 Values that failed code leaves behind",
        """`[object Object]`, `undefined`, `NaN`, `null`, `None`, `true` or `false` (as text or
        boolean) where a name, an ID or an address belongs, HTML entities such as `&amp;` in a name
        or an address, and a template that was not filled (`{{name}}`, `%s`, `${id}`) are judged
        like any other value, with a warning that names the path and the value; in events, orders
        and contacts. Where a rule speaks of an identifier already, this one does not.""",
        Source.PROJECT,
        findings="""
            noted left_over value_suspicious
                | {param} is {value}: what code leaves where a value is missing
            noted entity value_suspicious | {param} has the HTML entity {entity} in it: {value}
                | {param} were sent without HTML entities
            noted template value_suspicious
                | {param} holds {found}, a template that was not filled: {value}""",
    ),
)
