"""Files that are torn, damaged or full of mistakes: what is dropped, and what is refused."""

from __future__ import annotations

import json

import pytest
from state_samples import event, order, place
from test_state_restart import copy_of

from mock_server.state import StateError, Store
from mock_server.state.files import fold_thread


@pytest.fixture
def logged(open_store, path, tmp_path, monkeypatch):
    """Files as a killed server leaves them: one commit in the state file, three in the log."""
    monkeypatch.setattr(fold_thread, "_PAUSE", 60)
    store = open_store()
    account = store.account("default")
    place(account, "a")
    store.flush()
    for key in "bcd":
        place(account, key)
    return copy_of(path, tmp_path / "killed")


def log_of(path):
    return path.with_name(path.name + ".log")


def test_the_log_is_made_of_lines_of_json(logged):
    header, *commits = [json.loads(line) for line in log_of(logged).read_bytes().splitlines()]

    assert header["after"] == 1
    assert "folds them in" in header["about"]
    assert [each["commit"] for each in commits] == [2, 3, 4]
    assert commits[0]["account"] == "default"
    assert commits[0]["put"]["orders"][0]["externalOrderId"] == "b"
    assert list(commits[0]["put"]) == ["events", "orders", "history"]


def test_a_log_line_says_what_was_deleted_and_emptied(open_store, path, monkeypatch):
    monkeypatch.setattr(fold_thread, "_PAUSE", 60)
    account = open_store().account("default")
    account.commit({}, {"orders": ["x"], "contacts": [5]})
    account.reset(keep=["orders"], puts={"settings": [{}]})

    _, first, second = [json.loads(line) for line in log_of(path).read_bytes().splitlines()]
    assert first["delete"] == {"orders": ["x"], "contacts": [5]}
    assert second["reset"] == {"keep": ["orders"]}
    assert second["put"] == {"settings": [{}]}


def test_a_commit_of_nothing_is_not_written_down(open_store, path, monkeypatch):
    monkeypatch.setattr(fold_thread, "_PAUSE", 60)
    account = open_store().account("default")
    place(account, "a")
    before = log_of(path).read_bytes()
    account.commit({"orders": []}, {"orders": []})
    assert log_of(path).read_bytes() == before


def test_a_torn_last_line_is_dropped_with_a_warning_wherever_it_is_torn(logged, warnings):
    log = log_of(logged)
    whole = log.read_bytes()
    start = whole[:-1].rindex(b"\n") + 1
    state = logged.read_bytes()
    for end in range(start, len(whole)):
        logged.write_bytes(state)
        log.write_bytes(whole[:end])
        keys = [each["externalOrderId"] for each in Store.read(logged)["orders"].values()]
        assert keys == ["a", "b", "c"]
        if end % 20 and end > start:
            continue  # a start takes its time
        warnings.clear()
        with Store(logged, warn=warnings.append) as store:
            account = store.account("default")
            assert account.recent_order_ids(9) == ["c", "b", "a"]
            assert account.next_event_id() == 4
        assert len(warnings) == (end > start)
        assert all("dropped its last line" in warning for warning in warnings)


def test_a_torn_last_line_makes_room_for_the_next(logged, open_store, tmp_path):
    log = log_of(logged)
    log.write_bytes(log.read_bytes()[:-5])
    store = open_store(logged)
    place(store.account("default"), "e")

    again = open_store(copy_of(logged, tmp_path / "again"))
    assert again.account("default").recent_order_ids(9) == ["e", "c", "b", "a"]


def test_reading_leaves_a_torn_line_alone(logged):
    log = log_of(logged)
    log.write_bytes(log.read_bytes()[:-5])
    before = log.read_bytes()

    assert len(Store.read(logged)["orders"]) == 3
    assert log.read_bytes() == before


@pytest.mark.parametrize("keep", [0, 1, 20])
def test_a_log_torn_in_its_first_line_holds_no_commit(logged, open_store, warnings, keep):
    log_of(logged).write_bytes(log_of(logged).read_bytes()[:keep])

    store = open_store(logged)
    assert store.account("default").recent_order_ids(9) == ["a"]
    place(store.account("default"), "z")
    assert len(warnings) == (keep > 0)


def lines(damage):
    def apply(content):
        found = content.splitlines(keepends=True)
        damage(found)
        return b"".join(found)

    return apply


def swap(found):
    found[1], found[2] = found[2], found[1]


