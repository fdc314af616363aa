"""The statistics of a quiz as .xlsx: a line for each question."""

from lms.base import Cell, in_language, workbook
from lms.base import gettext as _

from .reading import QuestionFigures, QuizFigures


def sign_words() -> dict[str, str]:
    """The signs of a question in words."""
    return {"easy": _("quá dễ"), "hard": _("quá khó"), "negative": _("phân biệt ngược"), "leak": _("nghi bị lộ")}


def which_words() -> dict[str, str]:
    """Which attempts are counted, in words."""
    return {"first": _("Chỉ lượt đầu của mỗi người"), "all": _("Mọi lượt làm bài")}


def statistics_sheet(title: dict[str, str], figures: QuizFigures, which: str) -> bytes:
    """One sheet: figures of the quiz above, a line for each question below."""
    columns = [
        *((_("Mã câu hỏi"), 18), (_("Câu hỏi"), 60), (_("Số bài"), 9), (_("Độ khó: tỷ lệ điểm đạt (%)"), 14), (_("Độ lệch chuẩn (%)"), 12)),
        *((_("Điểm nếu đoán mò (%)"), 12), (_("Độ phân biệt (%)"), 12), (_("Hiệu quả phân biệt (%)"), 12)),
        *((_("Thời gian trung bình (giây)"), 14), (_("Không trả lời"), 10), (_("Cần xem lại"), 24), (_("Đã trả lời"), 60)),
    ]
    return workbook(_("Thống kê"), [in_language(title), which_words()[which], *_facts(figures)], columns, map(_line, figures.questions))


def _facts(figures: QuizFigures) -> list[str]:
    said = {
        _("Số lượt"): figures.attempts,
        _("Số người"): figures.people,
        _("Điểm trung bình (%)"): _rounded(figures.mean),
        _("Độ lệch chuẩn (%)"): _rounded(figures.deviation),
        _("Hệ số tin cậy Cronbach alpha (%)"): _rounded(figures.alpha),
        _("Sai số chuẩn của phép đo (%)"): _rounded(figures.error),
    }
    return [f"{label}: {'–' if value is None else value}" for label, value in said.items()]


def _line(one: QuestionFigures) -> list[Cell]:
    shares = (one.facility, one.deviation, one.guess if one.facility is not None else None, one.discrimination, one.efficiency, one.seconds)
    signs = "; ".join(sign_words()[sign] for sign in one.signs)
    told = "\n".join(f"{'✓ ' if told.is_right else ''}{told.part + ': ' if told.part else ''}{told.text}: {told.count}" for told in one.told)
    return [one.key, one.text, one.answers, *map(_rounded, shares), one.unanswered, signs, told]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
