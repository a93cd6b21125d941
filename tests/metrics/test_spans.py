"""Character scores."""

from hypothesis import given
from hypothesis import strategies as st

from clinx_hf.metrics.spans import CharacterScores, character_scores, leaked

intervals = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)).map(lambda t: (t[0], t[0] + t[1])), max_size=6)


@given(intervals, intervals)
def test_scores_equal_set_arithmetic(gold, found):
    scores = character_scores(50, gold, found)
    wanted = {i for s, e in gold for i in range(s, e)}
    marked = {i for s, e in found for i in range(s, e)}
    assert scores == CharacterScores(len(wanted), len(marked), len(wanted & marked))


def test_nothing_to_find_is_perfect_recall():
    assert character_scores(10, [], []).recall == 1.0
    assert character_scores(10, [], [(0, 5)]).precision == 0.0


def test_a_mention_with_one_bare_character_leaks():
    assert leaked([(0, 5), (10, 12)], [(0, 4), (10, 12)], 20) == 1
