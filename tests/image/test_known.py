"""Known values are found as a reader misreads them, and nothing else is."""

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinx_hf.image.known import fold, mentioned_among, mentions, spans_both
from clinx_hf.image.overlay import _lexicon
from clinx_hf.synthesis.overlay_texts import FAMILY, GIVEN


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5MlTH J0HN", "John Smith"),
        ("SMITH^JOHN", "John Smith"),
        ("john smith", "SMITH, John"),
        ("Bamey", "Barney"),
        ("SMITHJOHN", "John Smith"),
        ("S M I T H", "Smith"),
        ("Garcla", "García"),
        ("Gorcia", "Garcia"),
        ("12.03.1954", "1954-03-12"),
        ("03/12/54", "1954-03-12"),
        ("AB 12345", "AB-12345"),
        ("ID 4B32219", "4832219"),
        ("LI, J", "Jun Li"),
        ("J LI", "Jun Li"),
        ("G. Hernandcz", "Gloria Hernandez"),
        ("48Z22I9", "4832219"),
        ("1954 03 l2", "12/03/1954"),
    ],
)
def test_known_values_are_found_as_a_reader_misreads_them(text, value):
    assert mentions(text, [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("R AP", "Ann Lee"),
        ("W 350 L 40", "1954-03-12"),
        ("1954", "1954-03-12"),
        ("", "Ann"),
        ("LIVER", "Lee"),
        ("MRI", "MRI-48221"),
        ("AP", "Paul Adams"),
    ],
)
def test_other_text_is_no_known_value(text, value):
    assert not mentions(text, [value])


@given(st.text(max_size=30))
@settings(max_examples=50)
def test_folding_is_stable_and_plain(text):
    assert fold(text.upper()) == fold(text.upper().lower())
    assert all(c.isalnum() for c in fold(text))


CONFUSED = ["0O", "1l", "1I", "5S", "8B", "2Z", "6G", "9g", "4A", "7T", "ce", "nh", "uv", "aо", "il", "tf", "ao", "rn"]


def misread(text, rng, share):
    """The text with each sign taken for another with a chance of `share`, or for a random one."""
    out = ""
    for sign in text:
        if sign.isalnum() and rng.random() < share:
            pairs = [pair.replace(sign, "") for pair in CONFUSED if sign in pair]
            sign = rng.choice(pairs) if pairs else rng.choice(string.ascii_letters)
        out += sign
    return out


def test_names_are_found_at_a_rate_after_random_confusions():
    rng = random.Random(3)
    found = total = 0
    for _ in range(600):
        given_name, family = rng.choice(GIVEN), rng.choice([name for name in FAMILY if len(name) >= 5])
        form = rng.choice(["{g} {f}", "{f}, {g}", "{f}^{g}", "{i} {f}", "{f} {i}.", "{f}"])
        shown = form.format(g=given_name, f=family, i=given_name[0])
        shown = shown.upper() if rng.random() < 0.5 else shown
        found += mentions(misread(shown, rng, 0.08), [f"{given_name} {family}"])
        total += 1
    assert found / total >= 0.95


def test_dates_and_numbers_are_found_at_a_rate_after_random_confusions():
    rng = random.Random(4)
    found = 0
    for _ in range(600):
        y, m, d = rng.randint(1930, 2025), rng.randint(1, 12), rng.randint(1, 28)
        form = rng.choice(
            ["{d:02}.{m:02}.{y}", "{m:02}/{d:02}/{y}", "{y}-{m:02}-{d:02}", "{y}{m:02}{d:02}", "{d:02} {m:02} {y}"]
        )
        number = "".join(rng.choices(string.digits, k=8))
        found += mentions(misread(form.format(y=y, m=m, d=d), rng, 0.05), [f"{y}-{m:02}-{d:02}"])
        found += mentions("ID " + misread(number, rng, 0.05), [number])
    assert found / 1200 >= 0.9


def test_the_allow_list_mentions_hardly_anybody():
    words = [word for name in ("word", "laterality", "neutral") for word in _lexicon()[name]]
    people = [f"{given_name} {family}" for given_name, family in zip(GIVEN, FAMILY, strict=False)]
    hits = [(word, who) for word in words for who in people if mentions(word, [who])]
    assert len(hits) <= 0.0005 * len(words) * len(people)


@given(
    st.sampled_from(FAMILY),
    st.sampled_from(["LIVER", "AP PORTABLE", "W 350 L 40", "Im: 12/40", "T2 FLAIR", "R", "5 cm"]),
)
def test_a_setting_mentions_nobody(family, text):
    assert not mentions(text, [family])


@given(st.text(alphabet=string.digits, min_size=7, max_size=10), st.integers(2, 5))
def test_a_number_in_two_lines_is_found(number, cut):
    assert spans_both(f"ID {number[:cut]}", number[cut:], [number])
    assert mentioned_among([number[cut:], "R", number[:cut]], [number])
    assert not spans_both("AP", "PORTABLE", [number])


def test_a_name_in_two_lines_is_found():
    assert spans_both("Vande-", "lay", ["Art Vandelay"])
    assert not spans_both("Van", "Gogh", ["Art Vandelay"])
