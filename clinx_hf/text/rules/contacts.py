"""E-mail, web and network addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinx_hf.phi import Label, Span
from clinx_hf.text.lists import lines
from clinx_hf.text.rules.rule import found

_FAMILY = "contacts"

_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w][\w.+%-]{0,63}(?:@|"
    r"\s@\s)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,6}[A-Za-z]{2,24}(?![\w@])"
)
_EMAIL_SPELLED = re.compile(
    r"(?<!\w)[\w.+-]{1,40}\s?[(\[]at[)\]]\s?[\w-]{1,40}(?:\s?(?:[(\[]dot[)\]]|\.)\s?[\w-]{1,24}){1,4}|"
    r"(?<!\w)[a-z0-9]{2,24}(?:\sdot\s[a-z0-9]{1,24}){0,3}\sat\s[a-z0-9]{2,24}(?:\sdot\s[a-z0-9]{2,24}){0,2}\sdot\s(?:com|org|net|edu|gov|example|uk|nz|au|ca)\b"
)
_URL = re.compile(r"(?<![\w@])(?:https?|ftp|sftp|dicomweb|wss?)://[^\s<>\"'|\])}]{3,300}", re.IGNORECASE)
_WWW = re.compile(r"(?<![\w@./-])[Ww][Ww][Ww]\.[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?:/[^\s<>\"'|,;)\]]{0,200})?")
_TOP = (
    r"(?:com|org|net|edu|gov|mil|int|info|biz|io|ai|app|dev|health|care|clinic|hospital|doctor|"
    r"example|test|local|uk|us|ca|au|nz|ie|"
    r"in|za|es|mx|ar|cl|co|pe|fr|de|it|nl|be|ch|at|pt|br|jp|cn|kr|sg|hk|ph|my|ng|ke|gh|gov\.\w\w|eus|"
    r"cat|eu|me|tv|ly)"
)
_DOMAIN = re.compile(
    rf"(?<![\w@./\\-])(?:[a-z0-9](?:[a-z0-9-]{{0,62}})\.){{1,5}}(?:com|org|net|edu|gov|info|io|app|"
    rf"example|nhs\.uk|co\.uk|org\.uk)(?:\.(?:[a-z]{{2,4}}))?(?![\w@-]|\.\w)"
    r"(?:/[^\s<>\"'|,;)\]]{0,200})?"
    rf"|(?<![\w@./\\-])(?:[a-z0-9](?:[a-z0-9-]{{0,62}})\.){{1,5}}{_TOP}/[^\s<>\"'|,;)\]]{{1,200}}"
)
_SHARE = re.compile(
    r"\\\\[\w.$-]{2,40}(?:\\[\w.$ -]{1,60}?){1,8}(?=[\s,;)]|\.\s|\.?$)|"
    r"\b[A-Z]:\\[\w.$\\-]{3,120}"
)
_SOCIAL = re.compile(r"(?<![\w@.])@[A-Za-z][\w.]{2,30}(?<!\.)(?![\w@])(?!\.\w)")

_IPV4 = re.compile(
    r"(?<![\w.\\])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|"
    r"1?\d?\d)(?![\w\\]|\.\d)"
)
_MAC = re.compile(
    r"(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-])|"
    r"(?<![\w.])[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}(?![\w.])"
)
_IPV6 = re.compile(r"(?<![\w:.])(?=[0-9A-Fa-f:]{0,4}[0-9A-Fa-f]?:)(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_VERSION_BEFORE = re.compile(
    r"(?:\b(?:v|ver|version|release|firmware|fw|software|sw|build|section|UID|OID)\.?\s?:?\s?)$",
    re.IGNORECASE,
)


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses, also with a blank beside the @ or spelled (at), (dot)."""
    for match in _EMAIL.finditer(text):
        yield found(match, Label.EMAIL, 0.99, _FAMILY)
    for match in _EMAIL_SPELLED.finditer(text):
        yield found(match, Label.EMAIL, 0.95, _FAMILY)


def urls(text: str) -> Iterator[Span]:
    """Web addresses with or without a scheme, network shares."""
    for pattern in (_URL, _WWW, _DOMAIN, _SHARE):
        for match in pattern.finditer(text):
            if not any(host in match.group() for host in lines("public_hosts")):
                yield found(match, Label.URL, 0.97, _FAMILY)


def network_addresses(text: str) -> Iterator[Span]:
    """IPv4, IPv6 and MAC addresses."""
    for match in _IPV4.finditer(text):
        if not _VERSION_BEFORE.search(text, max(0, match.start() - 12), match.start()):
            yield found(match, Label.IP, 0.95, _FAMILY)
    for match in _MAC.finditer(text):
        yield found(match, Label.IP, 0.98, _FAMILY)
    for match in _IPV6.finditer(text):
        if _is_ipv6(match.group()):
            yield Span(match.start(), match.end(), Label.IP, 0.97, f"rule:{_FAMILY}")  # may end in "::"


def _is_ipv6(text: str) -> bool:
    groups = text.split(":")
    if "::" not in text:
        return len(groups) == 8 and all(groups)
    return (
        text.count("::") == 1
        and len(text) > 6
        and any(len(group) == 4 or not group.isdigit() for group in groups if group)
    )


def handles(text: str) -> Iterator[Span]:
    """@name of a social network."""
    for match in _SOCIAL.finditer(text):
        yield found(match, Label.USERNAME, 0.95, _FAMILY)
