"""SND-01, SND-02, SND-05: the message for one recipient of a call that sends."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_server import jsonio
from mock_server.documents.account_settings import Sender
from mock_server.model import Document
from mock_server.rules.message.data import explained
from mock_server.rules.message.message import Message, Surroundings, filled_template
from mock_server.rules.message.workflow import UNSUBSCRIBED, kept_message
from mock_server.rules.values import json_type
from mock_server.velocity import STEPS, Budget, TemplateError
from mock_server.velocity import Allowance as Allowance

_ADDRESS_IN_BRACKETS = re.compile(r"<([^<>]*)>\s*")


@dataclass(frozen=True, slots=True)
class Content:
    """The content to send: templates, unless it is not `personal`, and the sender."""

    channel: str
    text: str
    subject: str | None = None
    sender: str | None = None
    personal: bool = True


def steps_for_all() -> Allowance:
    """The steps that the templates for all recipients of one request may do together."""
    return Allowance(10 * STEPS)


def content_of(message: Document, language: str | None, from_name: str | None) -> Content:
    """The content of a stored message in a language, or in its own if it is not translated."""
    translations = message.get("translations") or {}
    texts = {**message, **translations.get(language or "", {})}
    sender = texts.get("from")
    if from_name is not None and isinstance(sender, str):
        found = _ADDRESS_IN_BRACKETS.search(sender)
        sender = f'"{from_name}" <{found[1] if found else sender}>'
    text = texts.get("htmlText" if message["channel"] == "email" else "text")
    subject = texts.get("subject", texts.get("title"))
    return Content(
        message["channel"],
        text if isinstance(text, str) else "",
        subject if isinstance(subject, str) else None,
        sender if isinstance(sender, str) else None,
    )


def message_data(json_param: Any) -> dict[str, Any]:
    """The value of `$data` for a recipient's `jsonParam`. Raises `TemplateError` if not JSON."""
    if json_param is None or json_param == "":
        return {}
    value = json_param
    if isinstance(value, str):
        try:
            value = jsonio.loads(value.encode())
        except (jsonio.MalformedJson, UnicodeEncodeError) as error:
            raise TemplateError(f"jsonParam is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise TemplateError(f"jsonParam is {json_type(value)}, not an object")
    return {name: explained(each) for name, each in value.items()}


def sent_message(
    content: Content,
    address: str | None,
    contact_id: int | None,
    data: Mapping[str, Any],
    around: Surroundings,
    budget: Budget,
    problems: Iterable[str] = (),
) -> dict[str, Any]:
    """The message for one recipient, as the outbox keeps it; `problems` are why nobody gets it."""
    found = [*problems]
    message, subject = Message("", (), ()), content.subject
    if not found:
        message, subject = _filled(content, contact_id, data, around, budget)
        found += [f"the template failed: {each}" for each in message.errors]
    if address is not None and content.channel == "email" and around.is_unsubscribed(address):
        found.append(UNSUBSCRIBED)
    return kept_message(message, address, subject, found)


def _filled(
    content: Content,
    contact_id: int | None,
    data: Mapping[str, Any],
    around: Surroundings,
    budget: Budget,
) -> tuple[Message, str | None]:
    if not content.personal:
        return Message(content.text, (), ()), content.subject
    names: dict[str, Any] = {"data": dict(data)}
    if contact_id is not None:
        names["ContactId"] = contact_id
    text = filled_template(content.text, names, around, budget)
    if content.subject is None:
        return text, None
    subject = filled_template(content.subject, names, around, budget)
    missing = dict.fromkeys([*subject.missing, *text.missing])
    return Message(text.text, [*missing], [*subject.errors, *text.errors]), subject.text


def sender_problem(sender: str | None, channel: str, senders: Iterable[Sender]) -> str | None:
    """SND-05: why a sender is not one of the account, or None; an account without any takes all."""
    known = [each.value for each in senders if each.type == channel]
    if not known or sender is None:
        return None
    found = _ADDRESS_IN_BRACKETS.search(sender)
    tried = {sender.strip().casefold(), (found[1].strip() if found else sender).casefold()}
    for each in known:
        bare = _ADDRESS_IN_BRACKETS.search(each)
        if each.strip().casefold() in tried or (bare and bare[1].strip().casefold() in tried):
            return None
    return f"from {sender[:100]} is not a sender of the account. Senders: {', '.join(known[:10])}."
