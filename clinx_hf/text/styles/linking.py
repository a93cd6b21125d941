"""Which mentions of a document are one person: "John Smith", "SMITH, JOHN", "Mr. Smith", "J.S.", "John"."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from clinx_hf.phi import PERSON_LABELS, Label, Span
from clinx_hf.text.people import listing, plain
from clinx_hf.text.styles.names import NameWord, Role, read_name
from clinx_hf.text.styles.replacing import Document

_TITLE_BEFORE = re.compile(r"([^\W\d_]+)\.?[ \t\u00a0]+$")
_WOMAN = frozenset(
    "mrs ms miss sra srta señora doña mme mlle lady dame smt aunty nanay wife daughter mother sister mom mum mam aunt niece "
    "granddaughter grandmother grandma girlfriend dra doctora hija madre hermana esposa nieta abuela tía prima sobrina".split()
)
_MAN = frozenset(
    "mr sr señor don sir mnr tatay shri brother father son husband uncle nephew grandson grandfather grandpa dad boyfriend "
    "hijo padre hermano esposo marido nieto abuelo tío primo sobrino".split()
)
_FORMAL = frozenset(
    "mr mrs ms miss mx dr prof professor doctor sr sra srta señor señora dra capt sgt officer judge".split()
)


@dataclass(eq=False)
class Identity:
    """One person of a document. Words are plain, in the order in which they were first seen."""

    label: Label
    given: list[str] = field(default_factory=list)
    family: list[str] = field(default_factory=list)
    letters: str = ""  # of a person that is known by initials only
    has_initials: bool = False
    titles: Counter[str] = field(default_factory=Counter)
    places: list[int] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """All words, given names first."""
        return [*self.given, *self.family]

    @property
    def name(self) -> str:
        """What names this person among those of the document."""
        return " ".join([*sorted(self.words), self.letters])

    @property
    def gender(self) -> str:
        """Return f, m or u, from titles, else from the given names."""
        if self.titles:
            return max(sorted(self.titles), key=lambda gender: self.titles[gender])
        for word in self.given:
            genders = Counter(gender for _, gender in listing().given.get(word, ()))
            if genders["f"] != genders["m"]:
                return "f" if genders["f"] > genders["m"] else "m"
        return "u"

    @property
    def culture(self) -> str | None:
        """Return the culture that most of the words are listed for; None when no word is listed."""
        votes: Counter[str] = Counter()
        for word in self.family:
            cultures = listing().family.get(word, frozenset())
            votes.update({culture: 1 / len(cultures) for culture in cultures})
        for word in self.given:
            cultures = frozenset(culture for culture, _ in listing().given.get(word, ()))
            votes.update({culture: 0.6 / len(cultures) for culture in cultures})
        return max(sorted(votes), key=lambda culture: votes[culture]) if votes else None


@dataclass(frozen=True)
class PersonMention:
    """One written form of a person."""

    span: Span
    words: tuple[NameWord, ...]
    identity: Identity


@dataclass(frozen=True)
class _Read:
    span: Span
    words: tuple[NameWord, ...]
    title: str

    def of(self, *roles: Role) -> list[str]:
        return [word.plain for word in self.words if word.role in roles]

    @property
    def initials(self) -> str:
        return "".join(self.of(Role.INITIALS))


def link(document: Document) -> dict[Span, PersonMention]:
    """Return every mention of a person with the person it belongs to.

    Forms with most words come first, so that short ones find the person they stand for; of two possible persons one of
    the same label, then the one mentioned last before.
    """
    mentions = [_read(document, span) for span in document.spans if span.label in PERSON_LABELS]
    full_words = {word for mention in mentions for word in mention.of(Role.GIVEN, Role.FAMILY)}
    mentions = [_as_words(mention, full_words) for mention in mentions]
    known: dict[str, list[Identity]] = defaultdict(list)  # by word and by initial
    linked: dict[Span, PersonMention] = {}
    for mention in sorted(mentions, key=_fullness):
        identity = _find(mention, known)
        if identity is None:
            identity = Identity(mention.span.label)
        before = {*identity.words, identity.letters}
        _extend(identity, mention)
        for word in (*identity.words, identity.letters):
            if word and word not in before:
                known[word].append(identity)
                known[f"initial {word[0]}"].append(identity)
        linked[mention.span] = PersonMention(mention.span, mention.words, identity)
    return linked


def _fullness(mention: _Read) -> tuple[int, int, int]:
    return (-len(mention.of(Role.GIVEN, Role.FAMILY)), -len(mention.words), mention.span.start)


def _read(document: Document, span: Span) -> _Read:
    before = _TITLE_BEFORE.search(document.text[max(0, span.start - 24) : span.start])
    return _Read(span, read_name(document.value(span)), before.group(1).casefold() if before else "")


def _as_words(mention: _Read, full_words: set[str]) -> _Read:
    """Capitals that are a whole name elsewhere ("ANN" beside "Ann Lee") are no initials."""
    words = tuple(
        replace(word, role=Role.GIVEN)
        if word.role is Role.INITIALS and len(word.plain) > 1 and word.plain in full_words
        else word
        for word in mention.words
    )
    if len(mention.of(Role.GIVEN, Role.FAMILY)) == 1 and len(words) == 1:
        words = (replace(words[0], role=_single_role(words[0].plain, mention)),)
    return replace(mention, words=words)


def _single_role(word: str, mention: _Read) -> Role:
    known = listing()
    if mention.title in _FORMAL:
        return Role.FAMILY
    if (word in known.given) != (word in known.family):
        return Role.GIVEN if word in known.given else Role.FAMILY
    return Role.FAMILY if mention.span.label == Label.DOCTOR else Role.GIVEN


def _find(mention: _Read, by_word: Mapping[str, list[Identity]]) -> Identity | None:
    given, family = mention.of(Role.GIVEN), mention.of(Role.FAMILY)
    initials = mention.initials
    asked = dict.fromkeys([*given, *family] or [f"initial {initials[:1]}"])
    known = dict.fromkeys(each for word in asked for each in by_word.get(word, ()))
    if not given and not family:
        fitting = [each for each in known if _fits_initials(initials, each)]
    elif len(given) + len(family) == 1 and not mention.initials:
        word = (given or family)[0]
        fitting = [each for each in known if word in each.words]
        placed = [each for each in fitting if word in (each.given if given else each.family)]
        fitting = placed or fitting
    else:
        fitting = [each for each in known if _same_person(mention, set(given), set(family), each)]
    if not fitting:
        return None
    start = mention.span.start
    return max(
        fitting,
        key=lambda each: (
            each.label == mention.span.label,
            max((place for place in each.places if place < start), default=-1),
            -min(each.places),
        ),
    )


def _fits_initials(letters: str, person: Identity) -> bool:
    """Tell whether letters are a person's initials, in either order, with or without the middle ones."""
    if person.letters:
        return letters == person.letters
    given, family = ("".join(word[0] for word in group) for group in (person.given, person.family))
    if not given or not family or len(letters) < 2:
        return False
    offered = {given[0] + family[0], given + family, given[0] + family, given + family[0], family[0] + given[0]}
    middle = len(letters) == 3 and letters[0] == given[0] and letters[-1] == family[-1] and len(given) == 1
    return letters in offered or middle