DAMAGED_LOGS = {
    "a changed digit": (lambda content: content.replace(b'"b"', b'"x"', 1), 2),
    "half a line": (lines(lambda found: found.__setitem__(1, found[1][:50] + b"\n")), 2),
    "a line gone": (lines(lambda found: found.__delitem__(1)), 2),
    "lines exchanged": (lines(swap), 2),
    "a line twice": (lines(lambda found: found.insert(1, found[1])), 3),
    "no JSON": (lines(lambda found: found.__setitem__(2, b"what is this\n")), 3),
    "an empty line": (lines(lambda found: found.insert(2, b"\n")), 3),
    "no first line": (lines(lambda found: found.__delitem__(0)), 1),
    "a first line of something else": (
        lines(lambda found: found.__setitem__(0, b'{"log":2,"state":"x","after":1}\n')),
        1,
    ),
    "a list for a first line": (lines(lambda found: found.__setitem__(0, b"[]\n")), 1),
}


@pytest.mark.parametrize(("damage", "line"), DAMAGED_LOGS.values(), ids=DAMAGED_LOGS)
def test_a_log_damaged_in_the_middle_is_refused_and_untouched(logged, damage, line):
    log = log_of(logged)
    log.write_bytes(damage(log.read_bytes()))
    before = {each.name: each.read_bytes() for each in logged.parent.iterdir()}

    for opening in (Store, Store.read):
        with pytest.raises(StateError) as refusal:
            opening(logged)
        assert f"{log}, line {line}: damaged" in str(refusal.value)
        assert "restore the file from a backup" in str(refusal.value)
        assert "\n" not in str(refusal.value)
    after = {each.name: each.read_bytes() for each in logged.parent.iterdir()}
    after.pop("state.json.lock", None)
    before.pop("state.json.lock", None)
    assert after == before


def test_the_way_out_of_a_damaged_log_works(logged, open_store):
    log = log_of(logged)
    found = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([*found[:2], b"damaged\n", *found[3:]]))
    with pytest.raises(
        StateError, match=r"line 3: .* delete this line and all after it.* after 2$"
    ):
        Store(logged)

    log.write_bytes(b"".join(found[:2]))
    assert open_store(logged).account("default").recent_order_ids(9) == ["b", "a"]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("no first line", "which keeps what is before"),
        ("a changed digit", "which keeps what is before and loses the commits after 1"),
        ("no JSON", "which keeps what is before and loses the commits after 2"),
    ],
)
def test_what_the_way_out_of_a_damaged_log_loses_is_told(logged, damage, told):
    log = log_of(logged)
    log.write_bytes(DAMAGED_LOGS[damage][0](log.read_bytes()))

    with pytest.raises(StateError, match=f"{told}$"):
        Store(logged)


def test_a_log_that_begins_with_another_state_file_is_refused(logged, open_store, tmp_path):
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    store = open_store(fresh / "state.json")
    place(store.account("default"), "other")
    log_of(logged).write_bytes(log_of(fresh / "state.json").read_bytes())

    with pytest.raises(StateError, match="holds the commits 1 to 1 of another state file than"):
        Store(logged)


def test_the_log_is_for_its_owner_alone(logged, path):
    assert log_of(path).stat().st_mode & 0o777 == 0o600


def test_a_log_of_another_state_file_is_refused(logged, tmp_path):
    logged.write_text('{"orders": {"1": {"externalOrderId": "other", "contactId": 1}}}')

    with pytest.raises(StateError, match=r"commits 2 to 4 of another state file .* Restore the"):
        Store(logged)


def test_a_log_ahead_of_its_state_file_is_refused(logged, open_store, path):
    old = logged.read_bytes()
    store = open_store(logged)
    store.flush()
    place(store.account("default"), "later")
    log = log_of(logged).read_bytes()
    store.close()
    logged.write_bytes(old)
    log_of(logged).write_bytes(log)

    missing = rf"^the commits 2 to 4 are missing: {logged} ends .*\.log holds the commits 5 to 5\. "
    with pytest.raises(StateError, match=missing):
        Store(logged)


def test_a_state_file_that_went_missing_is_noticed(logged):
    logged.unlink()

    missing = rf"^{logged} is missing, which held the commits up to 1; .* the commits 2 to 4\. "
    for opening in (Store, Store.read):
        with pytest.raises(StateError, match=missing):
            opening(logged)


def test_a_log_that_is_all_folded_in_already_is_forgotten(logged, open_store, tmp_path):
    """As a server leaves it that was killed between the two steps of folding."""
    log = log_of(logged).read_bytes()
    store = open_store(logged)
    store.close()
    log_of(logged).write_bytes(log)

    store = open_store(logged)
    assert store.account("default").recent_order_ids(9) == ["d", "c", "b", "a"]
    assert store.account("default").next_event_id() == 5
    place(store.account("default"), "e")
    again = open_store(copy_of(logged, tmp_path / "again"))
    assert again.account("default").recent_order_ids(9) == ["e", "d", "c", "b", "a"]


