"""Labelled short texts for measuring: values without any cue word, and names in neutral frames.

A bare value is the whole text, or one cell of a row. Everything is drawn from a seed; no real person's data.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from clinx_hf.phi import Label
from clinx_hf.synthesis.notes import Mention, Note
from clinx_hf.text.people import known_name_words, names_by_culture

Draw = Callable[[Random], str]

# "#" a digit, "%" a digit from 2 to 9, "?" a capital, "~" a small letter; other signs stand for themselves.
_FORMS: dict[Label, tuple[str, ...]] = {
    Label.PHONE: (
        "(%##) 555-01##",
        "%##-555-01##",
        "%##.555.01##",
        "+1 %## 555 01##",
        "1-%##-555-01##",
        "+44 20 7946 0###",
        "020 7946 0###",
        "07700 900###",
        "+49 30 5550##-##",
        "+34 6## ## ## ##",
        "02 40 55 0# ##",
        "+91 98### #####",
        "+63 917 555 0###",
        "555-01##",
    ),
    Label.SSN: ("%##-4#-####", "9##-##-####", "?? ## ## ## ?".replace("??", "AB").replace("?", "C"), "########-?"),
    Label.MRN: ("00######", "#######", "########", "MRN#######", "H-#######", "??######", "##-##-##"),
    Label.ID: (
        "S2#-#####",
        "A######",
        "ACC########",
        "##-######",
        "CT-2#-0######",
        "2#:MR######",
        "?#######",
        "ORD-#####-?",
    ),
    Label.HEALTHPLAN: ("XJH#########", "1EG4-TE5-MK7#", "W#### #####"),
    Label.ACCOUNT: ("4539 #### #### ####", "DE89 3704 0044 0532 01##", "5500-####-####-####"),
    Label.ZIP: ("#####-####", "SW1A %AA", "M%H 2P9".replace("%H", "5H")),
    Label.IP: ("192.168.#.1##", "10.%#.1#.%#", "00:1B:44:11:3A:B#", "fe80::1c2a:7bff:fe04:99%#"),
    Label.VEHICLE: ("1HGCM82633A######", "2T1BURHE0JC######"),
    Label.DEVICE: ("SN-########", "(01)00643169007222(21)#######", "1.2.840.99114.#.####.2021#####"),
}
_MONTHS = "January February March April May June July August September October November December".split()
_TOWNS = (
    "Ardenlow",
    "Corbelton",
    "Dunmarra",
    "Fellgate",
    "Harrowby",
    "Marlstone",
    "Penwick",
    "Santa Olaya",
    "Tamarisk",
)
_STREETS = ("Elm", "Harbour", "Quarry", "Mill Lake", "St. Brannoc", "Juniper", "Old Chapel", "Cedar Ridge", "Fennel")
_KINDS = ("Street", "St", "Road", "Avenue", "Ave", "Ln", "Drive", "Blvd", "Close", "Court")


def _filled(form: str, rng: Random) -> str:
    signs = {"#": "0123456789", "%": "23456789", "?": "ABCDEFGHJKLMNPRSTUVWXYZ", "~": "abcdefghijklmnopqrstuvwxyz"}
    return "".join(rng.choice(signs[sign]) if sign in signs else sign for sign in form)


def _date(rng: Random) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1935, 2026)
    name = _MONTHS[month - 1]
    return rng.choice(
        (
            f"{month}/{day}/{year}",
            f"{month:02}/{day:02}/{year % 100:02}",
            f"{day:02}.{month:02}.{year}",
            f"{year}-{month:02}-{day:02}",
            f"{year}{month:02}{day:02}",
            f"{day} {name} {year}",
            f"{name} {day}, {year}",
            f"{day:02}-{name[:3]}-{year}",
            f"{day:02}{name[:3].upper()}{year}",
            f"{name[:3]} {day} {year}",
            f"{year}/{month:02}/{day:02}",
            f"{day:02}-{month:02}-{year} {rng.randint(0, 23):02}:{rng.randint(0, 59):02}",
            f"{year}-{month:02}-{day:02}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:00Z",
            f"{name} {year}",
        )
    )


def _person(rng: Random) -> tuple[str, str]:
    names = rng.choice([n for n in names_by_culture().values() if any(n.given.values())])
    return rng.choice(names.given_for("u")), rng.choice(names.family)


def _name(rng: Random) -> str:
    given, family = _person(rng)
    initial = rng.choice("ABCDEFGHJKLMNPRSTVW")
    return rng.choice(
        (
            f"{given} {family}",
            f"{family}, {given}",
            f"{family.upper()}, {given.upper()}",
            f"{family.upper()}^{given.upper()}",
            f"{given} {initial}. {family}",
            f"{initial}. {family}",
            f"{family.upper()}, {given.upper()} {initial}",
        )
    )


def _mail(rng: Random) -> str:
    given, family = (part.split()[0].lower() for part in _person(rng))
    given, family = given.encode("ascii", "ignore").decode(), family.encode("ascii", "ignore").decode()
    return f"{given}{rng.choice(('.', '_', ''))}{family}{rng.choice(('', '7', '84'))}@{rng.choice(('mail', 'post', 'clinic'))}.example.{rng.choice(('com', 'org', 'net'))}"


def _street(rng: Random) -> str:
    unit = rng.choice(("", "", ", Apt 4", " Unit 12B"))
    return f"{rng.randint(1, 9899)} {rng.choice(_STREETS)} {rng.choice(_KINDS)}{unit}"


_DRAWN: dict[Label, Draw] = {
    Label.DATE: _date,
    Label.PATIENT: _name,
    Label.EMAIL: _mail,
    Label.STREET: _street,
    Label.URL: lambda rng: (
        f"{rng.choice(('https://', 'http://', 'www.'))}{rng.choice(_TOWNS).lower().replace(' ', '')}-clinic.example.org/{rng.randint(1, 9999)}"
    ),
    Label.AGE: lambda rng: rng.choice(
        (
            f"{rng.randint(18, 89)} y/o",
            f"0{rng.randint(18, 89)}Y",
            f"{rng.randint(18, 89)} years old",
            f"{rng.randint(2, 11)} months old",
            f"{rng.randint(18, 89)}F",
        )
    ),
    **{label: (lambda rng, forms=forms: _filled(rng.choice(forms), rng)) for label, forms in _FORMS.items()},  # type: ignore[misc]
}
_CELLS = ("{}", "{}", "{}", "4.1 | {} | neg", "7 | ok | {}", "{} | 98% | 12", "{}\t4.1\tneg", "3\t{}\t12")


def bare_values(seed: int, per_label: int = 20) -> list[Note]:
    """Draw values of 18 labels without any cue word, as whole texts and as cells; two calls with one seed agree."""
    notes = []
    for label in sorted(_DRAWN):
        rng = Random(f"{seed}/{label}")
        for i in range(per_label):
            value, frame = _DRAWN[label](rng), rng.choice(_CELLS)
            notes.append(_note(f"bare-{label.lower()}-{i}", "bare value", frame, value, _aged(label, value)))
    return notes


def _aged(label: Label, value: str) -> tuple[Label, int, int]:
    """The label and place of what counts in a value: of an age in years its number alone."""
    if label != Label.AGE or value.startswith("0"):
        return label, 0, len(value)
    months = value.removesuffix(" old")
    digits = len(value) - len(value.lstrip("0123456789"))
    return label, 0, len(months) if "month" in value else digits


def _note(name: str, kind: str, frame: str, value: str, what: tuple[Label, int, int]) -> Note:
    label, first, last = what
    start = frame.index("{}")
    person = {"identity": 1, "gender": "u"} if label == Label.PATIENT else {}
    mention = Mention(start + first, start + last, label, **person)  # type: ignore[arg-type]
    return Note(name, kind, "en", frame.replace("{}", value), (mention,))


_FRAMES = (
    "{}",
    "{}.",
    "Seen with {} today.",
    "{} was here this morning.",
    "Please call {} back.",
    "Message left for {}.",
    "{} agrees with the plan.",
    "Thanks, {}",
    "Hi {}, your results are in.",
    "Reviewed with {} at the bedside.",
    "{} slept well.",
    "Note for {}:",
    "4.1 | {} | neg",
    "{} to be seen again in two weeks.",
    "Told {} about the scan.",
    "I spoke to {} and nobody else.",
)


def named_frames(names: Sequence[str], seed: int, count: int, kind: str) -> list[Note]:
    """Put drawn names into short neutral frames: `count` notes of the kind given, each with one PATIENT.

    Args:
        names: the names to draw from, without repetition while they last.
    """
    rng = Random(f"{seed}/{kind}")
    drawn = rng.sample(list(names), min(count, len(names)))
    return [
        _note(f"{kind.replace(' ', '-')}-{i}", kind, rng.choice(_FRAMES), name, (Label.PATIENT, 0, len(name)))
        for i, name in enumerate(drawn)
    ]


def single_names(seed: int, count: int = 400) -> list[Note]:
    """One given or family name of the package's list, of every culture equally often, in a neutral frame."""
    rng = Random(f"{seed}/single")
    cultures = [culture for culture in names_by_culture().values() if any(culture.given.values())]
    names: dict[str, None] = {}
    while len(names) < count:
        culture = cultures[len(names) % len(cultures)]
        names[rng.choice(culture.given_for("u") if rng.random() < 0.6 else culture.family)] = None
    return named_frames(list(names), seed, count, "single name")


def unseen_names(path: Path, seed: int, count: int = 400) -> list[Note]:
    """Full and single names of a file (JSON lines with "name", "kind") of which no word is in the package's list."""
    given, family = known_name_words()
    known = given | family
    pools: dict[str, list[str]] = {"given": [], "family": []}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] in pools and not any(word in known for word in row["name"].lower().split()):
            pools[row["kind"]].append(row["name"])
    rng = Random(f"{seed}/unseen")
    last = pools["family"] or pools["given"]
    full = [f"{rng.choice(pools['given'])} {rng.choice(last)}" for _ in range(count // 2)] if pools["given"] else []
    single = rng.sample(pools["given"], min(count - len(full), len(pools["given"])))
    return named_frames(list(dict.fromkeys([*full, *single])), seed, count, "unseen name")
