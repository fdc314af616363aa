"""How pages call what rules and questions carry as words of the database."""

from lms.base import gettext as _

from .kinds import KINDS


def kind_words() -> dict[str, str]:
    """kind of question -> its name for people."""
    return {kind.name: kind.called() for kind in sorted(KINDS.values(), key=lambda kind: kind.list_order)}


def difficulty_words() -> dict[str, str]:
    """difficulty -> its name."""
    return {"easy": _("dễ"), "medium": _("vừa"), "hard": _("khó")}


def use_words() -> dict[str, str]:
    """use -> for what a question is."""
    return {"test": _("Bài kiểm tra"), "self-check": _("Tự kiểm tra trong bài học"), "practice": _("Luyện tập")}


def behaviour_words() -> dict[str, str]:
    """behaviour -> what it means to who sits."""
    return {
        "deferred": _("Chấm khi nộp bài"),
        "immediate": _("Chấm ngay từng câu: câu trả lời được khóa rồi mới xem giải thích"),
        "practice": _("Luyện tập: không lưu lượt làm bài, không lưu điểm"),
    }


def takes_words() -> dict[str, str]:
    """takes -> which attempt counts."""
    return {"best": _("Lượt cao điểm nhất"), "first": _("Lượt đầu tiên"), "last": _("Lượt cuối cùng"), "average": _("Trung bình các lượt")}


def review_words() -> dict[str, str]:
    """review -> what may be seen."""
    return {
        "nothing": _("Không xem gì"),
        "score": _("Chỉ điểm"),
        "marks": _("Điểm, và câu nào đúng, câu nào sai"),
        "answers": _("Điểm, đáp án và giải thích"),
    }
