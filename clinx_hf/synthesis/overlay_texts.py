"""Strings as they are burned into medical images: footers, viewer settings, demographics, markers.

Every person, place and number here is made up. Names come from short lists of common names and from syllables,
so that a reader learns letters rather than a list.
"""

from __future__ import annotations

import unicodedata

import numpy as np

# What the recogniser can say. The space is a sign like any other; the blank of CTC is len(VOCABULARY).
VOCABULARY = (
    " 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_{|}~°±µ²®©"
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüýßœšžčćłńśźżąęőűğış"
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒŠŽČĆŁŃŚŹŻĄĘ"
)

GIVEN = (
    "James Mary Robert Anna Michael Linda David Susan Paul Karen Daniel Lisa Peter Helen Mark Laura Steven Ruth "
    "Andrew Alice Kevin Diane Brian Julia George Emma Edward Maria Jose Elena Luis Carmen Juan Sofia Ahmed Fatima "
    "Wei Ming Yuki Hiro Raj Priya Ivan Olga Lars Ingrid Pierre Claire Hans Greta Marek Zofia João Inês Søren Åsa "
    "Jürgen Zoë Chloé Renée Björn Łukasz Tomáš Nuria Andrés Núria Eva Neel Alex Dana Scott Jacqueline"
).split()
FAMILY = (
    "Smith Johnson Brown Garcia Miller Davis Lopez Wilson Anderson Taylor Moore Martin Lee Walker Young King "
    "Wright Hill Green Baker Nelson Carter Mitchell Roberts Turner Phillips Campbell Parker Evans Collins Stewart "
    "Morris Rogers Cook Bell Murphy Bailey Cooper Reed Kelly Howard Ward Cox Diaz Wood Watson Brooks Bennett Gray "
    "Hughes Price Long Foster Powell Perry Müller Schäfer Weiß Nguyen Tran Chen Wang Patel Singh Khan Kowalski "
    "Wójcik Novák Horváth Rossi Bianchi Silva Gonçalves Peña Muñoz Ibáñez O'Brien O'Neill McDonald D'Angelo "
    "Lefèvre Dupont Jansen de Vries van Dijk Johansson Øberg Hansen Goldstein Peterson Vaidya Kim Park"
).split()
PLACES = (
    "St. Mary Hospital|General Hospital|University Medical Center|County Clinic|Radiology Associates|Mercy Health|"
    "Children's Hospital|Imaging Center|VA Medical Center|Regional Hospital|Klinikum|Hôpital Central|"
    "Hospital Clínico|City Hospital NHS Trust|Dept. of Radiology"
).split("|")
MARKERS = (
    "R|L|A|P|H|F|RT|LT|AP|PA|LAT|AP PORTABLE|PORTABLE|SUPINE|ERECT|SEMI ERECT|UPRIGHT|SITTING|MOBILE|EXP|INSP|"
    "LEFT|RIGHT|R BREAST|L MLO|R CC|DECUB|STANDING|WEIGHT BEARING|AXIAL|SAG T1|COR T2 FLAIR|T1 +C|DWI|ADC|SCOUT|"
    "CONTRAST|POST GAD|BONE|LUNG|SOFT TISSUE|LIVER|LONG|TRANS|RK|LK|GB|CBD|AORTA|IVC|Thyroid|Fr14|2D|Gen|THI|"
    "FRACTURE|ANT|POST|MedPix®|MedPix|©|Zoom|Uploader|Source|Made for teaching|Not for clinical use"
).split("|")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def fold(text: str, vocabulary: str = VOCABULARY) -> str:
    """Return `text` with every sign outside the vocabulary replaced by its bare letter, or left out."""
    out = []
    for sign in unicodedata.normalize("NFC", text):
        bare = sign if sign in vocabulary else unicodedata.normalize("NFKD", sign)[0]
        if bare in vocabulary:
            out.append(bare)
    return "".join(out)


def _pick(rng: np.random.Generator, options: list[str] | tuple[str, ...]) -> str:
    return options[int(rng.integers(len(options)))]


def _digits(rng: np.random.Generator, n: int) -> str:
    return "".join(str(d) for d in rng.integers(0, 10, n))


