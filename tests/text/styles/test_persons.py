"""One person, one surrogate, in every written form."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from styled import KEY, surrogates

from clinx_hf.text.people import listing, names_by_culture, plain

_JOHN = (
    "<<PATIENT#1m:John Smith>> came. <<PATIENT#1m:SMITH, JOHN>>; Mr. <<PATIENT#1m:Smith>>, <<PATIENT#1m:J.S.>>; "
    "<<PATIENT#1m:JS>> and <<PATIENT#1m:Smith>>'s wife <<PERSON#2f:Mary Smith>>. <<PATIENT#1m:JOHN>> rests; "
    "<<PATIENT#1m:john>>, <<PATIENT#1m:Smith John>>, <<PATIENT#1m:Smith's>>, <<PATIENT#1m:J. Smith>>, "
    "<<PATIENT#1m:SMITH^JOHN>>. Dr. <<DOCTOR#3m:Peter Brown>> saw <<PATIENT#1m:John>>."
)


@pytest.mark.parametrize("key", [KEY, None])
def test_every_form_of_a_person_is_one_surrogate_in_its_own_form(key):
    new = surrogates(_JOHN, key=key)
    first, last = new[0].split(" ")
    letters = (first[0] + last[0]).upper()
    wife = new[6].split(" ")
    assert new[:6] == [
        f"{first} {last}",
        f"{last.upper()}, {first.upper()}",
        last,
        f"{letters[0]}.{letters[1]}.",
        letters,
        last,
    ]
    assert wife[1] == last, "the wife shares the family name"
    assert wife[0] != first
    assert new[7:13] == [
        first.upper(),
        first.lower(),
        f"{last} {first}",
        f"{last}'s",
        f"{first[0]}. {last}",
        f"{last.upper()}^{first.upper()}",
    ]
    assert new[14] == first
    assert not {plain(w) for w in re.findall(r"\w+", " ".join(new)) if len(w) > 2} & set(
        "john smith mary peter brown".split()
    )
    assert new[13] not in (f"{first} {last}", "Peter Brown")


@pytest.mark.parametrize(
    ("name", "culture", "gender"),
    [("Siobhán Kavanagh", "irish", "f"), ("Hans-Peter Müller", "german", "m"), ("Ngozi Okonkwo", "igbo", "f")],
)
def test_gender_and_culture_stay(name, culture, gender):
    tag = f"<<PATIENT#1{gender}:{name}>>"
    (new,) = surrogates(f"Seen: {tag} today.")
    names = names_by_culture()[culture]
    given_name, family = re.split(r"[ ]", new)
    assert family in names.family
    assert all(part in names.given[gender] for part in given_name.split("-"))


def test_a_title_tells_the_gender_of_a_name_that_no_list_has():
    man, woman = surrogates("Mr. <<PATIENT#1m:Qorvik Zeltand>> and Mrs. <<PERSON#2f:Blurna Fonkis>>.")
    for new, gender in ((man, "m"), (woman, "f")):
        genders = [g for _, g in listing().given[plain(new.split(" ")[0])]]
        assert genders.count(gender) >= genders.count("f" if gender == "m" else "m")


def test_particles_hyphens_and_suffixes_stay_and_parts_agree():
    full, married, short, reversed_form = surrogates(
        "<<PATIENT#1f:Maria de la Cruz-Lopez Jr>>; <<PATIENT#1f:Maria de la Cruz>>; Ms. <<PATIENT#1f:Lopez>>; "
        "<<PATIENT#1f:DE LA CRUZ, MARIA>>"
    )
    match = re.fullmatch(r"(\S+) de la (\S+)-(\S+) Jr", full)
    assert match, full
    given_name, one, two = match.groups()
    assert married == f"{given_name} de la {one}"
    assert short == two
    assert reversed_form == f"DE LA {one.upper()}, {given_name.upper()}"


def test_a_word_that_is_a_particle_is_a_name_where_it_stands_alone():
    alone, initial, first = surrogates("<<DOCTOR#1u:Do>>, <<DOCTOR#2u:E. Brandvold>>, <<PERSON#3m:Al Green>>")
    assert alone != "Do"
    assert initial[0] != "E"
    assert not first.startswith("Al ")


def test_different_people_stay_different():
    names = ["John Smith", "Peter Brown", "Mary Jones", "Susan Miller", "James Wilson", "Linda Davis", "Robert Moore"]
    new = surrogates(" ".join(f"<<PERSON#{i}u:{name}>>;" for i, name in enumerate(names)))
    assert len({word for name in new for word in name.split()}) == 2 * len(names)


def test_two_people_of_one_given_name_are_told_apart_by_the_family_name():
    john, other, again = surrogates("<<PATIENT#1m:John Smith>>; <<PERSON#2m:John Brown>>; Mr. <<PERSON#2m:Brown>>")
    assert john != other
    assert other.split()[1] == again


def test_a_surrogate_is_no_name_of_the_document():
    """All family names of a culture but five are in the text: one of the five must be taken."""
    free = 5
    family = [n for n in names_by_culture()["korean"].family if n.isalpha() and len(n) > 2]
    text = "<<PATIENT#1u:Kim Minjun>>. Others: " + ", ".join(family[free:])
    for seed in range(20):
        (new,) = surrogates(text, key=bytes([seed]) * 16)
        assert not {plain(word) for word in new.split()} & {plain(name) for name in family[free:]}


def test_rows_of_one_patient_agree_and_patients_differ():
    note = "Seen: <<PATIENT#1m:John Smith>>, MRN <<MRN:0045-2217>>, born <<DATE:3 March 1961>>."
    other = "Mr. <<PATIENT#1m:Smith>>, MRN <<MRN:0045-2217>>, again on <<DATE:4 March 1961>>."
    name, number, _ = surrogates(note, patient="P-1")
    short, same, _ = surrogates(other, patient="P-1")
    assert name.split()[1] == short
    assert number == same
    assert surrogates(note, patient="P-2")[:2] != [name, number]


_SHARED = st.sampled_from(
    ["{g} {f}", "{f}, {g}", "{F}, {G}", "{g}", "{f}", "{f} {g}", "{g[0]}. {f}", "{F}^{G}", "{g[0]}.{f[0]}."]
)
_GIVEN = st.sampled_from(
    sorted({n for names in names_by_culture().values() for n in names.given_for("u") if n.isalpha() and len(n) > 2})
)
_FAMILY = st.sampled_from(
    sorted({n for names in names_by_culture().values() for n in names.family if n.isalpha() and len(n) > 3})
)


@settings(max_examples=60, deadline=None)
@given(_GIVEN, _FAMILY, st.lists(_SHARED, min_size=1, max_size=6), st.sampled_from([KEY, None]))
def test_any_forms_of_any_listed_person_fill_the_same_way(given_name, family, forms, key):
    if plain(given_name) == plain(family):
        return
    forms = ["{g} {f}", *forms]
    fields = {"g": given_name, "f": family, "G": given_name.upper(), "F": family.upper()}
    texts = [form.format(**fields) for form in forms]
    new = surrogates("; ".join(f"<<PATIENT#1u:{text}>>" for text in texts), key=key)
    # In the order of the names' roles: the first form may be read as "family given" where the lists say so.
    one, two = new[0].split(" ")
    fields = {"g": one, "f": two, "G": one.upper(), "F": two.upper()}
    assert [plain(n) for n in new] == [plain(form.format(**fields)) for form in forms]
    assert all(a.casefold() != b.casefold() for a, b in zip(texts, new, strict=True))


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=25).filter(lambda s: s.strip() and not set(s) & set("<>")), st.floats(0, 1))
def test_any_string_marked_as_a_person_goes(value, stay):
    (new,) = surrogates(f"<<PATIENT#1u:{value}>> x", stay=stay)
    assert new.casefold() != value.casefold()
