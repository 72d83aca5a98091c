"""The resources of the emulated service that one account has, besides Generate event."""

from mock_server.emulator.host import Host
from mock_server.emulator.resources.bulk import ContactImports, OrderImports, PastEventImports
from mock_server.emulator.resources.contact_book import ContactBook
from mock_server.emulator.resources.outbox import Outbox
from mock_server.emulator.resources.sending import Sending
from mock_server.emulator.resources.shop import PromoCodes, Sites
from mock_server.emulator.resources.static_segments import StaticSegments
from mock_server.emulator.resources.stored_messages import StoredMessages
from mock_server.emulator.resources.subscriptions import Subscriptions, UnsubscribedList
from mock_server.emulator.resources.tokens import AppTokens, Tokens
from mock_server.state import AccountState


class Resources:
    """The resources of an account, which share its state, lock and clock; askers come last."""

    def __init__(self, host: Host, state: AccountState) -> None:
        own = (host, state)
        self.segments = StaticSegments(*own)
        self.unsubscribed = UnsubscribedList(*own)
        self.subscriptions = Subscriptions(*own)
        self.contacts = ContactBook(*own, **vars(self))
        self.imports = ContactImports(*own, **vars(self))
        self.orders = OrderImports(*own)
        self.past_events = PastEventImports(*own)
        self.outbox = Outbox(*own, **vars(self))
        self.messages = StoredMessages(*own)
        self.sending = Sending(*own, **vars(self))
        self.sites = Sites(*own)
        self.app_tokens = AppTokens(*own, **vars(self))
        self.promo_codes = PromoCodes(*own)
        self.tokens = Tokens(*own)
