"""The vault gives back what was taken out, to the key's holder only."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinx_hf.errors import BadInput
from clinx_hf.phi import Label, Span
from clinx_hf.text.scrubber import Entity, Scrubbed
from clinx_hf.text.vault import read_vault, restore, seal, write_vault

pytest.importorskip("cryptography", reason="the vault needs cryptography (pip install 'clinx-hf[vault]')")
KEY = b"a secret of more than sixteen bytes"


def _cleaned(text, cuts, replacements):
    """A text whose stretches between every other two cuts are replaced."""
    places = sorted({min(cut, len(text)) for cut in cuts})
    pairs = [(a, b) for a, b in zip(places[::2], places[1::2], strict=False) if a < b]
    pieces, entities, last = [], [], 0
    for (start, end), new in zip(pairs, replacements, strict=False):
        pieces += [text[last:start], new]
        span = Span(start, end, Label.ID)
        entities.append(Entity(span, new, span))
        last = end
    return Scrubbed("".join([*pieces, text[last:]]), tuple(entities))


@settings(max_examples=40, deadline=None)
@given(
    st.text(max_size=60),
    st.lists(st.integers(0, 60), max_size=8),
    st.lists(st.text(max_size=9), min_size=4, max_size=4),
)
def test_round_trip(tmp_path_factory, text, cuts, replacements):
    done = _cleaned(text, cuts, replacements)
    path = tmp_path_factory.mktemp("vault") / "v"
    write_vault(path, [seal(text, done)], KEY)
    assert restore([done.text], read_vault(path, KEY)) == [text]


def test_texts_that_come_out_alike_are_told_apart_by_their_order():
    texts = ["Seen: Ann.", "Seen: Bob."]
    sealed = [seal(text, _cleaned(text, [6, 9], ["[PERSON]"])) for text in texts]
    assert restore(["Seen: [PERSON]."] * 2, sealed) == texts


def test_nothing_in_clear_and_only_the_owner_reads(tmp_path):
    text = "Seen: Ann Leeworth."
    path = tmp_path / "v"
    write_vault(path, [seal(text, _cleaned(text, [6, 18], ["[PERSON]"]))], KEY)
    assert b"Leeworth" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert [p.name for p in tmp_path.iterdir()] == ["v"]
    with pytest.raises(BadInput, match="never overwritten"):
        write_vault(path, [], KEY)


def test_a_wrong_key_and_a_changed_file_are_told_without_content(tmp_path):
    text = "Seen: Ann Leeworth."
    path = tmp_path / "v"
    write_vault(path, [seal(text, _cleaned(text, [6, 18], ["[PERSON]"]))], KEY)
    with pytest.raises(BadInput, match="the key is another one"):
        read_vault(path, b"x" * 16)
    with pytest.raises(BadInput, match="at least 16 bytes"):
        read_vault(path, b"short")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(BadInput, match="or the file was changed"):
        read_vault(path, KEY)
    path.write_bytes(b"something else")
    with pytest.raises(BadInput, match="is no vault"):
        read_vault(path, KEY)
    with pytest.raises(BadInput, match="Text 1 is not in the vault"):
        restore(["changed"], [seal(text, _cleaned(text, [6, 18], ["[PERSON]"]))])
