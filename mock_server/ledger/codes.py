"""Verdicts, reason codes and warning codes: what each means, the way out, and its rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from mock_server.ledger.catalogue import RULES
from mock_server.ledger.entry import KINDS, Kind, rows
from mock_server.model import Verdict

__all__ = ["CODES", "VERDICT_TEXTS", "Code", "Kind", "VerdictText", "code_meaning", "codes_of"]


@dataclass(frozen=True, slots=True)
class Code:
    """A code of events: a reason, a warning or either, with its meaning, way out and rules."""

    code: str
    kinds: tuple[Kind, ...]
    meaning: str
    way_out: str
    rules: tuple[str, ...]

    def to_document(self) -> dict[str, Any]:
        """The code as the control API shows it: JSON values under camelCase keys."""
        return {
            "code": self.code,
            "kinds": list(self.kinds),
            "meaning": self.meaning,
            "wayOut": self.way_out,
            "rules": list(self.rules),
        }


@dataclass(frozen=True, slots=True)
class VerdictText:
    """A verdict in words: the answer on the wire, and what became of the event."""

    verdict: Verdict
    answer: str
    meaning: str


_TEXTS = """
    body_nearly_too_large | The body of the event is nearly as large as the service takes.
        | Send letters as UTF-8 rather than as `\\u` escapes, and leave out what no message shows.
    field_ignored | Something stands where no rule reads it, such as `items` beside `params`.
        | Send it as an element of `params`; the event's fix is the corrected body.
    value_suspicious | A value is what failed code leaves: `undefined`, `[object Object]`, `&amp;`,
        `{{name}}`.
        | Look at the code that fills this value; send it as plain text, or leave it out.
    earlier_event_lost | An event of this order came before the order did, and was ignored.
        | Send the events of an order one after the other, and the lost one again.
    order_goes_back | The change is older than what the order holds already.
        | Send the events of an order in the order in which they happened.
    amount_invalid | `discount`, `shipping` or `taxes` is not a number.
        | Send the amount alone, such as `10.50`, without a sign of percent or currency.
    params_misnamed | There is no `params`, and another field holds a list of names and values.
        | Send that list as `params`.
    date_unlikely | The `date` of the order is before 2000 or more than a year ahead.
        | Check the year: seconds and milliseconds are easily taken for one another.
    external_order_id_blanks | `externalOrderId` has blanks around it, which are part of the id.
        | Send the id without blanks, here and in every later event.
    parameter_name_near_miss | A parameter is almost named as a documented one, and is kept as an
        additional field. | Name it exactly as documented; letter case counts.
    item_url_not_absolute | The `url` or `imageUrl` of an item is not an absolute http(s) address.
        | Send the whole address, such as `https://shop.example/item/1`; messages show it.
    order_field_unknown | A field of an order or item is none of those of Add orders, and was
        dropped.
        | Send it in `additionalInfo`, or use Generate event, which keeps additional fields.
    identifier_too_long | An identifier in `params` has more than 300 characters.
        | Send the identifier as the account holds it, in at most 300 characters.
    identifier_forbidden_character | An identifier in `params` has a character that ENV-03 lists.
        | Send the identifier without that character.
    phone_not_international | The phone in `contactJson` begins with 0, so it has no country code.
        | Send it in international format, such as `380501234567`.
    contact_json_invalid | `contactJson` is not a JSON object, or has fields that are not valid.
        | Send the fields that ENV-18 lists, each in its form.
    site_event_param_missing | A site event lacks what the vendor requires of it.
        | Fill what SIT-01 lists, or nothing will be recommended or triggered.
    site_event_value_invalid | A value of a site event is not what the vendor defines.
        | Send an object or a list, or JSON text of one; and codes as SIT-01 has them.
    event_type_looks_like_site_event | The event type is almost one of the seven site events, and is
        a custom one. | Send the key exactly as the vendor writes it.
    contact_field_unknown | A contact was sent with a field that no contact has, and the field was
        dropped. | Name it as the service does; addresses and numbers are `channels`.
    channels_missing | A contact was sent with an external ID alone.
        | Send its `channels` too, as three pages of the vendor ask.
    custom_fields_ids_missing | Additional fields of an existing contact were sent, and stay as they
        were. | Name their ids in `customFieldsIDs` of POST /contacts.
    external_id_kept | The contact that was found has another external ID, which it keeps.
        | Send the external ID of the contact, or change it by PUT /contact/{id}.
    contact_value_invalid | A value of a contact is one that the service does not save.
        | Send the value in the form that the message names.
    channels_of_one_type_many | A contact was sent with more than two channels of one type.
        | Send one or two; which of more the service keeps is not documented.
    # The envelope.
    malformed_body | The body is not JSON, or not a JSON object.
        | Send one JSON object with `eventTypeKey`, `keyValue` and `params`.
    name_repeated | An object in the body has the same name twice, and only the last value counts.
        | Send each name of an object once.
    event_type_key_missing | `eventTypeKey` is missing, blank or not a string.
        | Send `eventTypeKey` as a string that is not blank.
    event_type_key_too_long | `eventTypeKey` has more than 100 characters.
        | Shorten `eventTypeKey` to 100 characters.
    event_type_key_forbidden_character | `eventTypeKey` has a character the service does not allow.
        | Leave out the characters that ENV-03 lists.
    key_value_too_long | `keyValue` has more than 300 characters.
        | Shorten `keyValue` to 300 characters.
    key_value_forbidden_character | `keyValue` has a character the service does not allow.
        | Leave out the characters that ENV-03 lists.
    key_value_malformed | `keyValue` is an object, an array or a boolean.
        | Send `keyValue` as text or a number, or leave it out.
    identifier_missing | The event has no `keyValue` and no parameter that identifies a contact.
        | Send a `keyValue`, or a parameter such as `email`, `phone` or `externalCustomerId`.
    param_malformed | `params` is not an array, or a param is not an object with a usable `name` and
        a `value`.
        | Send `params` as an array of `{"name": …, "value": …}`, each name a non-blank string.
    param_name_too_long | The name of a param has more than 100 characters.
        | Shorten the name to 100 characters.
    param_name_duplicate | Two params of the event have the same name. | Send each name once.
    v1_value_not_string | An array or object was sent in v1, where values are documented as strings.
        | Send the value as escaped JSON text, or use v2.
    body_too_large | The body of the request has more than 20 KB (20,480 bytes).
        | Send fewer or shorter parameters, for example fewer fields per item.
    required_params_missing | The event type validates its parameters, and a required one is missing
        or not filled. | Fill the parameters the answer lists as required, or change the event type.
    event_type_looks_like_order | The event type is a custom one, but almost spells an order event
        type. | Write `orderCreated`, `orderUpdated`, `orderDelivered` or `orderCancelled` exactly.
    # Whom it belongs to.
    contact_ambiguous | Several contacts hold the identifier; the one that was updated last is
        meant. | Send the `externalCustomerId` of the contact that is meant.
    identifier_placeholder | An identifier is a placeholder that guests share, or looks like one.
        | Leave it out for a guest, and send the e-mail address or the phone.
    identifiers_disagree | Two identifiers of the event belong to different contacts.
        | Send identifiers of one contact only, or expect the one with the higher priority.
    contact_identifier_missing | No parameter of the event identifies a contact; a `keyValue` alone
        does not.
        | Send one of the parameters of IDN-01 or, where the account sets its own, that one.
    contact_not_found | No contact has any of the identifiers the event sent.
        | Add the contact first, or correct the identifier: the trace names near misses.
    # Segmentation.
    segmentation_disabled | The event type does not take part in segmentation, so no order is saved.
        | Switch segmentation on for the event type.
    segmentation_limit | 50 event types take part in segmentation already, so this one does not.
        | Switch segmentation off for an event type that does not need it.
    # Orders.
    required_missing | A parameter the order event requires is missing or not filled.
        | Fill every parameter the trace names, spelled exactly so.
    status_invalid | `status` is not one of the five statuses.
        | Send one of those that ORD-03 lists, in capital letters.
    date_invalid | `date` is not a real date and time in the documented format.
        | Write it as in `2020-05-14T10:11:00`.
    date_not_documented_format | `date` has a fraction of a second or an offset, which the
        documented format has not. | Write it as in `2020-05-14T10:11:00`.
    total_cost_invalid | `totalCost` is not a finite number.
        | Send a number, or text that is one, such as `"258.0"`.
    total_cost_negative | `totalCost` is below zero. | Check the amount; the order keeps it as sent.
    external_order_id_invalid | `externalOrderId` is an object, an array or a boolean.
        | Send `externalOrderId` as text or a number.
    currency_unknown | `currency` is not an ISO 4217 code. | Send a three-letter code such as `UAH`.
    currency_unsupported | `currency` is an ISO 4217 code, but not one that is documented as
        supported. | Send `USD`, `EUR` or `UAH`, or ask the vendor about the currency.
    order_already_exists | `orderCreated` named an order that exists, so the order was updated.
        | Send `orderUpdated` for a known order, or a new `externalOrderId`.
    order_not_found | The order to be changed does not exist.
        | Create the order first; the trace says whether its own event was ignored earlier.
    order_contact_differs | The event names another contact than the order belongs to; the order
        keeps its contact. | Send the identifier of the order's contact, or none.
    status_reopened | The order was delivered or cancelled, and got another status.
        | Check the sequence of events, if that was not meant.
    status_unchanged | The order already had the status that the event sets.
        | Check whether the event was sent twice.
    total_mismatch | The items' costs do not add up to `totalCost`, by any of the readings tried.
        | Put the price after discount into each item's `cost`, or correct `totalCost`.
    # Items.
    items_not_a_list | `items` is neither an array nor text that holds one.
        | Send `items` as a JSON array of objects.
    items_not_json | `items` is text, but not valid JSON.
        | Send the array itself, or serialize it with a JSON library.
    item_required_missing | A required field of an item is missing or not filled.
        | Fill every path the trace names, such as `items[0].url`.
    item_not_an_object | An entry of `items` is not an object. | Send each item as a JSON object.
    item_category_missing | An item has no `category`, which a newer page of the guide requires.
        | Send a `category` with every item.
    item_nested_value_serialized | An array or object inside an item was kept as JSON text, and
        cannot be worked with. | Use plain values inside an item.
    item_value_invalid | The `quantity` or `cost` of an item is not a number in its range.
        | Send a `quantity` above zero and a `cost` of zero or more.
    items_empty | `items` is an empty array. | Leave `items` out, or send the items of the order.
    # Past events.
    occurred_missing | A past event does not say when it occurred.
        | Send `occurred` as `YYYY-MM-DDTHH:mm`.
    occurred_invalid | `occurred` is not a real date, or date and time.
        | Send `occurred` as `YYYY-MM-DD` or `YYYY-MM-DDTHH:mm`.
    occurred_too_deep | The event occurred longer ago than the account takes over.
        | Leave the event out, or raise the setting `past_event_depth_days`.
    occurred_in_future | `occurred` is later than the time of the account.
        | Send a time that is past, in the time zone of the contact or with its offset.
    key_value_missing | A past event has no `keyValue`; its params do not stand in for it.
        | Send a `keyValue` with every past event.
    # Add orders.
    order_malformed | A field of an order is of a type it cannot have.
        | Send text, numbers and objects as the error of the failed order says.
    # The transport.
    content_type_missing | The request has a JSON body but no content type.
        | Send the header `Content-Type: application/json`.
