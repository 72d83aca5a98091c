"""Packs of compressed records give back what went in, whatever it was and however alike."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.state.compression import SLOTS, Compressor, unpacked

RECORDS = st.lists(st.none() | st.binary(min_size=1, max_size=300), min_size=SLOTS, max_size=SLOTS)


def held(pack):
    return [unpacked(pack, slot) for slot in range(SLOTS)]


def alike(number):
    """A record that is mostly what its neighbours are."""
    trace = ",".join(f'{{"rule":"ORD-{each:02}","message":"as ever"}}' for each in range(40))
    return f'{{"eventId":{number},"trace":[{trace}]}}'.encode()


@given(st.lists(RECORDS, max_size=10))
def test_every_record_comes_back(packs):
    compressor = Compressor()
    made = [compressor.pack(records) for records in packs]
    assert [held(pack) for pack in made] == packs


def test_records_that_are_alike_take_little():
    compressor = Compressor()
    packs = [compressor.pack([alike(8 * n + slot) for slot in range(SLOTS)]) for n in range(20)]
    sizes = [len(data) for _, data in packs]
    assert max(sizes) < SLOTS * len(alike(0)) / 10


def test_a_dictionary_is_shared_by_the_packs_it_serves():
    compressor = Compressor()
    packs = [compressor.pack([alike(n)] * SLOTS) for n in range(200)]
    assert len({id(dictionary) for dictionary, _ in packs}) == 1


def test_other_records_bring_a_dictionary_of_their_own_and_old_packs_keep_theirs():
    compressor = Compressor()
    first = compressor.pack([alike(n) for n in range(SLOTS)])
    other = [os.urandom(2000) for _ in range(SLOTS)]
    packs = [compressor.pack(other) for _ in range(200)]

    assert 1 < len({id(dictionary) for dictionary, _ in packs}) < 5
    assert len(packs[-1][1]) < len(packs[0][1]) / 5
    assert held(first) == [alike(n) for n in range(SLOTS)]
    assert all(held(pack) == other for pack in packs)


@pytest.mark.parametrize("size", [1, 70_000, 3_000_000])
def test_a_record_may_be_of_any_size(size):
    record = os.urandom(size)
    pack = Compressor().pack([record, *[None] * (SLOTS - 2), record])
    assert held(pack) == [record, *[None] * (SLOTS - 2), record]


def test_threads_may_share_a_compressor():
    compressor = Compressor()
    packs = [[alike(8 * n + slot) for slot in range(SLOTS)] for n in range(300)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(compressor.pack, packs))
    assert [held(pack) for pack in made] == packs
