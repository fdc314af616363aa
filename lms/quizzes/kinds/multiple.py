"""Multiple choice: two or more options are correct, at least one is not; right only when all of them and no other were chosen."""

from lms.base import gettext as _

from ..kind import KindError, OptionKind


class Multiple(OptionKind):
    """Tick boxes; all or nothing."""

    name = "multiple"
    empties = True

    def check_correct(self, correct: int, total: int) -> None:
        if correct < 2 or correct == total:
            raise KindError(_("Câu hỏi nhiều lựa chọn cần ít nhất hai phương án đúng và ít nhất một phương án sai."))


KIND = Multiple()
