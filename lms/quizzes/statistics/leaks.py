"""Signs that a question became known: suddenly far more people answer it rightly than before. Pure."""

from dataclasses import dataclass
from math import sqrt

FEWEST_ANSWERS = 10  # on each side; fewer say nothing
SUSPICIOUS = 3.0  # standard errors: by chance once in about 740 questions
MUCH_FASTER = 2  # the mean time before is at least so many times the one now


@dataclass(frozen=True)
class Period:
    """Answers to a question in a period: how many, how many fully right, and (seconds, answers) where the timeline tells the time."""

    answers: int
    right: int
    seconds: int = 0
    timed: int = 0


@dataclass(frozen=True)
class Leak:
    """A question that looks known: percent right before and now, z, and whether it is also answered much faster."""

    before_percent: int
    now_percent: int
    z: float
    is_faster: bool


def two_proportion_z(before: Period, now: Period) -> float | None:
    """z of the test of two proportions with the pooled share p = (r₁ + r₂)/(n₁ + n₂): (r₂/n₂ − r₁/n₁) / √(p·(1 − p)·(1/n₁ + 1/n₂)).

    Source: any text on inference for two proportions (W. Cochran, G. Snedecor, Statistical Methods, ch. 7). None where p is 0 or 1.
    """
    n, right = before.answers + now.answers, before.right + now.right
    if not before.answers or not now.answers or right in (0, n):
        return None
    rise = now.right * before.answers - before.right * now.answers
    return rise / sqrt(right * (n - right) * before.answers * now.answers / n)


def leak_of(before: Period, now: Period) -> Leak | None:
    """The sign of a leak, where there is one: z of at least 3, from at least ten answers on each side."""
    z = two_proportion_z(before, now)
    if z is None or z < SUSPICIOUS or min(before.answers, now.answers) < FEWEST_ANSWERS:
        return None
    is_timed = min(before.timed, now.timed) >= FEWEST_ANSWERS
    is_faster = is_timed and before.seconds * now.timed >= MUCH_FASTER * now.seconds * before.timed
    return Leak(100 * before.right // before.answers, 100 * now.right // now.answers, z, is_faster)
