"""Log-ins, handles of chats, typist marks, and the initials with which staff sign."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from clinx_hf.phi import Label, Span
from clinx_hf.text.lists import alternatives, lines
from clinx_hf.text.rules.rule import found

_FAMILY = "staff"


def _cues(name: str) -> str:
    """A regular expression for the terms of a list as written, with one capital, in title case and in capitals."""
    return alternatives(
        form for line in lines(name) for form in (line, line.capitalize(), string.capwords(line), line.upper())
    )


_LOGIN = re.compile(
    r"(?<![A-Za-z])(?:[Uu]ser(?:\s?name|\s?ID|\sid)?|USER|[Ll]og-?in(?:\sas)?|[Hh]andle|usuario|"
    r"[Oo]perator\sID|insta(?:gram)?|IG|[Ss]napchat|"
    r"(?:[Ll]ogged|[Ee]ntered|[Tt]yped|[Cc]harted|[Rr]ecorded|[Ee]xported|[Ss]igned|[Tt]ranscribed|"
    r"[Cc]leared|[Rr]eported|[Kk]eyed|[Ss]canned|[Uu]pdated|[Vv]erified|[Rr]eleased)\s[Bb]y|"
    r"[Tt]ranscribed\sby|scribe|[Tt]yped|Portal\sname|posts\sas|PIN/handle)"
    r"[\s:=@]{1,3}(?P<name>@?(?=[\w.\-\\/@]{3,24}(?![\w]))(?:[a-z][a-z]{0,14}[._\-\\]?[a-z]{0,14}\d{1,4}\w{0,4}|[a-z]{1,14}[._\\][a-z_.]{2,16}|[A-Z]{3,12}\d{1,4}))(?![\w@.]\w)"
)
_TYPIST = re.compile(
    r"(?<![\w/:])(?P<name>[A-Z]{2,4}[:/][a-z]{2,4}\d{0,3})(?=\s*(?:\n|$|\s{2}|[.\]](?:\s|$)|[DdTt]:|"
    r"job|JOB|conf))"
)
_NO_MARK = re.compile(
    r"(?:IU|BY|DC|RA|PT|OT|HR|BP|EF|mg|PMH|PSH|SI|HI|HIV|CODE|PCP|LM|LAD)[:/]|.*[:/](?:kg|ml|dl|hr|"
    r"min|none|no|full|neg|pos|wk|day|yes|mild|nil|nl|wnl|na|mm|cc|pt)$"
)
# What a log-in looks like: letters with a digit at the end, or parted by a point, an underscore or a backslash.
_HANDLE = (
    r"(?P<name>[A-Za-z]{2,14}[_\\][A-Za-z]\w{0,14}(?:_\w{1,8})?|[A-Za-z]{1,14}\.[A-Za-z]{3,14}\d{0,3}|[A-Za-z]{3,14}\.[A-Za-z]\d{0,3}|"
    r"[A-Za-z]{2,14}\d{1,4}[A-Za-z]{0,3}|[A-Za-z]{2,12}\.[A-Za-z]{1,12}\d{1,3})"
)
_CHAT = re.compile(
    rf"(?:(?<=\n)|^)[ \t]{{0,4}}(?:\[?(?:\d{{1,2}}[/.]\d{{1,2}}\s)?\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?(?:\s?[ap]m)?\]?[ \t]{{1,3}}|"
    rf"(?:agent|user|nurse|patient|guest)\s){_HANDLE}(?=[ ]?:)"
)
_LOGIN_CUE = _cues("login_cues")
_CUED = re.compile(
    rf"(?<![A-Za-z]){_LOGIN_CUE}(?:[ ][\d/\-]{{3,10}})?(?:\s(?:by|is|was|as|id|ID|for))?[ :=#]{{1,3}}@?{_HANDLE}(?![\w@]|\.\w)"
)
_DOMAIN_USER = re.compile(r"(?<=\\)(?<=[A-Z0-9]\\)(?P<name>[a-z][\w.]{2,20})(?!\w)")
_TYPED_CUE = _cues("typist_cues")
_TYPED = re.compile(
    rf"(?<![A-Za-z]){_TYPED_CUE}[ ]?[: ][ ]?(?P<name>[a-z]{{2,4}}(?:/[a-z]{{2,8}}\d{{0,3}})?|[A-Z]{{2,4}}/[a-z]{{2,4}}|[A-Z]{{2,3}}\d{{1,4}})(?=[ \t]*(?:\n|$|[;,.)\]]|[ ]{{2}}))"
)
_MARK_END = re.compile(
    r"(?<=[A-Z][A-Z]/)(?P<name>[a-z]{2,3})(?=[ \t]*(?:\n|$|/[A-Z]\d))|(?<=\b[Bb][Yy]/)(?P<by>[a-z]{2,4})(?!\w)"
)
_NUMBERED = re.compile(
    r"(?<![A-Za-z])(?:[Tt]echnician|TECHNICIAN|[Tt]ech(?:nologist)?|[Oo]perator|[Rr]adiographer)(?:\s(?:[Ii][Dd]|code|no\.?))?[ \t]{0,2}[:#]"
    r"[ \t]{0,12}(?P<name>\d{3,6})(?![\w./])"
)
_SIGNED_CUE = _cues("signing_cues")
_SIGNED = re.compile(
    rf"(?<![A-Za-z]){_SIGNED_CUE}[: ]{{1,3}}(?P<name>[A-Z]{{2,3}}|(?:[A-Z]\.[ ]?){{2,3}})(?=[ \t]*(?:\n|$|[,;)\]/|]|\.(?:\s|$)))"
)
_NOT_INITIALS = frozenset(
    "IV CT MR MRI ED ER GP RN MD PT OT US XR ICU ITU CCU NICU SW SLP NP PA RT DO RD AP PM AM OR PCP EMS EMT CNA LPN ENT GI GU OB GYN ID IR NM PET EKG ECG EEG "
    "HCA SHO SPR HO FY MDT CNS DN HV CPN PHN CM RPH DPM IM PO SC PR NG PEG ABX HR BP RR OK NO YES NA TBC THE ALL AND FOR CRNA LVN MA FNP DR MS MRS USS KOH DNR ENP ROI DOB OTN RMN SN CNM PC".split()
)


def chat_handles(text: str) -> Iterator[Span]:
    """[09:02] mlopez84: hello; agent kpatel_rn: hi."""
    for match in _CHAT.finditer(text):
        yield found(match, Label.USERNAME, 0.95, _FAMILY, "name")


def log_ins(text: str) -> Iterator[Span]:
    """User jmwangi4, logged by jcarver2, RADNET\\\\mokafo, typed by iq/sjb, typist marks such as AO:dd, Technician: 4471."""
    for match in _LOGIN.finditer(text):
        yield found(match, Label.USERNAME, 0.95, _FAMILY, "name")
    for match in _TYPIST.finditer(text):
        if not _NO_MARK.match(match["name"]):
            yield found(match, Label.USERNAME, 0.95, _FAMILY, "name")
    for pattern in (_CUED, _DOMAIN_USER, _TYPED, _MARK_END, _NUMBERED):
        for match in pattern.finditer(text):
            yield found(match, Label.USERNAME, 0.95, _FAMILY, match.lastgroup or 0)


def signed_initials(text: str) -> Iterator[Span]:
    """Signed: KV, D/w K.B., Technologist: MCW."""
    for match in _SIGNED.finditer(text):
        if match["name"].replace(".", "").replace(" ", "") not in _NOT_INITIALS:
            start, end = match.span("name")
            end -= len(match["name"]) - len(match["name"].rstrip(" ."))
            yield Span(start, end, Label.DOCTOR, 0.95, f"rule:{_FAMILY}")