def edited(old, new, count=1):
    return lambda content: content.replace(old, new, count)


DAMAGED_FILES = {
    "cut off": (lambda content: content[:300], "line 9, column "),
    "cut off at a line": (
        lambda content: content[: content.index(b'"events"')],
        "line 11, column ",
    ),
    "no JSON": (lambda _: b"hello", "line 1, column 1"),
    "not UTF-8": (lambda _: b'{\n"orders": "\xff"}', "line 2: not UTF-8"),
    "NaN": (lambda _: b'{"orders": NaN}', "column 12: unexpected character"),
    "a list": (lambda _: b"[]", "the state must be an object of tables"),
    "an unknown table": (edited(b'"orders": {', b'"order": {'), 'there is no table "order"'),
    "a bracket missing": (edited(b'"contactId":1}', b'"contactId":1'), "line 5"),
    "a comma missing": (edited(b'"externalOrderId":"a",', b'"externalOrderId":"a"'), "line 5"),
    "a comma too few between lines": (edited(b"},\n", b"}\n"), "line "),
    "a key of the wrong kind": (
        edited(b'"externalOrderId":"a"', b'"externalOrderId":5'),
        'line 5: table "orders", document 5: "externalOrderId" must be a text',
    ),
    "no key": (edited(b'"externalOrderId":"a",', b""), 'line 5: table "orders", document: "ext'),
    "no object": (edited(b'"1": {', b'"1": 5 ,"2": {'), "line "),
    "the same order twice": (
        edited(b'"2": {"account":"default","externalOrderId":"b"', b'"2": {"externalOrderId":"a"'),
        'line 6: table "orders": "a" is there twice',
    ),
    "the same number twice": (
        lambda content: (
            json.dumps(json.loads(content), indent=1)
            .replace('"2": {\n   "account"', '"1": {\n   "account"')
            .encode()
        ),
        '"1" is there twice in one object',
    ),
    "a table twice": (
        lambda content: content.replace(b"{\n", b'{ "orders": {},\n', 1),
        '"orders" is there twice in one object',
    ),
    "a commit below the first": (edited(b'"commit":2', b'"commit":-1'), '"commit" a whole number'),
    "a wrong commit": (edited(b'"commit":2', b'"commit":"2"'), '"commit" a whole number'),
    "a wrong state": (edited(b'"state":"', b'"state":5,"x":"'), '"state" must be a text'),
    "nested too deep": (
        edited(b'"status":"INITIALIZED"', b'"x":' + b"[" * 300 + b"]" * 300),
        "nested more than",
    ),
}


@pytest.mark.parametrize(("damage", "message"), DAMAGED_FILES.values(), ids=DAMAGED_FILES)
def test_a_damaged_state_file_is_refused_and_untouched(open_store, path, damage, message):
    store = open_store()
    place(store.account("default"), "a")
    store.account("default").commit({"orders": [order("b")], "events": [event(2)]})
    store.close()
    path.write_bytes(damage(path.read_bytes()))
    before = path.read_bytes()

    for opening in (Store, Store.read):
        with pytest.raises(StateError) as refusal:
            opening(path)
        assert message in str(refusal.value)
        assert str(path) in str(refusal.value)
        assert "correct it" in str(refusal.value)
        assert "\n" not in str(refusal.value)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["state.json"]


def test_the_place_of_a_mistake_is_named_by_line_and_column(open_store, path):
    path.write_text('{\n"orders": {\n"1": {"externalOrderId":"a", "status" "x"}\n}\n}\n')

    with pytest.raises(StateError, match=rf"^{path}, line 3, column 39: "):
        open_store()


def test_the_line_of_what_is_not_utf_8_is_named(open_store, path):
    path.write_bytes(b'\n{\n"orders": \xff')

    with pytest.raises(StateError, match=rf"^{path}, line 3: not UTF-8"):
        open_store()


def test_a_damaged_checksum_alone_does_no_harm(open_store, path):
    store = open_store()
    place(store.account("default"), "a")
    store.close()
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b'"crc":')] + b'"crc":"00000000"}\n}\n}\n')

    assert open_store().account("default").recent_order_ids(9) == ["a"]


def test_a_broken_line_of_meta_is_refused(open_store, path):
    open_store().close()
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"commit":', b'"commit"'))

    with pytest.raises(StateError, match=r", line \d+, column \d+: "):
        open_store()
