"""The rules, in order, and `find`, which runs them all over a text."""

from __future__ import annotations

from collections.abc import Iterator

from clinx_hf.phi import Span
from clinx_hf.text.evidence import evidence
from clinx_hf.text.folding import fold
from clinx_hf.text.rules import (
    ages,
    ages_es,
    contacts,
    dates,
    dates_partial,
    fields,
    hl7,
    labelled,
    letters_de,
    letters_es,
    letters_fr,
    listed,
    lone,
    names,
    numbers,
    phones,
    places,
    staff,
    structured,
    tables,
)
from clinx_hf.text.rules.rule import Rule

_ENOUGH = 20  # measured spans, below which a rule's own score counts

RULES: tuple[Rule, ...] = (
    dates.numeric_dates,
    dates.compact_dates,
    dates.worded_dates,
    dates.months_with_year,
    dates_partial.slashed_days,
    dates_partial.ordinal_days,
    dates_partial.lone_months,
    dates_partial.lone_weekdays,
    dates_partial.holidays,
    dates_partial.bare_years,
    contacts.emails,
    contacts.urls,
    contacts.network_addresses,
    contacts.handles,
    phones.cued_phones,
    phones.pagers_and_extensions,
    phones.shaped_phones,
    labelled.labelled_numbers,
    numbers.shaped_numbers,
    numbers.bare_codes,
    numbers.spoken_numbers,
    places.streets,
    places.post_codes,
    places.cities_with_state,
    places.states_and_countries,
    names.titled_names,
    names.names_with_degree,
    names.names_of_kin,
    names.labelled_names,
    names.form_names,
    staff.log_ins,
    staff.chat_handles,
    staff.signed_initials,
    ages.years_old,
    ages.infant_ages,
    ages.ages_with_sex,
    ages.labelled_ages,
    ages.dicom_ages,
    ages.ages_of_people,
    ages_es.spanish_ages,
    fields.form_fields,
    hl7.hl7_fields,
    tables.tables,
    structured.json_values,
    structured.xml_values,
    structured.dicom_values,
    letters_es.spanish_hospitals,
    letters_es.spanish_addresses,
    letters_es.spanish_dates,
    letters_es.spanish_clinicians,
    letters_de.german_names,
    letters_de.german_places,
    letters_de.german_dates,
    letters_de.german_ages,
    letters_de.german_numbers,
    letters_fr.french_letters,
    listed.listed_names,
    lone.lone_values,
)


def find(text: str) -> list[Span]:
    """Return what the rules see in `text`, in order of place; spans of different rules may overlap.

    Offsets are code points of `text` itself, however its characters are written (see `folding`). The source of a span
    is the rule's name ("rule:emails"), its score the rule's measured precision where that is below the rule's own.
    """
    folded = fold(text)
    spans = {_weighed(span) for span in find_all(folded.text)}
    return sorted(Span(*folded.span(s.start, s.end), s.label, s.score, s.source) for s in spans)


def find_all(text: str) -> Iterator[Span]:
    """Yield what each rule sees in a folded text, with the rule's name and the score that it gives itself."""
    for rule in RULES:
        source = f"rule:{rule.__name__}"
        for span in rule(text):
            yield Span(span.start, span.end, span.label, span.score, source)


def _weighed(span: Span) -> Span:
    known = evidence(span)
    if known.spans < _ENOUGH or known.precision >= span.score:
        return span
    return Span(span.start, span.end, span.label, round(known.precision, 2), span.source)
