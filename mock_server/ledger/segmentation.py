"""SEG: segmentation by events."""

from mock_server.ledger.entry import Source, declare

RULES = (
    declare(
        "SEG-01 Orders need segmentation by events",
        """An order is saved only if the type of its event takes part in segmentation. Here
        segmentation is on for every event type until it is switched off.""",
        Source.ORDERS_PAGE,
        decision="Segmentation is on by default; in a real account it has to be set up first.",
        findings="""
            passed on | the event type takes part in segmentation
            failed off segmentation_disabled | event type {key} does not take part in segmentation,
                so its orders are not saved | segmentation were on for event type {key}
            failed past_off segmentation_disabled | event type {key} does not take part in
                segmentation | segmentation were on for event type {key}""",
    ),
    declare(
        "SEG-02 At most 50 segmented event types",
        """At most 50 event types take part in segmentation. With automatic segmentation a 51st type
        is recorded with segmentation off. The four order event types always count first.""",
        Source.SEGMENTATION,
        decision="""Which type loses is our choice: the newest one, and never one of the four order
        event types, for which room is kept. Switching segmentation on for more, by the control API
        or a seed, is refused.""",
        when_broken="recorded, with the warning `segmentation_limit`",
        findings="""
            noted limit segmentation_limit | 50 event types take part in segmentation already (the
                four order types count first): {key} does not""",
    ),
    declare(
        "SEG-03 Selecting contacts by their events",
        """Contacts can be selected by events and their parameters: event type, count (equals, more,
        less, between), parameter conditions (also inside `items`), period, first event, last event.
        For example everyone who bought item X within a week. Only events that came while their type
        took part in segmentation are used: switching it on later does not reach back. Events are
        placed in time by `occurred` where they have it, else by when they were received.""",
        (Source.ORDERS_PAGE, Source.SEGMENTATION),
        decision="""Only `applied` and `recorded` events of a known contact select, by the time they
        happened. A missing parameter meets no operator but the opposites, such as not equals. A
        count of none, as in less than 3, selects contacts without any such event.""",
    ),
)
