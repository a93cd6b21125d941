"""Reading scores: a perfect answer has no errors, an empty one has nothing, a part counts as a part."""

from __future__ import annotations

import numpy as np
from image_cases import planted

from clinx_hf.bench.image_peers import Answer, Piece, Told
from clinx_hf.bench.image_reading import cuts, reading_figures
from clinx_hf.bench.image_scores import ALL


def _perfect(seconds: float = 0.5) -> Answer:
    told = [Told(tuple(Piece(x.drawn.quad, x.drawn.text) for x in case.lines), seconds) for case in planted()]
    return Answer("perfect", tuple(told), tuple(x.drawn.text for case in planted() for x in case.lines), None)


def test_perfect_answer() -> None:
    figures = reading_figures(_perfect(), planted())
    assert figures.found[ALL].hits == figures.found[ALL].of == sum(len(case.lines) for case in planted())
    assert figures.errors[ALL].wrong == figures.cut_errors[ALL].wrong == 0
    assert figures.errors[ALL].signs > 50
    assert figures.outside == 0
    assert figures.seconds == 0.5


def test_empty_answer() -> None:
    figures = reading_figures(Answer("none", (Told((), 0.1),) * len(planted()), ("",) * 99, None), planted())
    assert figures.found[ALL].hits == 0
    assert figures.errors[ALL].rate == figures.cut_errors[ALL].rate == 1


def test_boxes_beyond_the_text_are_counted_where_there_is_no_other() -> None:
    whole = Piece(np.array([(0, 0), (320, 0), (320, 320), (0, 320)], np.float32), "x")
    figures = reading_figures(Answer("all", (Told((whole,), 0.1),) * len(planted()), ("",) * 99, None), planted())
    assert figures.found[ALL].value == 1
    assert 0.5 < figures.outside < 1
    assert figures.errors[ALL].rate > 0.9


def test_words_are_joined_in_the_direction_of_the_line() -> None:
    case = planted()[0]
    line = max(case.lines, key=lambda x: len(x.drawn.text))
    quad, text = line.drawn.quad, line.drawn.text
    middle = (quad[:2] + quad[[3, 2]]) / 2, len(text) // 2
    top, low = (quad[0] + quad[1]) / 2, (quad[3] + quad[2]) / 2
    first = Piece(np.array([quad[0], top, low, quad[3]], np.float32), text[: middle[1]])
    second = Piece(np.array([top, quad[1], quad[2], low], np.float32), text[middle[1] :])
    figures = reading_figures(Answer("two", (Told((second, first), 0.1),), ("",) * 99, None), [case])
    assert figures.errors[ALL].wrong == sum(len(x.drawn.text.replace(" ", "")) for x in case.lines if x is not line)
    assert figures.found[ALL].hits == 1


def test_cuts_are_straight_lines_of_one_height() -> None:
    made = cuts(planted())
    assert len(made) == sum(len(case.lines) for case in planted())
    assert {cut.shape[0] for cut in made} == {32}
