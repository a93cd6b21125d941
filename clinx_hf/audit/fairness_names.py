"""Names for the fairness audit, by culture and gender: those of the package's list, and those that are in no list.

The listed names were in training. Unseen names are joined from syllables of a culture's names and kept only when
their spelling is in no list, in no training carrier and in no file of names that was handed in.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random

from clinx_hf.errors import BadInput
from clinx_hf.phi import PERSON_LABELS
from clinx_hf.synthesis.notes import carriers
from clinx_hf.text.people import names_by_culture, plain

GENDERS = ("f", "m")
FEWEST = 12  # names that a slot can choose from
LENGTHS = (5, 6)  # letters: the lengths nearest to the median (6) that names of every culture have
_UNSEEN_PER_LENGTH = 40
_TRIES = 4000
_LETTERS = re.compile(r"[^\W\d_]+")
_VOWELS = "aeiouyáàâãäåāăéèêëēęíìîïīıóòôõöōőøúùûüūýÿơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
_SYLLABLE = re.compile(f"[^{_VOWELS}]*[{_VOWELS}]+(?:[^{_VOWELS}]+$)?", re.I)
_ONSET = re.compile(f"[^{_VOWELS}]*", re.I)


@dataclass(frozen=True)
class People:
    """Names of one culture and one gender, each a single word of letters."""

    given: tuple[str, ...]
    family: tuple[str, ...]


Pools = Mapping[tuple[str, str], People]  # by (culture, gender)


@dataclass(frozen=True)
class NameGroup:
    """Names of one standing towards training: "listed", "unseen" or "file"."""

    title: str
    pools: Pools

    @property
    def cultures(self) -> list[str]:
        """The cultures, in alphabetical order."""
        return sorted({culture for culture, _ in self.pools})


def _single_words(names: Iterable[str]) -> list[str]:
    return sorted({name for name in names if _LETTERS.fullmatch(name) and len(name) > 2})


def _complete(pools: dict[tuple[str, str], People]) -> Pools:
    """Keep the cultures that have enough names of each kind for both genders."""
    enough = {key for key, people in pools.items() if min(len(people.given), len(people.family)) >= FEWEST}
    return {key: pools[key] for key in sorted(pools) if all((key[0], gender) in enough for gender in GENDERS)}


def read_names(path: Path) -> dict[tuple[str, str, str], list[str]]:
    """Read a JSONL file of {culture, gender f/m/u, kind given/family, name} into lists by (culture, gender, kind).

    Raises:
        BadInput: a line is not of that form.
    """
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            found[str(row["culture"]), str(row["gender"]), str(row["kind"])].append(str(row["name"]))
        except (ValueError, KeyError, TypeError):
            raise BadInput(
                f"Line {number} of {path.name} is no JSON object with culture, gender, kind, name."
            ) from None
    return dict(found)


def package_names() -> dict[tuple[str, str, str], list[str]]:
    """Return the package's own list in the form of `read_names`."""
    found = {}
    for culture, names in names_by_culture().items():
        for gender, given in names.given.items():
            found[culture, gender, "given"] = list(given)
        found[culture, "u", "family"] = list(names.family)
    return found


@cache
def training_words() -> frozenset[str]:
    """Return the plain words of all of the package's lists and of all persons of its training carriers."""
    words: set[str] = set()
    for file in files("clinx_hf.text").joinpath("lists").iterdir():
        if file.name.endswith((".txt", ".tsv")):
            words.update(_LETTERS.findall(file.read_text(encoding="utf-8")))
    for note in carriers():
        for mention in note.mentions:
            if mention.label in PERSON_LABELS:
                words.update(_LETTERS.findall(note.text[mention.start : mention.end]))
    return frozenset(plain(word) for word in words)


def _joined(names: list[str], length: int, rng: Random) -> str | None:
    """Join syllables of two or three names, or the onset and rime of two; None unless it has the wanted length."""
    parts = [_SYLLABLE.findall(name) for name in rng.sample(names, 3)]
    if not all(parts):
        return None
    first, middle, last = parts[0][0], rng.choice(parts[1]), parts[2][-1]
    onset = _ONSET.match(first)
    options = (first + last, first + middle + last, (onset.group() if onset else "") + _ONSET.sub("", last, count=1))
    word = rng.choice(options)
    name = word.capitalize()  # longer than the word where a capital has no single lower-case letter (Turkish)
    return name if len(name) == length and _LETTERS.fullmatch(name) else None


def _unseen(names: list[str], known: frozenset[str], seed: str) -> tuple[str, ...]:
    """Return names joined from syllables whose spelling is not known, of the lengths that the design asks for."""
    rng = Random(seed)
    found: dict[str, str] = {}
    for length in LENGTHS:
        new: dict[str, str] = {}
        for _ in range(_TRIES if len(names) >= 3 else 0):
            word = _joined(names, length, rng)
            if word and plain(word) not in known and plain(word) not in found:
                new[plain(word)] = word
            if len(new) >= _UNSEEN_PER_LENGTH:
                break
        found |= new
    return tuple(found.values())


def name_groups(file: Path | None = None, seed: int = 0) -> list[NameGroup]:
    """Return the groups "listed" and "unseen", and "file" for those names of a file that training did not have.

    A family name that the file lacks is an unseen one. Cultures with too few names in a group are not in it.

    Raises:
        BadInput: the file is not of the form that `read_names` tells.
    """
    listed = package_names()
    extra = read_names(file) if file else {}
    known = training_words()
    everything: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for source in (listed, extra):
        for standing, names in source.items():
            everything[standing] += names
    taken = known | {plain(w) for names in everything.values() for name in names for w in _LETTERS.findall(name)}
    cultures = sorted({culture for culture, _, _ in everything})

    def joined(culture: str, gender: str, kind: str) -> tuple[str, ...]:
        return _unseen(
            _single_words(everything.get((culture, gender, kind), [])), taken, f"{seed}/{culture}/{gender}/{kind}"
        )

    family = {culture: joined(culture, "u", "family") for culture in cultures}
    seen: dict[tuple[str, str], People] = {}
    unseen: dict[tuple[str, str], People] = {}
    handed: dict[tuple[str, str], People] = {}
    for culture in cultures:
        for gender in GENDERS:
            key = (culture, gender)
            seen[key] = People(
                tuple(_single_words(listed.get((culture, gender, "given"), []))),
                tuple(_single_words(listed.get((culture, "u", "family"), []))),
            )
            unseen[key] = People(joined(culture, gender, "given"), family[culture])
            new_given = [n for n in _single_words(extra.get((culture, gender, "given"), [])) if plain(n) not in known]
            new_family = [n for n in _single_words(extra.get((culture, "u", "family"), [])) if plain(n) not in known]
            handed[key] = People(tuple(new_given), tuple(new_family) if len(new_family) >= FEWEST else family[culture])
    groups = [NameGroup("listed", _complete(seen)), NameGroup("unseen", _complete(unseen))]
    groups += [NameGroup("file", _complete(handed))] if file else []
    return [group for group in groups if group.pools]
