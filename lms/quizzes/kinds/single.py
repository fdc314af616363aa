"""Single choice: exactly one option is correct."""

from lms.base import gettext as _

from ..kind import KindError, OptionKind


class Single(OptionKind):
    """Radio buttons; right when the one correct option was chosen."""

    name = "single"
    list_order = 1
    most_chosen = 1

    def called(self) -> str:
        return _("Một đáp án đúng")

    def check_correct(self, correct: int, total: int) -> None:
        if correct != 1:
            raise KindError(_("Câu hỏi một lựa chọn cần đúng một phương án đúng (đang có %(n)s).", n=correct))


KIND = Single()
