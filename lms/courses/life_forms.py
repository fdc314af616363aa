"""The forms of the life of a course: publishing, review, who looks after it, where it is offered, and changes of the law."""

from typing import Any

import wtforms

from lms.base import Choice, Day, Form, at_most, required

from .trainers import part_words


class PublishForm(Form):
    """What the trainer says was changed."""

    note = wtforms.TextAreaField("Đã thay đổi gì", [at_most(1000)], render_kw={"rows": 2})


class AskForm(Form):
    """What the second person should know."""

    note = wtforms.TextAreaField("Lời nhắn cho người duyệt", [at_most(1000)], render_kw={"rows": 2})


class DecideForm(Form):
    """What the second person says of exactly the drafts that were shown."""

    comment = wtforms.TextAreaField("Nhận xét", [at_most(2000)], render_kw={"rows": 3})
    review = wtforms.HiddenField()
    digest = wtforms.HiddenField()

    @property
    def review_id(self) -> int:
        """The request that is decided; 0 (none) when the field holds no number."""
        return number_of(self.review.data)


class PartForm(Form):
    """Somebody, and the part that they get; no part: they leave."""

    person = wtforms.HiddenField()
    part = Choice("Phần việc", default="author")

    @classmethod
    def ready(cls) -> Any:
        """The form with the parts in words."""
        form = cls.of_request()
        form.part.choices = list(part_words().items())
        return form

    @property
    def person_id(self) -> int:
        """The person; 0 (nobody) when the field holds no number."""
        return number_of(self.person.data)


class ChangeForm(Form):
    """A legal basis that was changed."""

    basis = wtforms.StringField("Số hiệu hoặc tên văn bản", [required("Anh/Chị ghi số hiệu hoặc tên văn bản."), at_most(200)])
    changed_on = Day("Ngày thay đổi có hiệu lực", [required("Anh/Chị nhập ngày theo dạng ngày/tháng/năm, ví dụ 05/02/2026.")])
    replaced_by = wtforms.StringField("Được thay bằng", [at_most(200)])
    note = wtforms.TextAreaField("Ghi chú", [at_most(1000)], render_kw={"rows": 2})
    agency_id = Choice("Ghi cho đơn vị", coerce=int)

    @classmethod
    def ready(cls, agencies: list[Any]) -> Any:
        """The form with the agencies (id, name) at which the viewer is a trainer."""
        form = cls.of_request()
        form.agency_id.choices = [(row.id, row.name) for row in agencies]
        return form


def number_of(text: str | None) -> int:
    """A number as a form carries it; 0 when it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
