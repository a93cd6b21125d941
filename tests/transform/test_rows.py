"""Walking through rows keeps their shape; the cache stays within its bound."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.transform.cache import Cache, digest
from clinx_hf.transform.columns import Choice, Kind, columns
from clinx_hf.transform.rows import batch_of, leaves, rewritten, rows_of

values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=10,
)


def strings(value):
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [s for each in value.values() for s in strings(each)]
    return [s for each in value for s in strings(each)] if isinstance(value, list) else []


@given(st.dictionaries(st.sampled_from("xyz"), values))
def test_every_string_is_found_and_the_shape_stays(row):
    plan = columns(None, row, Choice())
    found = leaves(row, plan)
    assert [leaf.value for leaf in found] == strings(row)
    assert all(leaf.kind is Kind.TEXT for leaf in found)
    assert rewritten(row, plan, lambda leaf: leaf.value) == row
    assert all(s == "new" for s in strings(rewritten(row, plan, lambda leaf: "new")))


@given(st.lists(st.fixed_dictionaries({"a": st.integers(), "b": st.text()}), min_size=1))
def test_batches_and_rows_are_two_forms_of_one_thing(rows):
    assert rows_of(batch_of(rows, ["a", "b"])) == rows


def test_an_empty_batch_has_no_rows():
    assert rows_of({}) == []
    assert rows_of({"a": []}) == []


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 40))))
def test_the_cache_never_holds_more_than_its_limit(puts):
    cache = Cache(100, len)
    for key, size in puts:
        cache.put(bytes([key]), b"x" * size)
        held = [cache.get(bytes([k])) for k in range(10)]
        assert sum(len(each) for each in held if each is not None) <= 100


def test_the_least_recently_used_goes_first():
    cache = Cache(2, lambda _: 1)
    cache.put(b"a", 1)
    cache.put(b"b", 2)
    cache.get(b"a")
    cache.put(b"c", 3)
    assert (cache.get(b"a"), cache.get(b"b"), cache.get(b"c")) == (1, None, 3)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (("ab", "c"), ("a", "bc")),
        ((np.zeros((2, 3), np.uint8),), (np.zeros((3, 2), np.uint8),)),
        ((np.zeros(4, np.uint8),), (np.zeros(2, np.uint16),)),
        (("a",), ("a", "")),
    ],
)
def test_digests_tell_parts_shapes_and_types_apart(left, right):
    assert digest(*left) != digest(*right)
    assert digest(*left) == digest(*left)
