"""Spanish ages, with their unit as Spanish corpora mark them: varón de 63 años, lactante de 7 meses, a los ocho años.

Not ages: how long something lasts ("hace 3 años", "20 años de evolución"), limits ("mayores de 65 años"), follow-up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinx_hf.phi import Label, Span
from clinx_hf.text.rules.rule import found

_FAMILY = "ages_es"
_ONES = "uno|una|un|dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
_NUMBER = (
    rf"(?:1[01]\d|\d{{1,2}}(?:[,.]5)?|(?:treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)(?:\sy\s(?:{_ONES}))?|"
    r"veinti(?:uno|ún|una|dós|dos|trés|tres|cuatro|cinco|séis|seis|siete|ocho|nueve)|veinte|diez|once|doce|trece|catorce|"
    rf"quince|dieciséis|dieciseis|diecisiete|dieciocho|diecinueve|{_ONES})"
)
_SMALL = r"(?:meses|mes|semanas?|días?|horas)"
_YEARS = re.compile(
    rf"(?<![\w.,/\-+<>=])(?P<n>{_NUMBER}\s?años?)(?:\sy\s(?:\d{{1,2}}|medio|{_ONES})(?:\smeses)?)?(?!\w)"
    r"(?!\s(?:de\s(?!edad|vida)(?:evoluci|casad|matrimonio|tratamiento|experiencia|seguimiento|duraci|antigüedad|postoperatorio|"
    r"infecc|historia|la\s|su\s|haber|iniciad|hemodi|tabaq|consumo|di[áa]lisis|sobrevid|supervivencia|remisi|control|terapia|"
    r"ser\s|estar|segui|inicio|forma|residencia)|"
    r"del\s(?:trasplante|diagnóstico|inicio|episodio|tratamiento|injerto|comienzo|procedimiento)|,\s(?:la|el)\spaciente|"
    r"atrás|después|antes|más\stard|previos|previo|consecutivos|tras\s|desde\s|libre|posterior|de\sforma|sin\s(?:recid|tratam|"
    r"segui|evid)|y\s\d{1,2}\saños|ha\s|han\s|había))"
)
_LASTING = re.compile(
    r"(?:hac[eí]a?n?|durante|[úu]ltim[oa]s|cada|tras|desde\shace|después\sde|al\scabo\sde|en\slos|por|lleva|unos|"
    r"aproximadamente\shace|mayor(?:es)?\s(?:de|a)|menor(?:es)?\s(?:de|a)|más\sde|menos\sde|superior(?:es)?\sa|"
    r"inferior(?:es)?\sa|historia\sde|evolución\sde|seguimiento\sde|periodo\sde|período\sde|plazo\sde|entre|y|o|próximos|"
    r"primeros|siguientes|transcurridos|pasados|supervivencia\sde|control\sa\slos|revisi[óo]n\sa\slos|evolución|"
    r"promedio\sde|media\sde|largo\sde|transcurso\sde|curso\sde|intervalo\sde|tiempo\sde|cabo\sde|antigüedad\sde|duración\sde|"
    r"recidiva\sa\slos|durante\slos|fumador(?:a)?\sde\s\d+\s\w+\s(?:al\sdía\s)?durante|hasta\slos|"
    r"total\sde|a\spartir\sde|a\scasi|Barcelona|DM\s?[12]?|HTA|seropositiva\sde|trabajó)(?:\s(?:unos|más\sde|aproximadamente|casi|un[oa]s|los|ya|los\s[úu]ltimos))?\s$",
    re.IGNORECASE,
)
_WHO = (
    r"(?:lactante|niñ[oa]|neonat[oa]|recién\snacid[oa]|RN|prematur[oa]|bebé|varón|hembra|mujer|paciente|hij[oa]|"
    r"herman[oa]|gemel[oa]s?|sexo\s(?:femenino|masculino)|hombre|edad|preescolar|escolar|sobrin[oa]|niet[oa])"
)
_YOUNG = re.compile(
    rf"(?i:\b{_WHO})(?:\s(?:sano|sana|varón|mujer|hembra|previamente\ssan[oa]|masculin[oa]|femenin[oa]|de\sraza\s\w+|de\ssexo\s\w+))?"
    rf",?\s(?:de\s|con\s)?(?:tan\ssolo\s)?(?P<n>{_NUMBER}\s{_SMALL}(?:\sy\s(?:{_NUMBER}\s(?:días|semanas)|medio))?)(?!\w)"
    r"(?!\sde\s(?:evoluci|gestaci|embarazo|tratamiento|seguimiento|amenorrea|ingreso))"
)
_OF_AGE = re.compile(rf"(?<![\w.,/\-])(?P<n>{_NUMBER}\s{_SMALL})(?=\sde\s(?:edad|vida)(?!\w))")
_PLAIN = re.compile(r"(?<![\w.,/\-])(?P<n>\d{2}\s?a\.|\d{2}a)(?=[\s,.)]{1,3}(?:Sexo|M\b|F\b|HC|NHC))")


def spanish_ages(text: str) -> Iterator[Span]:
    """62 años, diecisiete años, lactante de 7 meses, 3 días de vida."""
    for match in _YEARS.finditer(text):
        if not _LASTING.search(text, max(0, match.start() - 40), match.start()):
            yield found(match, Label.AGE, 0.95, _FAMILY, "n")
    for pattern in (_YOUNG, _OF_AGE, _PLAIN):
        for match in pattern.finditer(text):
            yield found(match, Label.AGE, 0.95, _FAMILY, "n")
