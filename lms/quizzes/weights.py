"""The points of options in percent, as GIFT and Moodle XML give them, and our three ways of scoring a question with several right options.

Moodle adds the percents of what was chosen. Only `penalty` means the same there: every right option its share, every wrong one as much less.
"""

from collections.abc import Sequence

from lms.base import gettext as _

from .format import Raw
from .from_files import Reading
from .to_files import Writing

FULL = 100.0


def written_weights(raw: Raw, writing: Writing, number: int) -> list[str]:
    """The percent of each option of a question with several right ones."""
    right = sum(bool(option.get("correct")) for option in raw["options"])
    share = f"{FULL / right:.5f}".rstrip("0").rstrip(".")
    scoring = raw.get("scoring", "whole")
    if scoring != "penalty":
        writing.lose(number, _("Quy tắc chấm và đơn vị ghi trong nhãn: chỉ hệ thống này hiểu, hệ thống khác bỏ qua."))
    wrong = {"penalty": f"-{share}", "parts": "0"}.get(scoring, "-100")
    return [share if option.get("correct") else wrong for option in raw["options"]]


def scoring_of(right: Sequence[float], wrong: Sequence[float], reading: Reading, number: int) -> str:
    """Our scoring that comes nearest to these percents of right and of wrong options; what it does otherwise is listed."""
    if abs(sum(right) - FULL) >= 1 or len({round(weight, 2) for weight in right}) > 1:
        for weight in right:
            lose_part(reading, number, weight)
    if not any(weight < 0 for weight in wrong):
        reading.lose(number, _("Ở nơi khác chọn thừa không mất điểm; ở đây chọn nhiều hơn số phương án đúng thì không có điểm."))
        return "parts"
    share = FULL / max(1, len(right))
    for weight in wrong:
        if abs(weight + share) >= 1:
            reading.lose(
                number, _("Điểm trừ (%(weight)s %%) không giữ: ở đây chọn sai một phương án trừ bằng một phương án đúng.", weight=f"{weight:g}")
            )
    return "penalty"


def lose_part(reading: Reading, number: int, weight: float) -> None:
    """A part of the points that no option of ours can give."""
    reading.lose(number, _("Điểm từng phần (%(weight)s %%) không giữ.", weight=f"{weight:g}"))
