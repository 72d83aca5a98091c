"""The format of files and exports: said, converted from 0.1.0, refused when it is a later one."""

from __future__ import annotations

import errno
import json
import re

import pytest
from state_samples import order, place
from tinydb import TinyDB

from mock_server.state import StateError, Store
from mock_server.state.files import state_files


def meta(path):
    with TinyDB(path, access_mode="r") as database:
        return database.table("meta").get(doc_id=1)


@pytest.fixture
def old(open_store, path):
    """A file as version 0.1.0 left it, and beside it a log with one more order."""
    store = open_store()
    account = store.account("default")
    place(account, "a")
    store.close()
    content = path.read_bytes()
    lines = re.sub(rb'\{"format":1,("state":"[0-9a-f]+")', rb"{\1", content)
    assert len(lines) == len(content) - len(b'"format":1,')
    path.write_bytes(lines)
    log = path.with_name(path.name + ".log")
    state, commit = meta(path)["state"], meta(path)["commit"]
    log_of = state_files.CommitLog(log, state, store.lock, print, fsync=False)
    put = b'{"externalOrderId":"b","orderId":2,"status":"INITIALIZED"}'
    line = b'{"commit":%d,"account":"default","put":{"orders":[\t%b\t]}'
    log_of.append(state_files.seal(line % (commit + 1, put)), commit + 1)
    log_of.close()
    return path.read_bytes(), log.read_bytes()


def names(path):
    return sorted(each.name for each in path.parent.iterdir())


def test_a_file_and_an_export_say_their_format(open_store, path):
    store = open_store()
    place(store.account("default"), "a")
    store.flush()

    assert meta(path)["format"] == 1
    assert store.export()["meta"] == {"1": {"format": 1}}
    assert store.export("default")["meta"] == {"1": {"format": 1}}
    store.replace(store.export())
    assert meta(path)["format"] == 1


def test_a_file_of_the_first_version_is_converted_once_and_kept(old, open_store, path, warnings):
    store = open_store()

    assert store.account("default").recent_order_ids(9) == ["b", "a"]
    assert (path.with_name("state.json.0.1.0").read_bytes()) == old[0]
    assert (path.with_name("state.json.0.1.0.log").read_bytes()) == old[1]
    assert meta(path)["format"] == 1, "it is converted at the start, not by the next commit"
    said = (
        f"{path} was written by version 0.1.0 and has been converted; the file as it was is kept"
        " in state.json.0.1.0"
    )
    assert warnings == [said]
    store.close()
    assert names(path) == ["state.json", "state.json.0.1.0", "state.json.0.1.0.log"]

    open_store().close()
    assert len(warnings) == 1
    assert names(path) == ["state.json", "state.json.0.1.0", "state.json.0.1.0.log"]


@pytest.mark.parametrize("edited", [False, True], ids=["as written", "edited by hand"])
def test_another_file_of_the_first_version_is_kept_under_another_name(
    old, open_store, path, warnings, edited
):
    path.with_name("state.json.0.1.0").write_text("somebody's")
    if edited:
        path.write_text(json.dumps(json.loads(path.read_bytes()), indent=2))
    content = path.read_bytes()
    open_store().close()

    assert path.with_name("state.json.0.1.0").read_text() == "somebody's"
    assert path.with_name("state.json.0.1.0-2").read_bytes() == content
    assert "state.json.0.1.0-2" in warnings[0]


