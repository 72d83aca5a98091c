"""SIT: site events sent from a backend."""

from mock_server.ledger.entry import Rule, Source, noted, passed

RULES = (
    Rule(
        id="SIT-01",
        title="What a site event requires",
        statement=(
            "Seven event types tell of what visitors do: `pageViewed` requires `page` with "
            "`location`; `productViewed` and `productAddedToWishlist` require `product` with "
            "`productId` and `price`; `productCategoryViewed` requires `category` with "
            "`productCategoryId`; `cartUpdated` requires `recycleStateId`, and `products` with "
            "`productId`, `quantity` and `price` each, unless the cart is empty; "
            "`productImpressions` requires `recomVariantId` (`r12v34`) and `products` with "
            "`productId` each; `searchRequest` requires `search`. `currencyCode` is a code of ISO "
            "4217, `isInStock` and `isFound` are 0 or 1."
        ),
        sources=(Source.SITE_EVENTS,),
        decision=(
            "The event is recorded whatever it holds, as any event is; what is required and not "
            "filled is warned of, since such an event drives no recommendation and no trigger."
        ),
        when_broken="warning `site_event_param_missing` or `site_event_value_invalid`",
        warnings=("site_event_param_missing", "site_event_value_invalid"),
        findings=(
            passed("complete", "{key} has what the vendor requires"),
            noted(
                "missing", "{key} requires {param}, which is not filled", "site_event_param_missing"
            ),
            noted("not_an_object", "{param} is {type}, not an object", "site_event_value_invalid"),
            noted("not_an_array", "{param} is {type}, not an array", "site_event_value_invalid"),
            noted("empty", "{param} is empty", "site_event_value_invalid"),
            noted(
                "currency", "{param} {value} is not a code of ISO 4217", "site_event_value_invalid"
            ),
            noted("flag", "{param} is {value}, not 0 or 1", "site_event_value_invalid"),
            noted("variant", "{param} is {value}, not like r12v34", "site_event_value_invalid"),
        ),
    ),
    Rule(
        id="SIT-02",
        title="JSON text in site events",
        statement="A value of a site event that is JSON text is read as what it holds.",
        sources=(Source.SITE_EVENTS,),
        when_broken="warning `site_event_value_invalid` for text that is not JSON",
        warnings=("site_event_value_invalid",),
        findings=(noted("not_json", "{param} is not JSON", "site_event_value_invalid"),),
    ),
    Rule(
        id="SIT-03",
        title="Near types of site events",
        param="eventTypeKey",
        statement=(
            "A type that differs from one of the seven only by letter case, `_`, `-` or blanks is "
            "a "
            "custom event, and is warned of."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="warning `event_type_looks_like_site_event`",
        warnings=("event_type_looks_like_site_event",),
        findings=(
            noted(
                "almost",
                "{key} is a custom event; did you mean {meant}?",
                "event_type_looks_like_site_event",
            ),
        ),
    ),
)