"""


def _describe(code: str, meaning: str, way_out: str) -> Code:
    kinds = tuple(
        kind for kind in KINDS if any(code in each.codes(kind) for each in RULES.values())
    )
    rules = tuple(
        each.id for each in RULES.values() if any(code in each.codes(kind) for kind in KINDS)
    )
    return Code(code, kinds, meaning, way_out, rules)


CODES: Mapping[str, Code] = MappingProxyType(
    {code: _describe(code, *texts) for code, *texts in rows(_TEXTS)}
)
"""Every reason and warning code, in the order in which the ledger's rules give them."""


def code_meaning(code: str) -> dict[str, Any]:
    """The meaning, the way out and the rules of a code, as JSON; of an unknown one its name."""
    return (CODES.get(code) or Code(code, (), code, "", ())).to_document()


_VERDICT_TEXTS = (
    VerdictText("applied", "200, empty body", "An order event that created or changed an order."),
    VerdictText(
        "recorded",
        "200, empty body",
        "An accepted event of any other type, stored in the event history.",
    ),
    VerdictText(
        "ignored", "200, empty body", "An order event that was accepted but changed no order."
    ),
    VerdictText(
        "rejected",
        "4xx, a text that says why",
        "Not accepted at all: a broken envelope, no identifier, too large, or without the "
        "parameters its event type requires.",
    ),
)
VERDICT_TEXTS: Mapping[Verdict, VerdictText] = MappingProxyType(
    {each.verdict: each for each in _VERDICT_TEXTS}
)
"""The four verdicts in words."""


def codes_of(kind: Kind) -> list[str]:
    """List the codes that are given as this kind."""
    return [each.code for each in CODES.values() if kind in each.kinds]


ErrorGroup = Literal["contact not found", "parameter error", "other error"]

ERROR_GROUPS: tuple[ErrorGroup, ...] = ("contact not found", "parameter error", "other error")
"""The groups, in the order they are shown; an event with reasons of several is in the first."""

_NOT_WHAT_WAS_SENT = ("segmentation_disabled", "order_not_found")


def error_group(reason: str) -> ErrorGroup:
    """The group of a reason code; a code that is not of the ledger is an "other error"."""
    code = CODES.get(reason)
    if code is None or reason in _NOT_WHAT_WAS_SENT:
        return "other error"
    by_identity = any(rule.startswith("IDN-") for rule in code.rules)
    return "contact not found" if by_identity else "parameter error"


def error_group_of(reasons: Iterable[str]) -> ErrorGroup | None:
    """The group an event with these reasons is counted in, once, if any."""
    groups = {error_group(each) for each in reasons}
    return next((each for each in ERROR_GROUPS if each in groups), None)