@pytest.mark.parametrize("form", [b'"format":1,', b""], ids=["earlier", "0.1.0"])
def test_a_currency_that_an_earlier_version_kept_is_text_or_left_out(open_store, path, form):
    """ORD-07; as a file holds it, and as the log does."""
    sent = [[], {}, 5, True, "UAH", None]
    orders = [{**order(f"{n}"), "currency": each} for n, each in enumerate(sent)]
    orders[4]["items"] = [{"currency": []}]
    expected = {"4": "UAH", "5": None}

    def kept(state):
        held = state["orders"].values()
        return {each["externalOrderId"]: each["currency"] for each in held if "currency" in each}

    store = open_store()
    store.account("default").commit({"orders": orders})
    assert kept(Store.read(path)) == expected
    store.close()
    content = path.read_bytes()
    assert b'"currency":[]' in content
    path.write_bytes(content.replace(b'"format":1,"state"', form + b'"state"'))
    store = open_store()
    assert kept(store.export()) == expected
    assert store.account("default").order("4")["items"] == [{"currency": []}]
    store.replace(store.export())


@pytest.mark.parametrize("step", ["keep_copy", "install_snapshot"])
def test_a_conversion_that_fails_leaves_all_as_it_was_and_is_made_by_the_next_start(
    old, open_store, path, monkeypatch, step
):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(state_files, step, fail)
        with pytest.raises(StateError, match="No space left on device"):
            open_store()
    assert (path.read_bytes(), path.with_name("state.json.log").read_bytes()) == old

    assert open_store().account("default").recent_order_ids(9) == ["b", "a"]
    assert "state.json.0.1.0-2" not in names(path)


def test_a_file_that_somebody_else_made_is_not_taken_for_one_of_the_first_version(
    open_store, path, warnings
):
    path.write_text('{"orders": {"1": {"externalOrderId": "a", "orderId": 1, "contactId": 1}}}')
    store = open_store()
    place(store.account("default"), "b")
    store.close()

    assert names(path) == ["state.json"]
    said = "was written or changed by somebody else: each of its documents was checked, and fits"
    assert warnings == [f"{path} {said} (1)"]
    assert meta(path)["format"] == 1


@pytest.mark.parametrize("layout", ["as written", "edited by hand"])
def test_a_later_format_is_refused_by_name_and_not_touched(open_store, path, layout):
    open_store().close()
    content = re.sub(rb'"format":1,', rb'"format":2,', path.read_bytes())
    if layout == "edited by hand":
        content = json.dumps(json.loads(content), indent=1).encode()
    path.write_bytes(content)

    with pytest.raises(StateError) as refusal:
        open_store()
    assert str(refusal.value).startswith(str(path))
    assert str(refusal.value).endswith(
        "this has format 2, which a later version of yespo-mock wrote, and this version reads"
        " format 1: install the later version, or use another state"
    )
    assert path.read_bytes() == content
    assert names(path) == ["state.json"]


@pytest.mark.parametrize("form", [2, 0, -1, "1", None, 1.0, True, []])
def test_a_state_of_another_format_is_not_imported(account, store, form):
    place(account, "a")
    state = store.export()
    state["meta"]["1"]["format"] = form

    with pytest.raises(StateError, match=r"later version" if form == 2 else '"format" must be a'):
        store.replace(state)
    assert account.recent_order_ids(9) == ["a"]


def test_contacts_of_a_file_of_version_two_open_and_go_by_their_times(open_store, path):
    """CON-14: they do not say the place of their last change, and are written as they were."""
    store = open_store()
    store.account("default").commit({"contacts": [{"firstName": "Ann"}]})
    store.close()
    held = json.loads(path.read_text("utf-8"))
    (first,) = held["contacts"].values()
    del first["changeNumber"]
    channels = [{"type": "email", "value": "a@b.c"}]
    held["contacts"] = {
        "1": {**first, "channels": channels, "updatedAt": "2026-02-01T00:00:00.000Z"},
        "2": {**first, "id": 2, "channels": channels, "updatedAt": "2026-01-01T00:00:00.000Z"},
    }
    path.write_text(json.dumps(held), "utf-8")
    account = open_store().account("default")
    assert account.holders("email", "a@b.c").newest == [1, 2]
    account.commit({"contacts": [account.contact(2)]})
    assert account.holders("email", "a@b.c").newest == [2, 1]
