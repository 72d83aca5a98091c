"""ITM: the items of an order."""

from mock_server.ledger.entry import Rule, Source, failed, noted, passed

RULES = (
    Rule(
        id="ITM-01",
        title="Items are a list",
        param="items",
        statement=(
            "`items` is optional. It is a JSON array, or a string that holds one. An object with "
            "the "
            "keys 0, 1, … is a PHP list with gaps, and is told as such."
        ),
        sources=(Source.ORDERS_PAGE,),
        when_broken="ignored `items_not_a_list` or `items_not_json`",
        reasons=("items_not_a_list", "items_not_json"),
        decision="That `items` of another type ignores the event is our choice.",
        findings=(
            noted("none", "there are no items: they are optional"),
            passed("counted", "items is an array of {count}"),
            failed(
                "not_an_array",
                "items_not_a_list",
                "items is {type}, not an array",
                "items were an array",
            ),
            noted("text", "items is text that holds JSON: {type}"),
            failed(
                "list_with_gaps",
                "items_not_a_list",
                (
                    "items is an object with the keys 0, 1, …, as PHP sends a list with gaps; "
                    "not an array"
                ),
                "items were an array (in PHP: array_values)",
            ),
            failed(
                "not_json",
                "items_not_json",
                "items is text that is not JSON: {error}",
                "items were a JSON array, or text that holds one",
            ),
        ),
    ),
    Rule(
        id="ITM-02",
        title="Required fields of an item",
        param="items",
        statement=(
            "Each item is an object in which these are filled: `externalItemId`, `name`, "
            "`quantity`, `cost`, `url`, `imageUrl`. What is missing is named by its path, such as "
            "`items[0].url`."
        ),
        sources=(Source.ORDERS_PAGE,),
        decision="An item that is not an object has a code of its own, `item_not_an_object`.",
        when_broken="ignored `item_required_missing` or `item_not_an_object`",
        reasons=("item_required_missing", "item_not_an_object"),
        findings=(
            failed(
                "not_an_object",
                "item_not_an_object",
                "{param} is {type}, not an object",
                "{param} were an object with {fields}",
            ),
            noted(
                "near", "near miss: {param} → did you mean {name}?", "", "{param} were named {name}"
            ),
            passed("complete", "each item has externalItemId, name, quantity, cost, url, imageUrl"),
            failed(
                "not_filled",
                "item_required_missing",
                "{param} is not filled",
                "{param} were filled",
            ),
            failed("missing", "item_required_missing", "{param} is missing", "{param} were filled"),
        ),
    ),
    Rule(
        id="ITM-03",
        title="The category of an item",
        param="items",
        statement=(
            "A newer version of the page on sending orders requires `category` in every item, and "
            "so "
            "does the Android SDK; the page itself does not. An item without it is accepted with a "
            "warning."
        ),
        sources=(Source.ORDERS_PAGE_NEWER, Source.FIELD),
        parts=(
            ("a newer version of the page", Source.ORDERS_PAGE_NEWER),
            ("the Android SDK", Source.FIELD),
        ),
        when_broken="warning `item_category_missing`",
        warnings=("item_category_missing",),
        findings=(
            passed("categorized", "each item has a category"),
            noted(
                "no_category",
                "{param} is not filled; a newer page of the guide requires it",
                "item_category_missing",
            ),
        ),
    ),
    Rule(
        id="ITM-04",
        title="How deep items may nest",
        param="items",
        statement=(
            "Nesting is supported to the second level: the array, and the objects in it. An array "
            "or object inside an item is kept as its serialized JSON text."
        ),
        sources=(Source.ORDERS_PAGE,),
        when_broken="warning `item_nested_value_serialized`",
        warnings=("item_nested_value_serialized",),
        findings=(
            passed("flat", "no item holds an array or object"),
            noted(
                "nested",
                "{param} is {type}: it is kept as its JSON text",
                "item_nested_value_serialized",
            ),
        ),
    ),
    Rule(
        id="ITM-05",
        title="Quantity and cost of an item",
        param="items",
        statement=(
            "`quantity` and `cost` are numbers, or text that is a number. The quantity is above "
            "zero, the cost is not negative."
        ),
        sources=(Source.ADD_ORDERS, Source.REFERENCE),
        decision=(
            "Both fields are documented as numbers; the bounds, and that a value out of them "
            "ignores the event, are our choice."
        ),
        when_broken="ignored `item_value_invalid`",
        reasons=("item_value_invalid",),
        findings=(
            passed("numbers", "each quantity is above zero, no cost is negative"),
            failed(
                "invalid",
                "item_value_invalid",
                "{param} {value} is not {wanted}",
                "{param} were {wanted}",
            ),
        ),
    ),
    Rule(
        id="ITM-06",
        title="An empty list of items",
        param="items",
        statement="An empty array of items is allowed, with a warning.",
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="warning `items_empty`",
        warnings=("items_empty",),
        findings=(noted("empty", "items is an empty array", "items_empty"),),
    ),
    Rule(
        id="ITM-07",
        title="Addresses are absolute",
        param="items",
        statement=(
            "`url` and `imageUrl` are absolute http(s) addresses. Anything else is kept and warned "
            "of, since messages show them."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="warning `item_url_not_absolute`",
        warnings=("item_url_not_absolute",),
        findings=(
            passed("absolute", "each url and imageUrl is an absolute address"),
            noted(
                "not_absolute",
                "{param} {value} is not an absolute http(s) address: a message shows it as it is",
                "item_url_not_absolute",
            ),
        ),
    ),
    Rule(
        id="ITM-08",
        title="Extras of any sign",
        param="totalCost",
        statement=(
            "`total_mismatch` (ORD-17) is not said where the total fits with discount, shipping "
            "and taxes each left out, added or taken off, whatever the sign they were sent with."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        findings=(
            passed("fits", "the items add up to totalCost {seen} with another sign of {extras}"),
        ),
    ),
)
