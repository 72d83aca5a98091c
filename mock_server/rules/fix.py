"""The fix of an event: its body judged, mended by what the rules propose, and judged again.

Each round does what was proposed: first what hides other things (a wrong place), last what only the
shop knows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mock_server import jsonio
from mock_server.documents.identifiers import same_form
from mock_server.model import DROPPED, Among, ContactField, Document, Holders, Verdict
from mock_server.rules.event.past_events import judge_past_event
from mock_server.rules.judge import judge
from mock_server.rules.mending import Arrange, AskShop, Draft, Unknown
from mock_server.rules.moments import moment_of
from mock_server.rules.order.add_orders import add_order
from mock_server.rules.order.batches import Batch, meant_by, with_beside
from mock_server.rules.outcome import EventRequest, Outcome
from mock_server.rules.trace import Mend
from mock_server.rules.view import AccountView

_ROUNDS = 12
_SHAPES = ("ENV-20/", "ENV-16/")
_ARRANGED = 2**53  # the id of the contact to be added

Chooses = Callable[[Mend], bool]


@dataclass(slots=True)
class Mended:
    """The corrected body of an event, and the outcome it would have after `arrange`.

    `arrange` are calls of the control API, `unknown` JSON Pointers of what only the shop knows,
    `unsent` how many more events the body held.
    """

    body: Any
    outcome: Outcome
    arrange: list[Document] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unsent: int = 0
    was_dropped: bool = False

    @property
    def verdict(self) -> Verdict:
        """Return what would become of the corrected body."""
        return self.outcome.verdict

    @property
    def complete(self) -> bool:
        """Say whether the corrected body can be sent as it is, and would be applied or recorded."""
        return not self.unknown and not self.unsent and self.verdict not in DROPPED


Decides = Callable[[Draft, AccountView], Outcome]


def mend(request: EventRequest, view: AccountView, now: str, only: Chooses | None = None) -> Mended:
    """Mend an event by all that the rules propose, or by what `only` chooses of it."""
    then = moment_of(now) if request.is_past else None

    def decide(draft: Draft, account: AccountView) -> Outcome:
        sent = request
        if draft.body != request.body:
            version, size = request.api_version, len(jsonio.dumps(draft.body))
            sent = EventRequest(draft.body, version, size, occurred=request.occurred)
        if then is not None:
            return judge_past_event(replace(sent, is_past=True), account, then).outcome
        return judge(sent, account, now)

    return _mended(Draft(request.body), decide, view, only)


def mend_order(sent: Any, view: AccountView, now: str) -> Mended:
    """Mend one order of Add orders."""

    def decide(draft: Draft, account: AccountView) -> Outcome:
        return add_order(draft.body["params"], account, now).outcome

    mended = _mended(Draft({"params": sent}), decide, view, None)
    mended.body = mended.body["params"]
    mended.unknown = [each.removeprefix("/params") for each in mended.unknown]
    return mended


def mend_batch(
    body: Any, text: str | None, batch: Batch, mend_one: Callable[[Any], Mended]
) -> Mended | None:
    """Mend a body (or `text`, not JSON) that takes a list, each by `mend_one`; or None."""
    found = meant_by(body, text, batch)
    meant = body if found is None else found[1]
    elements = meant.get(batch.field) if isinstance(meant, dict) else None
    if not isinstance(elements, list) or not elements:
        return None
    meant = with_beside(meant, batch)
    each = [mend_one(element) for element in meant[batch.field]]
    whole = next((one for one in each if not one.complete), each[0])
    calls = [call for one in each for call in one.arrange]
    whole.body = {**meant, batch.field: [one.body for one in each]}
    whole.arrange = [call for at, call in enumerate(calls) if call not in calls[:at]]
    whole.unknown = list(_unknown(whole.body))
    whole.was_dropped = found is not None or any(one.was_dropped for one in each)
    return whole


def _mended(draft: Draft, decide: Decides, view: AccountView, only: Chooses | None) -> Mended:
    was_dropped = None
    for _ in range(_ROUNDS):
        outcome = decide(draft, Arranged(view, draft.arrange))
        if was_dropped is None:
            was_dropped = outcome.verdict in DROPPED
        proposed = [each for each in outcome.mends if each.edit and (only is None or only(each))]
        if not _improve(draft, proposed):
            break
    calls = [each for each in draft.arrange if "unsent" not in each]
    unsent = sum(each.get("unsent", 0) for each in draft.arrange)
    unknown = list(_unknown(draft.body))
    return Mended(draft.body, outcome, calls, unknown, unsent, bool(was_dropped))


def _improve(draft: Draft, proposed: Sequence[Mend]) -> bool:
    """Do what was proposed, as far as one thing does not hide another; whether anything changed."""
    shapes = [each for each in proposed if each.step.finding.startswith(_SHAPES)]
    rest = [each for each in proposed if each not in shapes]
    known = [each for each in rest if not isinstance(each.edit, (AskShop, Arrange))]
    calls = [each for each in rest if isinstance(each.edit, Arrange)]
    asked = [each for each in rest if isinstance(each.edit, AskShop)]
    return any(_do(draft, group) for group in (shapes, known, calls, asked))


def _do(draft: Draft, proposed: Sequence[Mend]) -> bool:
    if not proposed:
        return False
    before = _state(draft)
    for edit in [each.edit for each in proposed if each.edit is not None]:
        edit(draft)
    draft.tidy()
    return _state(draft) != before


def _state(draft: Draft) -> tuple[bytes, int]:
    return jsonio.dumps(draft.body), len(draft.arrange)


def _unknown(value: Any, at: str = "") -> Iterator[str]:
    if isinstance(value, Unknown):
        yield at
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _unknown(each, f"{at}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _unknown(each, f"{at}/{index}")


class Arranged:
    """An account as it would be after some calls of the control API. Reading only."""

    def __init__(self, view: AccountView, calls: Sequence[Document]) -> None:
        self._view = view
        bodies = [each["body"] for each in calls if "body" in each]
        seeds = [each for each in bodies if "orders" in each]
        self._contacts = [each for each in bodies if "orders" not in each]
        self._contacts += [contact for each in seeds for contact in each["contacts"]]
        self._orders = {
            order["externalOrderId"]: {**order, "contactId": _ARRANGED, "orderId": 0}
            for each in seeds
            for order in each["orders"]
        }
        self._segmented = {
            each["path"].rpartition("/")[2] for each in calls if each.get("method") == "PUT"
        }

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view, name)

    def holders(
        self, kind: ContactField, value: str, among: Among = "live", limit: int | None = None
    ) -> Holders:
        """Find the contacts that are there, or arranged."""
        found: Holders = self._view.holders(kind, value, among, limit)
        if found.newest or among == "deleted":
            return found
        wanted = same_form(kind, value)
        held = [str(each[kind]) for each in self._contacts if each.get(kind)]
        is_arranged = any(same_form(kind, each) == wanted for each in held)
        return Holders([_ARRANGED], 1) if is_arranged else found

    def find_contact(self, kind: ContactField, value: str) -> int | None:
        """Find a contact that is there, or arranged."""
        return next(iter(self.holders(kind, value, "live", 1).newest), None)

    def order(self, external_order_id: str) -> Document | None:
        """Find an order that is there, or arranged."""
        return self._orders.get(external_order_id) or self._view.order(external_order_id)

    def event_type(self, key: str) -> Document | None:
        """Find an event type, with segmentation as arranged."""
        known = self._view.event_type(key)
        if known is None or key not in self._segmented:
            return known
        return {**known, "segmentation": True}
