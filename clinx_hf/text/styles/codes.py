"""Surrogates of numbers and addresses: the shape stays, the value is in a reserved range or fails its check digit."""

from __future__ import annotations

import re
from random import Random

from clinx_hf.text.people import plain
from clinx_hf.text.styles.checks import is_telephone
from clinx_hf.text.styles.forms import copy_case

_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_SIGN = re.compile(r"[^\W_]")
_DIGIT_WORDS = tuple(
    group.split()
    for group in (
        "zero one two three four five six seven eight nine",
        "cero uno dos tres cuatro cinco seis siete ocho nueve",
    )
)
_EXTENSION = re.compile(r"(?i)\s*(?:x|#|ext\.?|extension)\s*\d+\s*$")
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_MAC = re.compile(r"[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}")
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737
_NO_NINO = "DFIQUV"  # no National Insurance number starts with these


def signs(value: str) -> str:
    """Return the letters and digits of a code, lower case: the same code however it is grouped."""
    return plain("".join(_SIGN.findall(value)))


def filled(shape: str, new: str) -> str:
    """Put the characters of `new` in the place of the letters and digits of `shape`, in its case."""
    given = iter(new)

    def next_sign(match: re.Match[str]) -> str:
        sign = next(given, "0")
        return sign.upper() if match.group().isupper() else sign

    return _SIGN.sub(next_sign, shape)


def code(value: str, rng: Random) -> str:
    """Return as many letters and digits as a code has, digits for digits, letters for letters (hexadecimal ones too)."""
    wanted = signs(value)
    hexadecimal = len(wanted) >= 8 and not set(wanted) - set("0123456789abcdef") and not wanted.isdigit()
    letters = "abcdef" if hexadecimal else _LETTERS
    parts = [rng.choice("0123456789") if c.isdigit() else rng.choice(letters) for c in wanted]
    if re.fullmatch(r"[0-2](?:\.\d+){4,}", value):  # an object identifier: no number starts with a zero
        starts, at = [], 0
        for number in value.split("."):
            starts.append(at)
            at += len(number)
        for place in starts[1:]:
            parts[place] = rng.choice("123456789")
        parts[0] = wanted[0]
    return "".join(parts)


def has_digit_words(value: str) -> bool:
    """Tell whether a number is spelled out, as in a dictation."""
    words = [word.casefold() for word in re.findall(r"[^\W\d_]+", value)]
    return sum(any(word in group for group in _DIGIT_WORDS) for word in words) >= 2


def spelled(value: str, rng: Random) -> str:
    """Redraw a spelled-out number: digit words for digit words, letters for letters."""

    def new_word(match: re.Match[str]) -> str:
        word = match.group()
        group = next((g for g in _DIGIT_WORDS if word.casefold() in g), None)
        if word.casefold() in ("oh", "double", "triple"):
            return word
        return copy_case(rng.choice(group), word) if group else filled(word, code(word, rng))

    return re.sub(r"[^\W\d_]+|\d+", new_word, value)


def social_security(value: str, rng: Random) -> str:
    """A code in a range that is never issued: SSN 9xx-[10-49], National Insurance with a forbidden first letter."""
    wanted, drawn = signs(value), code(value, rng)
    if re.fullmatch(r"\d{3}\D?\d{2}\D?\d{4}", value):
        return f"9{drawn[1:3]}{rng.randint(10, 49)}{drawn[5:]}"
    if re.fullmatch(r"[a-z]{2}\d{6}[a-z]", wanted):
        return rng.choice(_NO_NINO).lower() + drawn[1:-1] + rng.choice("abcd")
    return drawn


def telephone(value: str, rng: Random) -> str:
    """A telephone number in the form of another: 555-01xx, 07700 900xxx, else one that rings nowhere."""
    extension = _EXTENSION.search(value)
    main = value[: extension.start()] if extension else value
    digits = re.sub(r"\D", "", main)
    new = iter(_telephone_digits(digits, main.lstrip(" (").startswith("+"), rng))
    shaped = re.sub(r"\d", lambda _: next(new), main)
    tail = re.sub(r"\d", lambda _: rng.choice("0123456789"), value[len(main) :])
    return shaped + tail


def _telephone_digits(digits: str, international: bool, rng: Random) -> str:
    drawn = "".join(rng.choice("0123456789") for _ in digits)
    area = f"{rng.randint(2, 9)}{rng.randint(0, 8)}{rng.randint(0, 9)}"
    line = f"55501{rng.randint(0, 99):02}"
    british = f"7700900{rng.randint(0, 999):03}"
    length = len(digits)
    if length < 7:
        return drawn
    if length == 7 and not international:
        return line
    if length == 10 and digits[0] not in "01" and not international:
        return area + line
    if length == 11 and digits[0] == "1":
        return "1" + area + line
    if length == 12 and digits.startswith("44"):
        return "44" + british
    if length == 11 and digits[0] == "0" and digits[1] in "1237" and not international:
        return "0" + british
    return _silent(digits, international, rng)


def _silent(digits: str, international: bool, rng: Random) -> str:
    kept = digits[:2] if international else digits[:1] if digits[0] == "0" else ""
    for _ in range(60):
        new = kept + "".join(rng.choice("0123456789") for _ in digits[len(kept) :])
        if not is_telephone(new, international):
            return new
    return "0" * (len(digits) - 3) + f"{rng.randint(0, 999):03}"


def internet_address(value: str, rng: Random) -> str:
    """An address of the documentation ranges: RFC 5737 (IPv4), 3849 (IPv6), 7042 (hardware)."""
    if _MAC.fullmatch(value):
        mark = value[2]
        new = mark.join(("00", "00", "5e", "00", "53", f"{rng.randrange(256):02x}"))
        return new.upper() if re.search(r"[A-F]", value) else new
    if _IPV4.search(value):
        return _IPV4.sub(lambda _: f"{rng.choice(_NETWORKS)}.{rng.randint(1, 254)}", value)
    if ":" in value:
        return f"2001:db8:{rng.randrange(1, 65536):x}::{rng.randrange(1, 65536):x}"
    return filled(value, code(value, rng))


def email(value: str, rng: Random, names: tuple[str, ...]) -> str:
    """An address at example.org; its name has the form of the old one."""
    spoken = re.search(r"\s+at\s+", value, re.I) if "@" not in value else None
    local = re.split(r"@|\s+at\s+", value, maxsplit=1, flags=re.I)[0]

    def new_word(match: re.Match[str]) -> str:
        word = match.group()
        if spoken and word.casefold() == "dot":
            return word
        if word.isdigit() or len(word) < 3:
            return filled(word, code(word, rng))
        return copy_case(plain(rng.choice(names)), word)

    new = re.sub(r"[^\W\d_]+|\d+", new_word, local)
    domain = " at example dot org" if spoken else "@example.org"
    return new + (domain.upper() if value.isupper() else domain)


def web_address(value: str, rng: Random) -> str:
    """The scheme, example.org, and a path of the same shape."""
    match = re.fullmatch(r"(?is)((?:[a-z]+://)?)((?:www\.)?)[^/\\?#\s]+(.*)", value)
    if match is None:
        return filled(value, code(value, rng))
    scheme, www, path = match.groups()
    return f"{scheme}{www}example.org{filled(path, code(path, rng))}"
