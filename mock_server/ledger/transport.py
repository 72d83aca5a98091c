"""WIRE: the transport, that is HTTP as the emulated service speaks it."""

from mock_server.ledger.entry import Rule, Source, noted

RULES = (
    Rule(
        id="WIRE-01",
        title="Success is an empty 200",
        statement=(
            "An accepted event is answered with status 200, an empty body and `Content-Length: 0`, "
            "whatever becomes of it afterwards."
        ),
        sources=(Source.FIELD,),
        basis="observed",
    ),
    Rule(
        id="WIRE-02",
        title="Basic authentication with the API key",
        statement=(
            "Requests carry Basic authentication: any user name, the API key as the password. A "
            "missing or blank key is answered 401, with JSON that has `status: 401` and the header "
            "`WWW-Authenticate: Basic`."
        ),
        sources=(Source.REFERENCE, Source.FIELD),
        when_broken="the request is answered 401",
    ),
    Rule(
        id="WIRE-03",
        title="Bearer tokens for events",
        statement=(
            "POST /v1/auth/token gives a bearer token, as a JSON string. It serves for POST "
            "/event and POST /past_events in every version, and for DELETE /v1/past_events."
        ),
        sources=(Source.REFERENCE,),
        decision=(
            "The reference lists v1 only. A token does not expire: it outlives restarts and "
            "resets, and new tokens do not end old ones."
        ),
        when_broken="the request is answered 401",
    ),
    Rule(
        id="WIRE-04",
        title="Errors are short texts",
        statement=(
            "Every other 4xx carries a short text whose first sentence says what is wrong in "
            "under 100 characters, never an HTML page. JSON goes out as "
            "`application/json;charset=UTF-8`, and so do the bare "
            "texts that answer a change of a contact or of a segment."
        ),
        sources=(Source.REFERENCE, Source.FIELD),
        parts=(("the content types, as recorded", Source.FIELD),),
    ),
    Rule(
        id="WIRE-05",
        title="Methods and content types",
        statement=(
            "Bodies are JSON: another content type is answered 415. `application/json; "
            "charset=UTF-8` is fine in any letter case. A wrong method is answered 405 with "
            "`Allow`. A JSON body without a content type is tolerated with a warning."
        ),
        sources=(Source.REFERENCE,),
        decision="A JSON body without a content type is tolerated.",
        when_broken=(
            "the request is answered 415 or 405; no content type: warning `content_type_missing`"
        ),
        warnings=("content_type_missing",),
        findings=(
            noted(
                "assumed",
                "there is no Content-Type; application/json is assumed",
                "content_type_missing",
            ),
        ),
    ),
    Rule(
        id="WIRE-06",
        title="Paths and their versions",
        statement=(
            "Paths are answered with and without a trailing slash, under `/api/v1/…` and "
            "`/api/v2/…`, the event methods under `/api/v3/…` too. A path is normalised once, "
            "before anything looks at it: split at `/`, empty segments dropped, `.` and `..` "
            "resolved, each segment decoded once."
        ),
        sources=(Source.FIELD,),
        basis="observed",
        decision="Each path answers in the versions in which it is documented.",
    ),
    Rule(
        id="WIRE-07",
        title="Rate limits per method",
        statement=(
            "Requests are limited per method and second: POST /event of all versions together 350, "
            "POST /past_events 100, DELETE /past_events 5, GET /contacts 50, everything else 200 "
            "together. One over the limit is answered 429. Off unless switched on (setting "
            "`rate_limits`)."
        ),
        sources=(Source.RATE_LIMITS,),
        decision="Limits are off by default.",
        when_broken="the request is answered 429 while limits are on",
    ),
    Rule(
        id="WIRE-08",
        title="Routes that are not emulated",
        statement=(
            "A documented route that is not emulated is answered 501, with a text that says so and "
            "where the routes that are stand; an unknown one is answered 404, with the route that "
            "was probably meant. Both are journaled, as is every other request outside `/_mock`."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="the request is answered 501 or 404",
    ),
    Rule(
        id="WIRE-09",
        title="Version and account information",
        statement=(
            "GET /v1/version and GET /v2/version answer "
            '`{"version": …, "protocolVersion": "1.0"}`; GET /v1/account/info answers '
            '`{"orgId": …, "userEmail": …, "organisationName": …}`, where `orgId` is a number '
            "(setting `org_id`): the vendor's own shop modules refuse an API key without it."
        ),
        sources=(Source.REFERENCE, Source.FIELD),
    ),
    Rule(
        id="WIRE-10",
        title="A list of one element",
        statement=(
            "`results` of GET /contacts/email, `failedContacts`, `fieldGroups` and `fields` are "
            "lists; one of a single element comes as that element, an object. The setting "
            "`single_element_lists` can make it an array."
        ),
        sources=(Source.REFERENCE,),
    ),
    Rule(
        id="WIRE-11",
        title="Pages of other origins",
        statement=(
            "Answers of Generate event carry `Access-Control-Allow-…` headers. The emulator sends "
            "them, and answers preflights, under `/api` and for the origins that `--cors-origin` "
            "names."
        ),
        sources=(Source.FIELD,),
        basis="observed",
        decision="No origin is named by default: no web page may reach the emulator unasked.",
    ),
    Rule(
        id="WIRE-12",
        title="OAuth is not emulated",
        statement=(
            "The service also takes bearer tokens of OAuth 2.0. They are not emulated; the 401 "
            "says so."
        ),
        sources=(Source.REFERENCE,),
        when_broken="the request is answered 401",
    ),
    Rule(
        id="WIRE-13",
        title="What cannot be written down",
        statement=(
            "What cannot be written down, for want of room or permission, is answered 507 with a "
            "short text; nothing of it is kept and no verdict is given. A batch names what of it "
            "was not stored."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="the request is answered 507",
    ),
    Rule(
        id="WIRE-14",
        title="Attempts are counted",
        statement=(
            "What the server itself refuses is an entry of the journal like every refused request, "
            "with how it came (`via`), the host that was asked for, and the way out: malformed "
            "HTTP, two lengths, a request that is too large or too slow, a body cut off, a TLS "
            "hello on a plain port, a CONNECT that is refused, a handshake that fails. At most 100 "
            "a second are written down; the others are counted (`droppedAttempts`)."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="the request is refused, and counts for `--fail-on refused`",
    ),
    Rule(
        id="WIRE-15",
        title="Writes that find nothing",
        statement=(
            "A write answered 404 (PUT of an unknown contact, attach to an unknown segment) is a "
            "refused request: something was lost. A look-up that finds nothing is not, nor a "
            "DELETE of what is gone. `GET /` and `HEAD /` are not requests of the shop."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="the request counts for `--fail-on refused`",
    ),
    Rule(
        id="WIRE-16",
        title="Decided by the headers",
        statement=(
            "Host, origin, token, read-only and size are decided when the headers are whole, "
            "before a byte of the body is kept; `Expect: 100-continue` is answered by that "
            "decision. A client that sends on is answered first, then read and thrown away for a "
            "short time, then closed. A body has at most: a state or a seed 1 GiB, all else under "
            "`/_mock` 1 MiB, under `/api` 10 MiB (an event 20 KiB, ENV-11)."
        ),
        sources=(Source.PROJECT,),
        basis="our decision",
        when_broken="the request is answered 401, 403 or 413",
    ),
)
