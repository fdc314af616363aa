"""Passing is exact; the percentage shown never promises more than was reached."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.points import has_passed, percent_of

PAPERS = st.integers(1, 1000).flatmap(lambda most: st.tuples(st.integers(0, most), st.just(most)))


@given(PAPERS, st.integers(0, 100))
def test_passing_is_exact(paper: tuple[int, int], pass_percent: int) -> None:
    points, most = paper
    assert has_passed(points, most, pass_percent) == (Fraction(points, most) >= Fraction(pass_percent, 100))


@given(PAPERS, st.integers(0, 100))
def test_the_percentage_shown_agrees_with_passing(paper: tuple[int, int], pass_percent: int) -> None:
    points, most = paper
    assert 0 <= percent_of(points, most) <= 100
    assert (percent_of(points, most) >= pass_percent) == has_passed(points, most, pass_percent)


def test_seventy_nine_point_nine_has_not_passed_at_eighty() -> None:
    assert percent_of(799, 1000) == 79
    assert not has_passed(799, 1000, 80)
    assert has_passed(20, 25, 80)
