"""Check digits: no made-up number may pass for a real one.

Source of the rules: python-stdnum and phonenumbers; the VIN (49 CFR 565.15), NPI (CMS) and DEA check digits are reckoned here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module

_STDNUM = (
    "luhn verhoeff iban ean us.ssn us.itin gb.nhs gb.upn es.dni es.nie es.nif br.cpf mx.curp in_.aadhaar au.tfn ca.sin "
    "ca.bc_phn za.idnr cl.rut ie.pps nz.ird fr.nir it.codicefiscale tr.tckimlik se.personnummer nl.bsn pl.pesel de.idnr "
    "cn.ric kr.rrn ar.cuit co.nit fi.hetu dk.cpr pt.nif be.nn"
).split()
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_SHORTEST = 7  # shorter numbers have no check digit that anyone tests
_NATIONAL = "US GB CA AU NZ IE IN ZA NG KE GH SG MY PH HK ES MX AR CL CO PE FR DE IT PT BR NL BE PL SE".split()


@cache
def _validators() -> tuple[Callable[[str], bool], ...]:
    return tuple(import_module(f"stdnum.{name}").is_valid for name in _STDNUM)


def passes_a_check(number: str) -> bool:
    """Tell whether a number has the check digit of any scheme that its form could belong to."""
    compact = re.sub(r"\W", "", number).upper()
    if len(compact) < _SHORTEST:
        return False
    own = is_vin(compact) or _is_npi(compact) or _is_dea(compact)
    return own or any(is_valid(compact) for is_valid in _validators())


def is_vin(number: str) -> bool:
    """Tell whether 17 characters are a vehicle identification number with its check digit.

    >>> is_vin("1M8GDM9AXKP042788"), is_vin("1M8GDM9A0KP042788")
    (True, False)
    """
    if not re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", number):
        return False
    values = [int(c) if c.isdigit() else _VIN_VALUES[c] for c in number]
    rest = sum(v * w for v, w in zip(values, _VIN_WEIGHTS, strict=True)) % 11
    return number[8] == ("X" if rest == 10 else str(rest))


def _is_npi(number: str) -> bool:
    from stdnum import luhn

    return bool(re.fullmatch(r"\d{10}", number)) and bool(luhn.is_valid("80840" + number))


def _is_dea(number: str) -> bool:
    if not re.fullmatch(r"[A-Z][A-Z9]\d{7}", number):
        return False
    digits = [int(c) for c in number[2:]]
    return (sum(digits[0:6:2]) + 2 * sum(digits[1:6:2])) % 10 == digits[6]


@cache
def _regions(length: int) -> tuple[str, ...]:
    """The countries that have numbers of this length, the leading zero not counted."""
    import phonenumbers

    fits = {length, length - 1}
    described = ((region, phonenumbers.PhoneMetadata.metadata_for_region(region)) for region in _NATIONAL)
    return tuple(
        region
        for region, data in described
        if data is None or data.general_desc is None or fits & set(data.general_desc.possible_length)
    )


def is_telephone(digits: str, international: bool) -> bool:
    """Tell whether a number is one that may ring, in any country if it has its code, else in 30 large ones."""
    import phonenumbers

    for region in (None,) if international else _regions(len(digits)):
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}" if international else digits, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False