def _same_person(mention: _Read, given: set[str], family: set[str], person: Identity) -> bool:
    own_given, own_family = set(person.given), set(person.family)
    words = given | family
    if words <= own_given | own_family and len(words) > 1:
        return True  # reversed, or without a middle or second family name
    if not family & own_family:
        return False
    if given:
        return bool(given & own_given) or (not own_given and bool(own_family >= family))
    first = mention.initials[:1]
    return not first or not own_given or any(word.startswith(first) for word in own_given)


def _extend(person: Identity, mention: _Read) -> None:
    known = set(person.words)
    person.given += [w for w in dict.fromkeys(mention.of(Role.GIVEN)) if w not in known]
    person.family += [w for w in dict.fromkeys(mention.of(Role.FAMILY)) if w not in known]
    if mention.initials:
        person.has_initials = True
        if not person.words:
            person.letters = mention.initials
    if mention.title in _WOMAN or mention.title in _MAN:
        person.titles["f" if mention.title in _WOMAN else "m"] += 1
    person.places.append(mention.span.start)


def plain_words(text: str) -> frozenset[str]:
    """Return all words of a text, plain: what no surrogate may be."""
    return frozenset(plain(word) for word in set(re.findall(r"[^\W\d_]{2,}(?:['\u2019][^\W\d_]{2,})?", text)))
