"""PST: past events, `POST /past_events` and `DELETE /past_events`."""

from mock_server.ledger.entry import Source, declare

RULES = (
    declare(
        "PST-01 At most 500 past events",
        "One request carries up to 500 events; one with more is answered 400.",
        Source.PAST_EVENTS,
        when_broken="the request is answered 400",
    ),
    declare(
        "PST-02 Required fields of a past event",
        """Each event needs `eventTypeKey`, `keyValue` and `occurred`, written `YYYY-MM-DD` or
        `YYYY-MM-DDTHH:mm`; seconds are tolerated. A time without an offset is in the contact's time
        zone. The same goes for every date without an offset: the `date` of orders in RFM, revenue
        and segments, and `from` and `to`.""",
        (Source.PAST_EVENTS, Source.GETTING_STARTED),
        param="occurred",
        parts=(("time zones", Source.GETTING_STARTED),),
        decision="""A contact without `timeZone`, and what is nobody's, is in that of the account,
        the setting `time_zone` (UTC by default). Dates are stored as they were sent, and read when
        something is computed from them; the time of a past event is fixed when it is taken over. A
        fraction and an offset are tolerated too. An event without `eventTypeKey` or `keyValue`, or
        with a broken envelope, has the result `SERVER_ERROR`.""",
        when_broken="""the event's result is an error status of PST-03; it is recorded as rejected,
        for `occurred_missing`, `occurred_invalid` or `key_value_missing`""",
        findings="""
            failed missing occurred_missing | occurred is not filled
                | occurred were a time as YYYY-MM-DD or YYYY-MM-DDTHH:mm
            failed invalid occurred_invalid | occurred {problem}
                | occurred were a real time as YYYY-MM-DD or YYYY-MM-DDTHH:mm
            failed key_value_missing key_value_missing
                | keyValue is not filled, which a past event needs | keyValue were filled
            passed local | {value} has no offset: it is read in {zone}
            passed occurred | occurred {occurred}""",
    ),
    declare(
        "PST-03 One result per past event",
        """The answer is 200 with `{"results": [{"status": …}], "successCount": n, "errorCount":
        n}`, one result per event in the order sent. The statuses are `ACCEPTED`,
        `OCCURRED_DATE_IS_REQUIRED`, `INCORRECT_OCCURRED_DATE_FORMAT`, `OCCURRED_TIME_TOO_DEPTH`,
        `OCCURRED_TIME_IN_FUTURE`, `EVENT_SEGMENTATION_DISABLED` and `SERVER_ERROR`.""",
        (Source.PAST_EVENTS, Source.REFERENCE),
        param="occurred",
        decision="""An error result also has a `message` that says why, unless the setting
        `explain_headers` is off. An order event that is ignored was accepted all the same.""",
        when_broken="rejected, for `occurred_in_future`, when it is still to come",
        findings="""
            failed in_future occurred_in_future | occurred {value} is later than now, {now}
                | occurred were not in the future""",
    ),
    declare(
        "PST-04 How far back events go",
        """An event that occurred more than 5 years ago is too deep in the past; order events are
        kept for 5 years. The setting `past_event_depth_days` changes the limit.""",
        Source.PAST_EVENTS,
        param="occurred",
        decision="""5 years, the time order events are kept, is our reading of too deep; that the
        limit is a setting is our choice.""",
        when_broken="the event's result is `OCCURRED_TIME_TOO_DEPTH`; rejected `occurred_too_deep`",
        findings="""
            failed too_deep occurred_too_deep | occurred {value} is more than {depth} days ago
                | occurred were at most {depth} days ago (setting past_event_depth_days)
            passed recent | not more than {depth} days ago""",
    ),
    declare(
        "PST-05 Past order events change orders",
        """Past order events go through the same ORD rules and keep `occurred` as their time. They
        trigger nothing.""",
        Source.PAST_EVENTS,
    ),
    declare(
        "PST-06 Deleting the events of a period",
        """DELETE takes `{"from", "to"}`, both inclusive and written `YYYY-MM-DDTHH:mm`, and removes
        the events that occurred in that period. It is off until it is switched on in the account
        (setting `allow_delete_events`), and answers 403 while off. Orders stay.""",
        Source.PAST_EVENTS,
        decision="""The answer while it is off is 403, and orders outlive their deleted events. An
        event that is not a past event occurred when it was received; `to` includes its whole
        minute, or day.""",
        when_broken="the request is answered 403 while it is switched off",
    ),
)
