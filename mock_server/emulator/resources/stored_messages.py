"""Stored messages of all channels, with their translations (SND-06)."""

from typing import Any

from mock_server.documents.messages import MESSAGE_CHANNELS
from mock_server.emulator.errors import InvalidError, RefusedError
from mock_server.emulator.host import Resource
from mock_server.model import Document
from mock_server.names import way_out
from mock_server.rules.values import filled, json_type

_OURS = ("id", "channel", "translations", "languages")
_GIVEN = ("id", "translations", "languages")
_LONGEST = 100_000


class StoredMessages(Resource):
    """The stored messages of an account. What is refused raises `RefusedError`."""

    def find(self, channel: str | None = None, search: str | None = None) -> list[Document]:
        """The messages of a channel, oldest first; those with this text in their name."""
        wanted = (search or "").casefold()
        return [
            each
            for each in self._state.rows("messages")
            if channel in (None, each["channel"]) and wanted in str(each["name"]).casefold()
        ]

    def find_one(self, message_id: int) -> Document | None:
        """One message of any channel, or None."""
        return self._state.get("messages", message_id)

    def get(self, message_id: int, channel: str | None = None) -> Document:
        """One message, of any channel or of this one."""
        found = self.find_one(message_id)
        if found is None or channel not in (None, found["channel"]):
            raise self._unknown(message_id, channel)
        return found

    def add(self, channel: str, sent: Document) -> Document:
        """Store a message; it gets an `id`."""
        content = _checked(channel, sent, MESSAGE_CHANNELS[channel])
        with self._host.paused():
            number = self._state.next_numbers().get("messages", 1)
            made = {"id": number, "channel": channel, **content}
            self._state.commit({"messages": [made]})
        return made

    def replace(self, channel: str, message_id: int, sent: Document) -> None:
        """Put other content in place of a message's; its translations stay."""
        content = _checked(channel, sent, MESSAGE_CHANNELS[channel])
        with self._host.paused():
            known = self.get(message_id, channel)
            kept = {name: known[name] for name in _OURS if name in known}
            self._state.commit({"messages": [{**kept, **content}]})

    def remove(self, channel: str, message_id: int) -> None:
        """Remove a message with its translations; what was sent of it stays in the outbox."""
        with self._host.paused():
            self.get(message_id, channel)
            self._state.commit({}, {"messages": [message_id]})

    def translate(self, channel: str, message_id: int, language: str, sent: Document) -> None:
        """Put a translation; it needs the texts of its channel, and no name of its own."""
        needed = [each for each in MESSAGE_CHANNELS[channel] if each not in ("name", "from")]
        content = _checked(channel, sent, tuple(needed))
        self._put_translations(channel, message_id, {language: content})

    def remove_translation(self, channel: str, message_id: int, language: str) -> None:
        """Remove a translation."""
        self._put_translations(channel, message_id, {language: None})

    def _put_translations(
        self, channel: str, message_id: int, changes: dict[str, Document | None]
    ) -> None:
        with self._host.paused():
            known = self.get(message_id, channel)
            held = dict(known.get("translations") or {})
            for language, content in changes.items():
                if content is None and language not in held:
                    there_is = f"It has {', '.join(held)}." if held else "It has none."
                    text = f"Message with id='{message_id}' has no translation '{language[:40]}'."
                    raise RefusedError(404, "translation_unknown", f"{text} {there_is}")
                if content is None:
                    del held[language]
                else:
                    held[language] = content
            self._state.commit({"messages": [{**known, "translations": held}]})

    def new(self, wanted: list[Document]) -> list[Document]:
        """Of the messages of a seed those that are not there yet; the caller holds the account."""
        known = [{**each, "id": None} for each in self.find()]
        return [each for each in wanted if {**each, "id": None} not in known]

    def _unknown(self, message_id: int, channel: str | None) -> RefusedError:
        known = [str(each["id"]) for each in self.find(channel)[:10]]
        there_is = f"Known: {', '.join(known)}." if known else "There are none yet."
        kind = f" of {channel}" if channel else ""
        text = f"Message{kind} with id='{message_id}' not found. {there_is}"
        return RefusedError(404, "message_unknown", f"{text} POST /v1/messages/email stores one.")


def checked_message(sent: Any, what: str) -> Document:
    """A message of a seed or of the control API, with its `channel`. Raises `InvalidError`."""
    channel = sent.get("channel") if isinstance(sent, dict) else None
    if not isinstance(channel, str) or channel not in MESSAGE_CHANNELS:
        wanted = way_out(channel if isinstance(channel, str) else "", MESSAGE_CHANNELS)
        raise InvalidError(f"{what}: channel is not one that has messages. {wanted}")
    for name in _GIVEN:
        if name in sent:
            raise InvalidError(f"{what}: {name} is given by the emulator. Leave it out.")
    try:
        return {"channel": channel, **_checked(channel, sent, MESSAGE_CHANNELS[channel])}
    except RefusedError as error:
        raise InvalidError(f"{what}: {error}") from None


def shown_message(message: Document) -> Document:
    """A message as it is read: with the codes of its `languages`, without their texts."""
    languages = list(message.get("translations") or {})
    return {
        **{name: value for name, value in message.items() if name not in _OURS},
        "id": message["id"],
        "languages": languages,
    }


def _checked(channel: str, sent: Document, needed: tuple[str, ...]) -> Document:
    content = {name: value for name, value in sent.items() if name not in _OURS}
    missing = [name for name in needed if not filled(content.get(name))]
    if missing:
        text = f"{', '.join(missing)} must be filled."
        raise RefusedError(
            400, "message_invalid", f"{text} A message of {channel} needs {', '.join(needed)}."
        )
    for name in ("name", "from", "subject", "htmlText", "text", "title"):
        value = content.get(name)
        if value is not None and not isinstance(value, str):
            text = f"{name} must be text, not {json_type(value)}."
            raise RefusedError(400, "message_invalid", text)
        if isinstance(value, str) and len(value) > _LONGEST:
            text = f"{name} has {len(value):,} characters. Send at most {_LONGEST:,}."
            raise RefusedError(400, "message_invalid", text)
    return content