def _hex(rng: np.random.Generator, n: int) -> str:
    return "".join("0123456789abcdef"[d] for d in rng.integers(0, 16, n))


def _word(rng: np.random.Generator) -> str:
    onset = ("b c d f g h j k l m n p r s t v w z br ch dr gr kl pr sch sh st th tr x y q").split()
    vowel = ("a e i o u ai ea ou y é ö ü á ó").split()
    coda = ("| |n|r|s|l|t|ck|nd|ng|rt|x|m").split("|")
    return "".join(
        _pick(rng, onset) + _pick(rng, vowel) + _pick(rng, coda).strip() for _ in range(int(rng.integers(1, 4)))
    )


def name(rng: np.random.Generator) -> str:
    """Return a person's name in one of the ways it is written on images."""
    given = _pick(rng, GIVEN) if rng.random() < 0.6 else _word(rng).capitalize()
    family = _pick(rng, FAMILY) if rng.random() < 0.5 else _word(rng).capitalize()
    middle = chr(65 + int(rng.integers(26)))
    form = _pick(
        rng,
        (
            "{g} {f}",
            "{g} {m} {f}",
            "{g} {m}. {f}",
            "{f}, {g}",
            "{f}, {g} {m}",
            "{f}^{g}^{m}",
            "Dr. {f}",
            "{g}  {f}",
            "{f} {g}",
        ),
    )
    out = form.format(g=given, f=family, m=middle)
    style = rng.random()
    return out.upper() if style < 0.35 else out.lower() if style < 0.42 else out


def date(rng: np.random.Generator) -> str:
    """Return a date, often with a time, in one of the usual orders."""
    y, m, d = int(rng.integers(1930, 2030)), int(rng.integers(1, 13)), int(rng.integers(1, 29))
    forms = (
        f"{m:02d}-{d:02d}-{y}",
        f"{m:02d}/{d:02d}/{y}",
        f"{d:02d}.{m:02d}.{y}",
        f"{y}-{m:02d}-{d:02d}",
        f"{y}{m:02d}{d:02d}",
        f"{d:02d}-{MONTHS[m - 1]}-{y}",
        f"{MONTHS[m - 1]} {d}, {y}",
        f"{m}/{d}/{y % 100:02d}",
        f"{d} {MONTHS[m - 1].upper()} {y}",
    )
    out = _pick(rng, forms)
    if rng.random() < 0.3:
        out += f" {int(rng.integers(24)):02d}:{int(rng.integers(60)):02d}" + (
            f":{int(rng.integers(60)):02d}" if rng.random() < 0.5 else ""
        )
    return out


def footer(rng: np.random.Generator) -> str:
    """Return a portal's footer: a uuid, who uploaded the image, its source, a date; whole or in part."""
    uuid = "-".join(_hex(rng, n) for n in (8, 4, 4, 4, 12))
    who = name(rng)
    source = who if rng.random() < 0.7 else name(rng)
    day = f"{int(rng.integers(1, 13)):02d}-{int(rng.integers(1, 29)):02d}-{int(rng.integers(1995, 2026))}"
    forms = (
        f"{uuid},Uploader : {who},Source : {source},{day}",
        f"{uuid},Uploader : {who}",
        f"Source : {source},{day}",
        f"{uuid[9:]},Uploader : {who},Source : {source}",
        f"Uploaded by {who} on {day} id={uuid[:8]}",
        f"© {day[-4:]} {_pick(rng, PLACES)}, courtesy of {who}",
        f"{_word(rng)}.{_word(rng)}.org/case/{_digits(rng, 6)} {who} {day}",
    )
    return forms[int(rng.choice(len(forms), p=(0.4, 0.13, 0.13, 0.08, 0.1, 0.08, 0.08)))]


