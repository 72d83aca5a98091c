"""WIRE: the transport, that is HTTP as the emulated service speaks it."""

from mock_server.ledger.entry import Source, declare

RULES = (
    declare(
        "WIRE-01 Success is an empty 200",
        """An accepted event is answered with status 200, an empty body and `Content-Length: 0`,
        whatever becomes of it afterwards.""",
        Source.FIELD,
    ),
    declare(
        "WIRE-02 Basic authentication with the API key",
        """Requests carry Basic authentication: any user name, the API key as the password. A
        missing or blank key is answered 401, with JSON that has `status: 401` and the header
        `WWW-Authenticate: Basic`.""",
        (Source.REFERENCE, Source.FIELD),
        when_broken="the request is answered 401",
    ),
    declare(
        "WIRE-03 Bearer tokens for events",
        """POST /v1/auth/token gives a bearer token, as a JSON string. It serves for POST /event and
        POST /past_events in every version, and for DELETE /v1/past_events.""",
        Source.REFERENCE,
        decision="""The reference lists v1 only. A token does not expire: it outlives restarts and
        resets, and new tokens do not end old ones.""",
        when_broken="the request is answered 401",
    ),
    declare(
        "WIRE-04 Errors are short texts",
        """Every other 4xx carries a short text whose first sentence says what is wrong in under 100
        characters, never an HTML page. JSON goes out as `application/json;charset=UTF-8`, and so do
        the bare texts that answer a change of a contact or of a segment.""",
        (Source.REFERENCE, Source.FIELD),
        parts=(("the content types, as recorded", Source.FIELD),),
    ),
    declare(
        "WIRE-05 Methods and content types",
        """Bodies are JSON: another content type is answered 415. `application/json; charset=UTF-8`
        is fine in any letter case. A wrong method is answered 405 with `Allow`. A JSON body without
        a content type is tolerated with a warning.""",
        Source.REFERENCE,
        decision="A JSON body without a content type is tolerated.",
        when_broken="""the request is answered 415 or 405; no content type: warning
        `content_type_missing`""",
        findings="""
            noted assumed content_type_missing
                | there is no Content-Type; application/json is assumed""",
    ),
    declare(
        "WIRE-06 Paths and their versions",
        """Paths are answered with and without a trailing slash, under `/api/v1/…` and
        `/api/v2/…`, the event methods under `/api/v3/…` too. A path is normalised once, before
        anything looks at it: split at `/`, empty segments dropped, `.` and `..` resolved, each
        segment decoded once.""",
        Source.FIELD,
        decision="Each path answers in the versions in which it is documented.",
    ),
    declare(
        "WIRE-07 Rate limits per method",
        """Requests are limited per method and second: POST /event of all versions together 350,
        POST /past_events 100, DELETE /past_events 5, GET /contacts 50, everything else 200
        together. One over the limit is answered 429. Off unless switched on (setting
        `rate_limits`).""",
        Source.RATE_LIMITS,
        decision="Limits are off by default.",
        when_broken="the request is answered 429 while limits are on",
    ),
    declare(
        "WIRE-08 Routes that are not emulated",
        """A documented route that is not emulated is answered 501, with a text that says so and
        where the routes that are stand; an unknown one is answered 404, with the route that was
        probably meant. Both are journaled, as is every other request outside `/_mock`.""",
        Source.PROJECT,
        when_broken="the request is answered 501 or 404",
    ),
    declare(
        "WIRE-09 Version and account information",
        """GET /v1/version and GET /v2/version answer `{"version": …, "protocolVersion": "1.0"}`;
        GET /v1/account/info answers `{"orgId": …, "userEmail": …, "organisationName": …}`, where
        `orgId` is a number (setting `org_id`): the vendor's own shop modules refuse an API key
        without it.""",
        (Source.REFERENCE, Source.FIELD),
    ),
    declare(
        "WIRE-10 A list of one element",
        """`results` of GET /contacts/email, `failedContacts`, `fieldGroups` and `fields` are lists;
        one of a single element comes as that element, an object. The setting `single_element_lists`
        can make it an array.""",
        Source.REFERENCE,
    ),
    declare(
        "WIRE-11 Pages of other origins",
        """Answers of Generate event carry `Access-Control-Allow-…` headers. The emulator sends
        them, and answers preflights, under `/api` and for the origins that `--cors-origin`
        names.""",
        Source.FIELD,
        decision="No origin is named by default: no web page may reach the emulator unasked.",
    ),
    declare(
        "WIRE-12 OAuth is not emulated",
        """The service also takes bearer tokens of OAuth 2.0. They are not emulated; the 401 says
        so.""",
        Source.REFERENCE,
        when_broken="the request is answered 401",
    ),
    declare(
        "WIRE-13 What cannot be written down",
        """What cannot be written down, because there is no room or no permission, is answered 507
        with a short text; nothing of it is kept and no verdict is given. A batch names what of it
        was not stored.""",
        Source.PROJECT,
        when_broken="the request is answered 507",
    ),
    declare(
        "WIRE-14 Attempts are counted",
        """What the server itself refuses is an entry of the journal like every refused request,
        with how it came (`via`), the host that was asked for, and the way out: malformed HTTP, two
        lengths, a request that is too large or too slow, a body cut off, a TLS hello on a plain
        port, a CONNECT that is refused, a handshake that fails. At most 100 a second are written
        down; the others are counted (`droppedAttempts`).""",
        Source.PROJECT,
        when_broken="the request is refused, and counts for `--fail-on refused`",
    ),
    declare(
        "WIRE-15 Writes that find nothing",
        """A write answered 404 (PUT of an unknown contact, attach to an unknown segment) is a
        refused request: something was lost. A look-up that finds nothing is not, nor a DELETE of
        what is gone. `GET /` and `HEAD /` are not requests of the shop.""",
        Source.PROJECT,
        when_broken="the request counts for `--fail-on refused`",
    ),
    declare(
        "WIRE-16 Decided by the headers",
        """Host, origin, token, read-only and size are decided when the headers are whole, before a
        byte of the body is kept; `Expect: 100-continue` is answered by that decision. A client that
        sends on is answered first, then read and thrown away for a short time, then closed. A body
        has at most: a state or a seed 1 GiB, all else under `/_mock` 1 MiB, under `/api` 10 MiB (an
        event 20 KiB, ENV-11).""",
        Source.PROJECT,
        when_broken="the request is answered 401, 403 or 413",
    ),
)
