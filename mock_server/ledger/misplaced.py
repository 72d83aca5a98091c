"""ENV-20 and ENV-21: the right thing in the wrong place, and values that failed code leaves."""

from mock_server.ledger.entry import Rule, Source, noted, passed

RULES = (
    Rule(
        id="ENV-20",
        title="The right thing in the wrong place",
        statement=(
            "What stands in the wrong place is recognised, and the fix is the corrected body: "
            "fields of the event or of the order beside `params` (up to a flat body); the whole "
            "order inside one param; `params` inside `params`; a list of events, or "
            '`{"events": […]}`, sent to Generate event; JSON text of JSON; text before or after '
            "the JSON; an object with the keys 0, 1, 2 … where a list belongs; `occurred` beside "
            "the params, which counts in past events alone; names of the envelope in another "
            "spelling. What no rule reads and is not empty is a warning that names it, unless "
            "ENV-16 says it already."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="warning `field_ignored`; the reasons stay those of the other rules",
        warnings=("field_ignored",),
        findings=(
            passed("in_place", "the body has no field but those of an event"),
            noted(
                "ignored",
                "{name} is not a field of an event: it is left alone",
                "field_ignored",
            ),
            noted(
                "near_field",
                "{name} is not a field of an event: it is left alone; did you mean {near}?",
                "field_ignored",
                "{param} were named {near}",
            ),
            noted(
                "beside",
                "beside params, where no rule looks: {names}",
                "field_ignored",
                "{names} stood among the params",
            ),
            noted(
                "occurred",
                "occurred counts in past events (POST /past_events) alone: here it is left alone",
                "field_ignored",
            ),
            noted(
                "inside_param",
                "the param {param} holds what belongs among the params: {names}",
                "",
                "what is inside {param} ({names}) stood among the params",
            ),
            noted(
                "list_of_events",
                "the body holds {count} in a list; Generate event takes one event a request",
                "",
                "each event were sent in a request of its own",
            ),
            noted(
                "json_in_text",
                "the body is text that holds JSON: it was encoded twice",
                "",
                "the body were encoded as JSON once",
            ),
            noted(
                "text_around",
                "JSON stands in the body, with other text {where} it: {text}",
                "",
                "the body had nothing {where} the JSON",
            ),
            noted(
                "numbered_keys",
                "params is an object with the keys 0, 1, …, as PHP sends a list with gaps",
                "",
                "params were an array (in PHP: array_values)",
            ),
        ),
    ),
    Rule(
        id="ENV-21",
        title="Values that failed code leaves behind",
        statement=(
            "`[object Object]`, `undefined`, `NaN`, `null`, `None`, `true` or `false` (as text or "
            "boolean) where a name, an ID or an address belongs, HTML entities such as `&amp;` in "
            "a name or an address, and a template that was not filled (`{{name}}`, `%s`, `${id}`) "
            "are judged like any other value, with a warning that names the path and the value. "
            "Where a rule speaks of an identifier already, this one does not."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="warning `value_suspicious`",
        warnings=("value_suspicious",),
        findings=(
            noted(
                "left_over",
                "{param} is {value}: what code leaves where a value is missing",
                "value_suspicious",
            ),
            noted(
                "entity",
                "{param} has the HTML entity {entity} in it: {value}",
                "value_suspicious",
                "{param} were sent without HTML entities",
            ),
            noted(
                "template",
                "{param} holds {found}, a template that was not filled: {value}",
                "value_suspicious",
            ),
        ),
    ),
)
