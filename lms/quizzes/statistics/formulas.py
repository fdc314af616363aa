"""The formulas of classical test theory. Pure: exact whole numbers come in, and only the last division makes a float.

A question is counted as a grid: (x, y) -> how many papers, where x are the points of the question and y the points of the rest of that paper.
Sources: the documentation of Moodle's quiz statistics ("Quiz statistics calculations", "Quiz report statistics"); L. Crocker, J. Algina,
Introduction to Classical and Modern Test Theory (1986), chapters 5 to 7 and 14; L. Cronbach, Coefficient alpha and the internal structure of
tests, Psychometrika 16 (1951); F. Lord, M. Novick, Statistical Theories of Mental Test Scores (1968).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

Grid = Mapping[tuple[int, int], int]


@dataclass(frozen=True)
class Sums:
    """n, Σx, Σx², Σy, Σy², Σxy of a grid: whole numbers of any size."""

    n: int
    x: int
    xx: int
    y: int
    yy: int
    xy: int


def sums_of(grid: Grid) -> Sums:
    """The sums of a grid."""
    cells = list(grid.items())
    return Sums(
        n=sum(count for _cell, count in cells),
        x=sum(x * count for (x, _y), count in cells),
        xx=sum(x * x * count for (x, _y), count in cells),
        y=sum(y * count for (_x, y), count in cells),
        yy=sum(y * y * count for (_x, y), count in cells),
        xy=sum(x * y * count for (x, y), count in cells),
    )


def mean(n: int, total: int) -> float | None:
    """Σx / n."""
    return total / n if n else None


def variance(n: int, total: int, squares: int) -> float | None:
    """The variance of the sample: (n·Σx² − (Σx)²) / (n·(n − 1)); None for fewer than two."""
    return (n * squares - total * total) / (n * (n - 1)) if n > 1 else None


def deviation(n: int, total: int, squares: int) -> float | None:
    """The standard deviation: the root of the variance."""
    found = variance(n, total, squares)
    return None if found is None else sqrt(found)


def facility(sums: Sums, max_points: int) -> float | None:
    """Facility index (Moodle), the item difficulty p of Crocker & Algina ch. 14: the mean of the points, in percent of the maximum."""
    return 100 * sums.x / (sums.n * max_points) if sums.n else None


def discrimination(sums: Sums) -> float | None:
    """Discrimination index (Moodle): the correlation of the question with the rest of the paper, in percent (corrected item-total correlation).

    100·(n·Σxy − Σx·Σy) / √((n·Σx² − (Σx)²)·(n·Σy² − (Σy)²)). None where all got the same points: nothing can be told apart.
    """
    spread = (sums.n * sums.xx - sums.x**2) * (sums.n * sums.yy - sums.y**2)
    return 100 * (sums.n * sums.xy - sums.x * sums.y) / sqrt(spread) if spread else None


def efficiency(grid: Grid) -> float | None:
    """Discriminative efficiency (Moodle): the covariance with the rest, in percent of the largest that these very points would allow.

    The largest is reached when the points of the question, sorted, meet the rests, sorted (rearrangement inequality). A very easy or very
    hard question cannot discriminate much; this index tells how well it does of what it could. None where the largest is nothing.
    """
    sums = sums_of(grid)
    largest = sums.n * _sorted_products(grid) - sums.x * sums.y
    return 100 * (sums.n * sums.xy - sums.x * sums.y) / largest if largest else None


def _sorted_products(grid: Grid) -> int:
    """Σ x₍ᵢ₎·y₍ᵢ₎ over the points in rising order."""
    ys = _runs((y, count) for (_x, y), count in grid.items())
    y, left, total = 0, 0, 0
    for x, count in reversed(_runs((x, count) for (x, _y), count in grid.items())):
        while count:
            if not left:
                y, left = ys.pop()
            step = min(count, left)
            total += x * y * step
            count, left = count - step, left - step
    return total


def _runs(counted: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """(value, how many of it), by value."""
    found: dict[int, int] = {}
    for value, count in counted:
        found[value] = found.get(value, 0) + count
    return sorted(found.items())


def alpha(length: int, questions: Iterable[Sums], papers: Sums) -> float | None:
    """Cronbach's alpha, Moodle's coefficient of internal consistency, in percent; `length`: questions of a paper; `papers`: x = points of a paper.

    k/(k − 1) · (1 − Σ variances of the questions / variance of the papers), Crocker & Algina ch. 7. Papers are drawn, so that not all people
    had the same questions: the variance of a question then counts by how many had it, and the mean of these variances, k times, stands for
    their sum. Where all had the same paper this is exactly Cronbach's formula; where papers differ in hardness, that difference is in the
    variance of the papers, and alpha comes out a little too high. None for one question, or where all papers have the same points.
    """
    counted = [one for one in questions if one.n > 1]
    answers, spread = sum(one.n for one in counted), variance(papers.n, papers.x, papers.xx)
    if length < 2 or not answers or not spread:
        return None
    inner = length * sum((one.n * one.xx - one.x**2) / (one.n - 1) for one in counted) / answers
    return 100 * length / (length - 1) * (1 - inner / spread)


def error_of_measurement(spread: float | None, alpha_percent: float | None) -> float | None:
    """Standard error of measurement: s·√(1 − α), Crocker & Algina ch. 6, in the unit of `spread`. None where alpha is unknown or negative."""
    share = error_share(alpha_percent)
    return None if share is None or spread is None else spread * share / 100


def error_share(alpha_percent: float | None) -> float | None:
    """Error ratio (Moodle): how much of the standard deviation is chance rather than ability, 100·√(1 − α), in percent."""
    if alpha_percent is None or not 0 <= alpha_percent <= 100:
        return None
    return 100 * sqrt(1 - alpha_percent / 100)
