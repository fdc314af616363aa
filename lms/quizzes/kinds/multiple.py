"""Multiple choice: two or more options are correct, at least one is not. The author says how a partly right answer counts."""

from collections.abc import Sequence
from typing import Any

from lms.base import gettext as _

from ..kind import Answer, Body, KindError, OptionKind
from ..writable import Field, PickField, RowsField, TextField, TickField, WordField

SCORINGS = ("whole", "parts", "penalty")


class Multiple(OptionKind):
    """Tick boxes; `scoring` stands in the body unless it is "whole".

    whole: all the correct options and no other, or nothing. parts: the share of the correct options that were chosen; wrong ones cost
    nothing, but whoever chooses more options than are correct gets nothing (else choosing all would be the best answer).
    penalty: (correct ones chosen - wrong ones chosen) / correct ones, never below 0. Rounded down to a whole point; all points only for
    exactly the correct options.
    """

    name = "multiple"
    list_order = 2
    form: tuple[Field, ...] = (
        TextField("Câu hỏi", "text", rows=3),
        RowsField("Phương án", "options", (TickField("Đúng", "correct"), TextField("Nội dung", "text"), TextField("Giải thích", "why")), 4, 5),
        TextField("Giải thích chung", "why_all", is_needed=False),
        PickField(
            "Cách tính điểm",
            "scoring",
            words=(
                WordField("Chọn đúng hết mới có điểm", "whole"),
                WordField("Đúng phần nào tính phần đó, chọn thừa thì không có điểm", "parts"),
                WordField("Đúng phần nào tính phần đó, chọn sai thì trừ", "penalty"),
            ),
            default="whole",
            is_needed=False,
        ),
    )
    fields: tuple[str, ...] = ("text", "options", "scoring")
    empties = True

    def called(self) -> str:
        return _("Nhiều đáp án đúng")

    def parse(self, raw: dict[str, Any]) -> Body:
        return {**super().parse(raw), **self.scoring_of(raw)}

    def scoring_of(self, raw: dict[str, Any]) -> dict[str, str]:
        """{"scoring": …} as it stands in the body. Raises KindError."""
        if raw.get("scoring", "whole") not in SCORINGS:
            raise KindError(_("`scoring` phải là một trong: %(names)s.", names=", ".join(SCORINGS)))
        return {} if raw.get("scoring", "whole") == "whole" else {"scoring": raw["scoring"]}

    def written(self, body: Body) -> dict[str, Any]:
        return {**super().written(body), **({"scoring": body["scoring"]} if "scoring" in body else {})}

    def check_correct(self, correct: int, total: int) -> None:
        if correct < 2 or correct == total:
            raise KindError(_("Câu hỏi nhiều lựa chọn cần ít nhất hai phương án đúng và ít nhất một phương án sai."))

    def deliver(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        return {**super().deliver(body, order), **({"scoring": body["scoring"]} if "scoring" in body else {})}

    def mark(self, body: Body, answer: Answer, max_points: int, order: Sequence[str] = ()) -> int | None:
        correct, chosen = {option["key"] for option in body["options"] if option["correct"]}, set(answer or ())
        right, scoring = len(chosen & correct), body.get("scoring", "whole")
        if chosen == correct:
            return max_points
        if scoring == "whole" or (scoring == "parts" and len(chosen) > len(correct)):
            return 0
        wrong = len(chosen - correct) if scoring == "penalty" else 0
        return max_points * max(0, right - wrong) // len(correct)


KIND = Multiple()
