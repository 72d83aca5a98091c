"""ENV: the envelope of an event, that is `eventTypeKey`, `keyValue` and `params`."""

from mock_server.ledger.entry import Source, declare

RULES = (
    declare(
        "ENV-01 The body is an object",
        "The body of the request is a JSON object.",
        Source.REFERENCE,
        decision="An object that has a name twice is accepted; the last value counts.",
        when_broken="rejected 400 `malformed_body`; a name twice: warning `name_repeated`",
        findings="""
            passed object | the body is a JSON object
            noted repeated name_repeated
                | an object of the body has {name} more than once; the last one counts
            failed not_json malformed_body | the body is not JSON: {error}
                | the body were a JSON object
            failed not_an_object malformed_body | the body is {type}, not a JSON object
                | the body were a JSON object
            noted unknown_field | {name} is not a field of an event, and empty: left alone
            failed past_not_an_object malformed_body | the event is {type}, not a JSON object
                | the event were a JSON object""",
    ),
    declare(
        "ENV-02 An event type key is required",
        """`eventTypeKey` is required. It is a string that is not blank and has at most 100
        characters.""",
        (Source.VALIDATION, Source.REFERENCE),
        param="eventTypeKey",
        when_broken="rejected 400 `event_type_key_missing` or `event_type_key_too_long`",
        findings="""
            passed key | {key}
            failed missing event_type_key_missing | eventTypeKey is missing
                | eventTypeKey were filled
            failed not_filled event_type_key_missing | eventTypeKey is not filled
                | eventTypeKey were filled
            failed not_text event_type_key_missing | eventTypeKey is {type}, not text
                | eventTypeKey were text
            failed too_long event_type_key_too_long | eventTypeKey has {count} characters, more than
                100 | eventTypeKey had at most 100 characters""",
    ),
    declare(
        "ENV-03 Characters an event type key cannot have",
        """`eventTypeKey` has none of the characters `` < ; ’ \\ / | " ` ' ^ ? ! , > `` (separated
        by blanks here; a blank itself is allowed).""",
        (Source.VALIDATION, Source.REFERENCE),
        param="eventTypeKey",
        when_broken="rejected 400 `event_type_key_forbidden_character`",
        findings="""
            passed clean | no forbidden character
            failed forbidden event_type_key_forbidden_character | eventTypeKey {key} has forbidden
                characters: {found} | eventTypeKey had none of {found}""",
    ),
    declare(
        "ENV-04 The key value is optional text",
        """`keyValue` is optional. It has at most 300 characters and none of the characters that
        ENV-03 forbids. A number is accepted and kept as its text.""",
        (Source.VALIDATION, Source.REFERENCE, Source.FIELD),
        param="keyValue",
        parts=(("a number", Source.FIELD),),
        decision="""A `keyValue` that is an object, an array or a boolean is rejected: clients are
        only known to send text and numbers.""",
        when_broken="""rejected 400 `key_value_too_long`, `key_value_forbidden_character` or
        `key_value_malformed`""",
        findings="""
            passed clean | short enough, no forbidden character
            noted not_filled | keyValue is not filled; it is optional
            failed malformed key_value_malformed | keyValue is {type}, not text or a number
                | keyValue were text or a number
            failed too_long key_value_too_long | keyValue has {count} characters, more than 300
                | keyValue had at most 300 characters
            failed forbidden key_value_forbidden_character | keyValue {text} has forbidden
                characters: {found} | keyValue had none of {found}""",
    ),
    declare(
        "ENV-05 A missing key value comes from params",
        """A `keyValue` that is missing or blank is taken from `params`, from the first of these
        that is there, by the names of IDN-01: contact ID, external customer ID, email, phone, push
        token.""",
        Source.GENERATE_EVENT,
        decision="""An identifier in `params` of more than 300 characters, or with a character of
        ENV-03, is documented as not allowed, and what then happens is not: here it is taken, with a
        warning.""",
        findings="""
            noted too_long identifier_too_long | {param} has {count} characters, more than 300
            noted forbidden identifier_forbidden_character
                | {param} {value} has forbidden characters: {found}
            noted taken | keyValue is taken from {param}: {value}""",
    ),
    declare(
        "ENV-06 An event identifies somebody",
        """An event that has neither a `keyValue` nor one of the identifiers of ENV-05 is not
        accepted.""",
        Source.GENERATE_EVENT,
        param="keyValue",
        decision="""The vendor's pages disagree: one accepts a `keyValue` alone, another wants an
        identifier in `params`, and the newest schema of v2 has no `keyValue`. Here a `keyValue`
        alone is accepted.""",
        when_broken="rejected 400 `identifier_missing`",
        findings="""
            failed nobody identifier_missing | there is no keyValue, and no contactId,
                externalCustomerId, email, phone or pushToken
                | keyValue (or an identifier, such as phone) were filled
            passed key_value | keyValue {value}
            passed identifier | identified by {param}""",
    ),
    declare(
        "ENV-07 Params are name and value pairs",
        """`params` is an array of objects, each with both a `name` and a `value`. It may be empty
        or absent. A `value` of null counts as present but not filled.""",
        (Source.VALIDATION, Source.REFERENCE, Source.FIELD),
        param="params",
        parts=(("a `value` of null", Source.FIELD),),
        decision="`params` that is null counts as absent.",
        when_broken="rejected 400 `param_malformed`",
        findings="""
            noted none | there are no params
            failed not_an_array param_malformed | params is {type}, not an array
                | params were an array of objects with name and value
            failed not_an_object param_malformed | {param} is {type}, not an object
                | {param} were an object with name and value
            failed lacks param_malformed | {param} has no {field} | {param} had a {field}
            passed pairs | {count} params, each with name and value
            passed empty | params is an empty array""",
    ),
    declare(
        "ENV-08 What a param name is",
        "The `name` of a param is a string that is not blank and has at most 100 characters.",
        (Source.VALIDATION, Source.REFERENCE),
        param="params",
        when_broken="rejected 400 `param_name_too_long` or `param_malformed`",
        findings="""
            passed fit | each name is filled and short enough
            failed not_text param_malformed | {param} is {type}, not text | {param} were text
            failed blank param_malformed | {param} is blank | {param} were filled
            failed too_long param_name_too_long | {param} has {count} characters, more than 100
                | {param} had at most 100 characters""",
    ),
    declare(
        "ENV-09 Param names are unique",
        """No two params of an event have the same name. Names are compared exactly, including
        letter case.""",
        Source.VALIDATION,
        param="params",
        when_broken="rejected 400 `param_name_duplicate`",
        findings="""
            passed differ | no name is sent twice
            failed twice param_name_duplicate | param {name} is sent more than once
                | param {name} were sent once""",
    ),
)
