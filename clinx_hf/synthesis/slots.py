"""New values for the typed slots of a carrier that hold no person: dates, codes, places, organisations, jobs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from random import Random

from clinx_hf.phi import Label
from clinx_hf.synthesis.notes import Note
from clinx_hf.text.people import names_by_culture
from clinx_hf.text.styles.forms import WORD, copy_case, redraw_code, redraw_date, redraw_digits

_CODES = frozenset(
    "PHONE FAX IP SSN MRN HEALTHPLAN ACCOUNT LICENSE VEHICLE DEVICE ID ZIP USERNAME".split(),
)
_WORDY = frozenset("HOSPITAL ORGANIZATION STREET LOCATION".split())
# How often a value is swapped whole for another of its label, instead of being rewritten in its own form.
_SWAP = {
    "CITY": 0.9,
    "STATE": 0.9,
    "COUNTRY": 0.9,
    "PROFESSION": 0.6,
    "ZIP": 0.3,
    "USERNAME": 0.3,
    "EMAIL": 0.2,
    "URL": 0.2,
}


@cache
def _faker_lists() -> dict[str, tuple[str, ...]]:
    """Cities, countries and jobs of Faker's locales in Latin script (MIT)."""
    from faker import Faker

    cities: set[str] = set()
    for locale in (
        "en_IN",
        "de_DE",
        "es_ES",
        "es_MX",
        "fr_FR",
        "it_IT",
        "pt_BR",
        "pl_PL",
        "nl_NL",
        "tr_TR",
        "en_PH",
        "id_ID",
        "sv_SE",
    ):
        for provider in Faker(locale).providers:
            for name in ("cities", "city_names", "cities_name", "metro_manila_lgus", "province_lgus"):
                cities.update(str(c) for c in getattr(provider, name, ()) if isinstance(c, str))
    english = Faker("en_US").providers
    countries = tuple(
        str(c) for provider in english for c in getattr(provider, "countries", ()) if isinstance(c, str) and len(c) < 25
    )
    jobs = tuple(
        re.split(r"[,(]", str(job))[0].strip().lower() for provider in english for job in getattr(provider, "jobs", ())
    )
    return {"CITY": tuple(sorted(c for c in cities if len(c) < 25)), "COUNTRY": countries, "PROFESSION": jobs}


class SlotFiller:
    """Draws new values for slots that hold no person."""

    def __init__(self, pool: Sequence[Note]) -> None:
        values: dict[str, Counter[str]] = defaultdict(Counter)
        word_count: Counter[str] = Counter()
        for note in pool:
            for mention in note.mentions:
                value = note.text[mention.start : mention.end]
                values[mention.label][value] += 1
                if mention.label in _WORDY:
                    word_count.update(w.lower() for w in WORD.findall(value))
        self._pool = {label: tuple(sorted(counted)) for label, counted in values.items()}
        # Words that several places share ("Hospital", "Street", "General") tell the kind and stay.
        self._kind_words = {word for word, n in word_count.items() if n >= 3}
        self._surnames = tuple(sorted({n for names in names_by_culture().values() for n in names.family}))

    def fill(self, label: Label, old: str, rng: Random) -> str:
        """Return a new value for a slot of this label that holds `old`."""
        if rng.random() < _SWAP.get(label, 0.3 if label in _WORDY else 0.15 if label in _CODES else 0.0):
            return self._swap(label, old, rng)
        if label == Label.DATE:
            return redraw_date(old, rng)
        if label == Label.AGE:
            return re.sub(r"\d+", lambda m: self._age(m.group(), rng), old)
        if label in _CODES:
            return redraw_code(old, rng)
        if label in (Label.EMAIL, Label.URL):
            return self._address(old, rng)
        if label in _WORDY:
            return self._place(old, rng)
        return old

    def _swap(self, label: Label, old: str, rng: Random) -> str:
        extra = _faker_lists().get(label, ())
        own = self._pool.get(label, ())
        source = extra if extra and (not own or rng.random() < 0.5) else own
        if not source:
            return old
        new = rng.choice(source)
        if len(old) > 2 and old.isupper() and not new.isupper():
            return new.upper()
        return new

    @staticmethod
    def _age(old: str, rng: Random) -> str:
        if len(old) == 3:
            return f"{rng.randint(1, 103):03}"
        return str(rng.randint(1, 9) if len(old) == 1 else rng.randint(10, 99)).zfill(len(old))

    def _address(self, old: str, rng: Random) -> str:
        parts = re.split(r"([@./:_-])", old)

        def new_part(part: str) -> str:
            if len(part) < 4 or part.lower() in (
                "http",
                "https",
                "www",
                "mail",
                "gmail",
                "yahoo",
                "info",
                "contact",
            ):
                return part if not part.isdigit() else redraw_digits(part, rng)
            if part.isdigit():
                return redraw_digits(part, rng)
            return rng.choice(self._surnames).lower().replace(" ", "") if rng.random() < 0.7 else part

        return "".join(new_part(part) if i % 2 == 0 else part for i, part in enumerate(parts))

    def _place(self, old: str, rng: Random) -> str:
        def new_word(match: re.Match[str]) -> str:
            word = match.group()
            if word.isdigit():
                return redraw_digits(word, rng).lstrip("0") or "4"
            if len(word) < 3 or not word[0].isupper() or word.lower() in self._kind_words:
                return word
            source = self._surnames if rng.random() < 0.5 else _faker_lists()["CITY"]
            return copy_case(rng.choice(source), word)

        return WORD.sub(new_word, old)
