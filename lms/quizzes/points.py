"""Points: whole hundredths of a question, never floats; pass or not by exact comparison."""

UNIT = 100  # points of one question


def has_passed(points: int, max_points: int, pass_percent: int) -> bool:
    """Exact: 79,9 % has not passed at 80 %."""
    return points * 100 >= pass_percent * max_points


def percent_of(points: int, max_points: int) -> int:
    """Whole percent, rounded down, so that what is shown never promises a pass that was not reached."""
    return points * 100 // max_points


def in_questions(points: int) -> str:
    """Points as a reader sees them, in questions: 2050 -> "20,5"."""
    whole, rest = divmod(points, UNIT)
    return f"{whole},{rest:02}".rstrip("0").rstrip(",") if rest else str(whole)


def said(points: int | None) -> str | None:
    """The same; None stays None (no points yet)."""
    return None if points is None else in_questions(points)