def viewer(rng: np.random.Generator) -> str:
    """Return a setting that a scanner or viewer writes: window, slice, echo time, field of view."""

    def n(low: int, high: int) -> int:
        return int(rng.integers(low, high))

    forms = (
        f"W {n(40, 4096)} : L {n(-600, 2048)}",
        f"WL: {n(0, 2048)} WW: {n(1, 4096)}",
        f"Zoom: {n(10, 400)}.{n(0, 99):02d}%",
        f"Se: {n(1, 900)}",
        f"Im: {n(1, 300)}/{n(100, 400)}",
        f"TR: {n(300, 9000)}.00",
        f"TE {n(5, 150)}.{n(0, 9)}",
        f"FOV {n(10, 45)} cm",
        f"{n(1, 10)}.{n(0, 9)} mm",
        f"kV {n(70, 141)}",
        f"mA: {n(20, 700)}",
        f"{n(50, 260)} mm",
        f"Thk {n(1, 11)}.0mm",
        f"Flip: {n(5, 181)}",
        f"{n(128, 513)}x{n(128, 513)}",
        f"%FOV {n(60, 101)}",
        f"NEX: {n(1, 5)}",
        f"Loc: {'-' if n(0, 2) else ''}{n(0, 300)}.{n(0, 100):02d}",
        f"C{n(20, 90)} M{n(2, 6)} P{n(1, 9)}",
        f"MI {n(0, 2)}.{n(0, 9)} TIS {n(0, 3)}.{n(0, 9)}",
        f"{n(2, 15)}.{n(0, 9)} MHz",
        f"D: {n(5, 24)}.{n(0, 9)}cm",
        f"EX: {n(1000, 99999)}",
        f"DFOV {n(10, 50)}.{n(0, 9)}cm",
        f"{n(0, 101)}%",
        f"FR {n(5, 60)}Hz",
        f"+ {n(0, 9)}.{n(0, 99):02d} cm",
        f"HR {n(40, 160)} bpm",
    )
    return _pick(rng, forms)


def demographic(rng: np.random.Generator) -> str:
    """Return a line about the patient, the study or the place."""
    number = _digits(rng, int(rng.integers(5, 11)))
    forms = (
        name(rng),
        date(rng),
        f"DOB: {date(rng)}",
        f"MRN {number}",
        f"ID: {number}",
        f"Acc# {number}",
        _pick(rng, PLACES),
        f"{name(rng)} {date(rng)}",
        f"{int(rng.integers(1, 99)):03d}Y {_pick(rng, ('M', 'F'))}",
        f"Study Date: {date(rng)}",
        f"Ref: {name(rng)}",
        f"Tech: {_pick(rng, GIVEN)[:2].upper()}",
        f"{_pick(rng, PLACES)} {_word(rng).capitalize()}",
        f"Tel {_digits(rng, 3)}-{_digits(rng, 3)}-{_digits(rng, 4)}",
        f"Sex: {_pick(rng, ('M', 'F'))} Age: {int(rng.integers(1, 99))}",
    )
    out = _pick(rng, forms)
    return out.upper() if rng.random() < 0.3 else out


def mark(rng: np.random.Generator) -> str:
    """Return a mark of a sign or a few: a side, a view, a setting, one or two letters or digits."""
    kind = rng.random()
    if kind < 0.3:
        out = _pick(rng, ("R", "L", "RT", "LT", "R", "L", "LEFT", "RIGHT"))
    elif kind < 0.55:
        out = _pick(rng, tuple(MARKERS))
    elif kind < 0.75:
        out = viewer(rng)
    else:
        out = "".join(_pick(rng, tuple(VOCABULARY[1:63])) for _ in range(int(rng.integers(1, 4))))
    return fold(out)


def scatter(rng: np.random.Generator) -> str:
    """Return signs without sense, so that every sign of the vocabulary is seen."""
    n = int(rng.integers(2, 14))
    signs = VOCABULARY[1:] if rng.random() < 0.5 else VOCABULARY[1:63]
    out = "".join(_pick(rng, tuple(signs)) for _ in range(n))
    return out if rng.random() < 0.6 else " ".join(_word(rng) for _ in range(int(rng.integers(1, 4))))


def text(rng: np.random.Generator) -> str:
    """Return one line of overlay text of any kind, folded to the vocabulary."""
    kind = rng.random()
    if kind < 0.22:
        out = footer(rng)
    elif kind < 0.44:
        out = viewer(rng)
    elif kind < 0.72:
        out = demographic(rng)
    elif kind < 0.86:
        out = _pick(rng, tuple(MARKERS))
    else:
        out = scatter(rng)
    return fold(out).strip() or "R"
