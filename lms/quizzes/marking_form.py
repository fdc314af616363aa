"""The form in which a person marks an answer: points for each criterion of the rubric, a comment, and why where it is marked again."""

from collections.abc import Mapping, Sequence
from typing import Any

import wtforms
from wtforms import validators

from lms.base import Form, at_most
from lms.base import gettext as _

LONGEST_COMMENT, LONGEST_NOTE = 2000, 500


class Score(wtforms.IntegerField):
    """Points from 0 to the most that a criterion gives; both must be whole numbers."""

    def __init__(self, label: str, most: int, **options: Any) -> None:
        super().__init__(label, [self.within], render_kw={"min": 0, "max": most, "inputmode": "numeric"}, **options)
        self.most = most

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = (valuelist[0] if valuelist else "").strip()
        self.data = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None

    @staticmethod
    def within(form: wtforms.Form, field: Any) -> None:
        """A sentence unless the number lies within the bounds."""
        if field.data is None or not 0 <= field.data <= field.most:
            raise validators.ValidationError(_("Anh/Chị nhập số nguyên từ 0 đến %(most)s.", most=field.most))


class MarkForm(Form):
    """What every rubric has; `of_answer` adds a field for each criterion."""

    comment = wtforms.TextAreaField("Nhận xét cho học viên", [at_most(LONGEST_COMMENT)], render_kw={"rows": 4, "maxlength": LONGEST_COMMENT})
    note = wtforms.StringField("Lý do chấm lại", [at_most(LONGEST_NOTE)])
    seen = wtforms.HiddenField()

    @classmethod
    def of_answer(cls, rubric: Sequence[Mapping[str, Any]], number: int) -> Any:
        """The form filled from a POST, else empty; `number` is that of the last mark that the page shows."""
        fields = {f"score_{one['key']}": Score(f"{one['text']} (0–{one['points']})", one["points"]) for one in rubric}
        return type("MarkForm", (cls,), fields).of_request(seen=str(number))  # type: ignore[attr-defined]

    @property
    def criteria(self) -> list[Any]:
        """The fields of the criteria, in the order of the rubric."""
        return [field for name, field in self._fields.items() if name.startswith("score_")]

    @property
    def scores(self) -> dict[str, int]:
        """criterion -> points."""
        return {field.name.removeprefix("score_"): field.data for field in self.criteria}

    @property
    def last_seen(self) -> int:
        """The number of the last mark that the marker saw; -1 (never right) when the form carries none."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
