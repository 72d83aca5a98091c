"""ITM: the items of an order."""

from mock_server.ledger.entry import Source, declare

RULES = (
    declare(
        "ITM-01 Items are a list",
        """`items` is optional. It is a JSON array, or a string that holds one. An object with the
        keys 0, 1, … is a PHP list with gaps, and is told as such.""",
        Source.ORDERS_PAGE,
        param="items",
        decision="That `items` of another type ignores the event is our choice.",
        findings="""
            noted none | there are no items: they are optional
            passed counted | items is an array of {count}
            failed not_an_array items_not_a_list | items is {type}, not an array
                | items were an array
            noted text | items is text that holds JSON: {type}
            failed list_with_gaps items_not_a_list | items is an object with the keys 0, 1, …, as
                PHP sends a list with gaps; not an array
                | items were an array (in PHP: array_values)
            failed not_json items_not_json | items is text that is not JSON: {error}
                | items were a JSON array, or text that holds one""",
    ),
    declare(
        "ITM-02 Required fields of an item",
        """Each item is an object in which these are filled: `externalItemId`, `name`, `quantity`,
        `cost`, `url`, `imageUrl`. What is missing is named by its path, such as `items[0].url`.""",
        Source.ORDERS_PAGE,
        param="items",
        decision="An item that is not an object has a code of its own, `item_not_an_object`.",
        findings="""
            failed not_an_object item_not_an_object | {param} is {type}, not an object
                | {param} were an object with {fields}
            noted near | near miss: {param} → did you mean {name}? | {param} were named {name}
            passed complete | each item has externalItemId, name, quantity, cost, url, imageUrl
            failed not_filled item_required_missing | {param} is not filled | {param} were filled
            failed missing item_required_missing | {param} is missing | {param} were filled""",
    ),
    declare(
        "ITM-03 The category of an item",
        """A newer version of the page on sending orders requires `category` in every item, and so
        does the Android SDK; the page itself does not. An item without it is accepted with a
        warning.""",
        (Source.ORDERS_PAGE_NEWER, Source.FIELD),
        param="items",
        parts=(
            ("a newer version of the page", Source.ORDERS_PAGE_NEWER),
            ("the Android SDK", Source.FIELD),
        ),
        findings="""
            passed categorized | each item has a category
            noted no_category item_category_missing
                | {param} is not filled; a newer page of the guide requires it""",
    ),
    declare(
        "ITM-04 How deep items may nest",
        """Nesting is supported to the second level: the array, and the objects in it. An array or
        object inside an item is kept as its serialized JSON text.""",
        Source.ORDERS_PAGE,
        param="items",
        findings="""
            passed flat | no item holds an array or object
            noted nested item_nested_value_serialized
                | {param} is {type}: it is kept as its JSON text""",
    ),
    declare(
        "ITM-05 Quantity and cost of an item",
        """`quantity` and `cost` are numbers, or text that is a number. The quantity is above zero,
        the cost is not negative.""",
        (Source.ADD_ORDERS, Source.REFERENCE),
        param="items",
        decision="""Both fields are documented as numbers; the bounds, and that a value out of them
        ignores the event, are our choice.""",
        findings="""
            passed numbers | each quantity is above zero, no cost is negative
            failed invalid item_value_invalid | {param} {value} is not {wanted}
                | {param} were {wanted}""",
    ),
    declare(
        "ITM-06 An empty list of items",
        "An empty array of items is allowed, with a warning.",
        Source.PROJECT,
        param="items",
        findings="""
            noted empty items_empty | items is an empty array""",
    ),
    declare(
        "ITM-07 Addresses are absolute",
        """`url` and `imageUrl` are absolute http(s) addresses. Anything else is kept and warned of,
        since messages show them.""",
        Source.PROJECT,
        param="items",
        findings="""
            passed absolute | each url and imageUrl is an absolute address
            noted not_absolute item_url_not_absolute | {param} {value} is not an absolute
                http(s) address: a message shows it as it is""",
    ),
    declare(
        "ITM-08 Extras of any sign",
        """`total_mismatch` (ORD-17) is not said where the total fits with discount, shipping and
        taxes each left out, added or taken off, whatever the sign they were sent with.""",
        Source.PROJECT,
        param="totalCost",
        findings="""
            passed fits | the items add up to totalCost {seen} with another sign of {extras}""",
    ),
)
