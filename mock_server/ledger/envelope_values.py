"""ENV, continued: values and sizes, event types, versions and shapes of the body."""

from mock_server.ledger.entry import Rule, Source, failed, noted, passed

RULES = (
    Rule(
        id="ENV-10",
        title="What a param value may be",
        statement=(
            "In v2 and v3 a param's `value` may be any JSON value. In v1 it is documented as a "
            "string, "
            "with nested JSON sent as escaped text; numbers, booleans, arrays and objects are "
            "accepted in v1 too, because the vendor's own v1 example sends an array."
        ),
        sources=(Source.REFERENCE, Source.ORDERS_PAGE, Source.FIELD),
        parts=(
            ("an array in v1", Source.ORDERS_PAGE),
            ("numbers and booleans in v1", Source.FIELD),
        ),
        when_broken="warning `v1_value_not_string` for an array or an object in v1",
        warnings=("v1_value_not_string",),
        findings=(
            passed("any_value", "a value may be any JSON value"),
            passed("v1_plain", "v1: no value is an array or object"),
            noted(
                "v1_nested", "v1 documents values as text; {param} is {type}", "v1_value_not_string"
            ),
        ),
    ),
    Rule(
        id="ENV-11",
        title="A body is at most 20 KB",
        statement=(
            "The request body of an event has at most 20 KB, that is 20 × 1024 bytes. From 20,000 "
            "bytes on a warning says that it is nearly too large. Where only letters written as "
            "`\\uXXXX` make the difference, the text says so, with both sizes and the option that "
            "ends it."
        ),
        sources=(Source.GENERATE_EVENT,),
        decision=(
            "That a KB has 1024 bytes, the answer 413 and the warning: the documentation names the "
            "limit only. Of POST /past_events, each event may have that much."
        ),
        when_broken=(
            "rejected 413 `body_too_large`; from 20,000 bytes: warning `body_nearly_too_large`"
        ),
        reasons=("body_too_large",),
        warnings=("body_nearly_too_large",),
        findings=(
            failed(
                "too_large",
                "body_too_large",
                "the body has {size} bytes, more than 20480 (20 KB)",
                "the body had at most 20480 bytes",
            ),
            failed(
                "escaped",
                "body_too_large",
                (
                    "the body has {size} bytes ({size_kb} KB), more than 20480 (20 KB), only "
                    "because its letters stand as \\u escapes: as UTF-8 it has {plain} bytes "
                    "({plain_kb} KB). PHP: JSON_UNESCAPED_UNICODE, Python: ensure_ascii=False"
                ),
                (
                    "letters were sent as they are (PHP: JSON_UNESCAPED_UNICODE, Python: "
                    "ensure_ascii=False, Ruby: without ascii_only)"
                ),
            ),
            noted(
                "nearly",
                "the body has {size} bytes; past 20480 (20 KB) it is refused",
                "body_nearly_too_large",
            ),
            noted(
                "nearly_escaped",
                (
                    "the body has {size} bytes, nearly 20 KB, as its letters stand as \\u "
                    "escapes: as UTF-8 it has {plain} (PHP: JSON_UNESCAPED_UNICODE, Python: "
                    "ensure_ascii=False)"
                ),
                "body_nearly_too_large",
            ),
            passed("size", "{size} of 20480 bytes"),
        ),
    ),
    Rule(
        id="ENV-12",
        title="Empty external IDs do not count",
        statement=(
            "In v2 and v3 an `externalCustomerId` in `params` is not used for identification when "
            "its "
            'value is empty, blank, null or the text `"null"`. In v1 null and blank count as not '
            "filled."
        ),
        sources=(Source.EXTERNAL_ID, Source.REFERENCE),
        decision='In v2 and v3 `"null"` serves neither ORD-01 nor ORD-10 as an external ID.',
        findings=(
            noted("unusable", "{param} is {type}: it identifies nobody"),
            noted("not_filled", "{param} is not filled: it identifies nobody"),
            noted("null_text", '{param} is the text "null": it identifies nobody'),
        ),
    ),
    Rule(
        id="ENV-13",
        title="New keys create event types",
        param="eventTypeKey",
        statement=(
            "An `eventTypeKey` that the account does not know yet creates the event type in the "
            "account."
        ),
        sources=(Source.VALIDATION, Source.REFERENCE),
        findings=(
            passed("known", "the event type is known"),
            noted("new", "event type {key} is new: it is created"),
        ),
    ),
    Rule(
        id="ENV-14",
        title="An event type's required parameters",
        statement=(
            "When parameter validation is switched on for the event type, every parameter it marks "
            "as required must be present and filled. Otherwise the answer is 400 and its body is "
            "the text `The event should have the following params: ` followed by the JSON array of "
            'the type\'s parameters, each as `{"name", "required"}`.'
        ),
        sources=(Source.VALIDATION,),
        when_broken="rejected 400 `required_params_missing`",
        reasons=("required_params_missing",),
        findings=(
            passed("off", "parameter validation is off for this event type"),
            passed("filled", "every parameter the event type requires is filled"),
            failed(
                "not_filled",
                "required_params_missing",
                "the event type requires {param}, which is not filled",
                "{param} were filled",
            ),
            failed(
                "missing",
                "required_params_missing",
                "the event type requires {param}, which is missing",
                "{param} were filled",
            ),
        ),
    ),
    Rule(
        id="ENV-15",
        title="Event type keys are case-sensitive",
        param="eventTypeKey",
        statement=(
            "Event type keys are case-sensitive. `OrderCreated` is a custom event, not an order "
            "event. One that differs from the four only by letter case, `_`, `-` or blanks, or as "
            "people really misspell them (`orderCanceled`, `orderCreate`, `orderCompleted`, "
            "`orderINITIALIZED`), is warned of."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="recorded, with the warning `event_type_looks_like_order`",
        warnings=("event_type_looks_like_order",),
        findings=(
            passed("order_event", "{key} is an order event"),
            noted(
                "almost",
                "{key} is a custom event; did you mean {meant}?",
                "event_type_looks_like_order",
            ),
            noted("custom", "{key} is a custom event, not an order event"),
        ),
    ),
    Rule(
        id="ENV-16",
        title="Params under another name",
        statement=(
            "When there is no `params` and another field of the body holds a list of names and "
            "values, such as `parameters`, the event is taken as one without params. The hint "
            "names that field and nothing else."
        ),
        sources=(Source.FIELD,),
        basis="observed",
        when_broken="warning `params_misnamed`",
        warnings=("params_misnamed",),
        findings=(
            noted(
                "misnamed",
                "{name} holds names and values, params is absent; did you mean params?",
                "params_misnamed",
            ),
        ),
    ),
    Rule(
        id="ENV-17",
        title="Version three of the API",
        param="params",
        statement=(
            "POST /v3/event and POST /v3/past_events take what v2 takes. `params` may be an array, "
            "as in v2, or an object `{name: value}`; the record then holds the array."
        ),
        sources=(Source.GENERATE_EVENT, Source.FIELD),
        parts=(
            ("that v3 exists, needs no escaping and creates contacts", Source.GENERATE_EVENT),
            ("what connectors send", Source.FIELD),
        ),
        decision="That both shapes are taken: connectors have been seen to send either.",
        findings=(noted("object", "params is an object: each name and value is a param"),),
    ),
    Rule(
        id="ENV-18",
        title="Contact fields of an event",
        statement=(
            "In v2 and v3 a param `contactJson` is JSON (an object, or text that holds one) with "
            "fields of a contact: `firstname` and `lastname` (at most 60 characters), `email`, "
            "`sms` (international format: digits, blanks, hyphens, dots and brackets, with or "
            "without a leading `+`), `town`, `region`, `address`, `postcode`, `timeZone`, "
            "`languageCode`, `profileInputs` and `confirmed`. An event with fields that are not "
            "valid "
            "is answered 400 with these fields and why. The event does not create or change the "
            "contact by itself: a workflow does."
        ),
        sources=(Source.GENERATE_EVENT, Source.REFERENCE),
        decision=(
            "Which values are valid, where no page says it: a zone is a name of the tz database "
            "(`Etc/GMT+03` too), a language two letters, or four with a region. Unknown fields are "
            "let through, and fields that are not filled count as not sent. A number that begins "
            "with 0 has no country code: it is taken with a warning. Values are those of CON-15; a "
            "name of 41 to 60 characters is let through with its warning."
        ),
        when_broken="rejected 400 `contact_json_invalid`; warning `phone_not_international`",
        reasons=("contact_json_invalid",),
        warnings=("phone_not_international",),
        findings=(
            failed(
                "not_json",
                "contact_json_invalid",
                "{param} is not JSON",
                "{param} were a JSON object",
            ),
            failed(
                "not_an_object",
                "contact_json_invalid",
                "{param} is {type}, not an object",
                "{param} were an object",
            ),
            failed(
                "invalid",
                "contact_json_invalid",
                "{param} is {value}, not {wanted}",
                "{param} were {wanted}",
            ),
            noted(
                "not_international",
                "{param} is {value}: a number that begins with 0 has no country code",
                "phone_not_international",
            ),
            passed("valid", "{param} has {count} fields, each of them valid"),
        ),
    ),
    Rule(
        id="ENV-19",
        title="Encoded bodies are not understood",
        statement=(
            "A body with a `Content-Encoding` other than `identity` is answered 415 with a text "
            "that "
            "names the encoding. It is journaled as a refused request, not recorded as an event."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="the request is answered 415",
    ),
)
