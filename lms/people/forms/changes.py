"""Forms of changes of the tree, where people follow: each says from which day and by which decision."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import wtforms
from wtforms import validators

from lms.agencies import Branch, NewAgency, kind_words
from lms.base import Choice, Day, Form, Refused, at_most, required
from lms.base import gettext as _

NUMBER = _("Anh/Chị nhập một số từ 0 đến 99999.")
MOST_PARTS = 4


def named(tree: Sequence[Branch]) -> list[tuple[int, str]]:
    """The agencies as choices, indented by their depth."""
    return [(branch.id, "\u2003" * branch.depth + branch.name) for branch in tree]


class ChangeForm(Form):
    """What every change has: its effective day and its decision."""

    on = Day("Ngày hiệu lực", [validators.InputRequired(_("Anh/Chị nhập ngày hiệu lực."))])
    decision = wtforms.StringField("Số quyết định", [at_most(120)])

    @property
    def day(self) -> date:
        """The effective day, once the form holds."""
        assert self.on.data is not None
        return self.on.data


class TreeFileForm(ChangeForm):
    """A file with the tree; the file itself is read by the view."""

    file = wtforms.FileField("Tệp Excel")


class RenameForm(ChangeForm):
    """A new name."""

    name = wtforms.StringField("Tên mới", [required("Anh/Chị nhập tên đơn vị."), at_most(200)])


class MoveForm(ChangeForm):
    """Another parent."""

    parent_id = Choice("Cấp trên mới", [required("Anh/Chị chọn một mục trong danh sách.")], coerce=int)


class CloseForm(ChangeForm):
    """Who receives the people, where there are any."""

    people_to = Choice("Người của đơn vị chuyển về")


class UndoForm(Form):
    """Which event is undone."""

    event = wtforms.IntegerField("Sự kiện", [validators.InputRequired()])


class _Way(wtforms.RadioField):
    """One of two or three ways; our sentence for anything else."""

    pre_validate = Choice.pre_validate


class _Order(wtforms.StringField):
    """A place in the official order. `number` once it is checked."""

    @property
    def number(self) -> int:
        """The place as a number."""
        return int(self.data)

    def check(self) -> None:
        """Raise unless it is a number in range."""
        if not (self.data and self.data.isascii() and self.data.isdecimal() and len(self.data) <= 5):
            raise validators.ValidationError(_(NUMBER))


class _Ticks(wtforms.SelectMultipleField):
    """Agencies that are ticked; what is not in the list was never offered."""

    def pre_validate(self, form: Any) -> None:
        if set(self.data or ()) - {value for value, _label in self.choices}:
            raise validators.ValidationError(_("Anh/Chị chọn một mục trong danh sách."))

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [int(value) for value in valuelist if value.isascii() and value.isdecimal() and len(value) < 10]


class MergeForm(ChangeForm):
    """The old agencies, and into what: this one, another one, or a new one."""

    from_ids = _Ticks("Các đơn vị sáp nhập")
    into = _Way("Sau sáp nhập", default="this")
    into_id = Choice("Đơn vị nhận", coerce=int)
    name = wtforms.StringField("Tên đơn vị mới", [at_most(200)])
    agency_code = wtforms.StringField("Mã đơn vị mới", [at_most(40)])
    kind = Choice("Loại đơn vị")
    parent_id = Choice("Trực thuộc", coerce=int)
    position = _Order("Thứ tự trong danh sách")

    def offer(self, agency: Branch, tree: list[Branch]) -> "MergeForm":
        """Set the choices from the viewer's tree."""
        self.into.choices = [
            ("this", _("Nhập vào %(name)s", name=agency.name)),
            ("other", _("Nhập vào một đơn vị khác đang có")),
            ("new", _("Thành một đơn vị mới")),
        ]
        self.from_ids.choices = named(tree)
        self.into_id.choices = [(branch_id, label) for branch_id, label in named(tree) if branch_id != agency.id]
        self.kind.choices, self.parent_id.choices = list(kind_words().items()), named(tree)
        return self

    def new_agency(self) -> NewAgency:
        """The new agency, as it was typed."""
        return NewAgency(self.agency_code.data, self.kind.data, self.name.data, self.parent_id.data, self.position.number)

    def validate_into(self, field: wtforms.Field) -> None:
        """Something is merged, into something that is named."""
        if field.data == "this" and not self.from_ids.data:
            raise validators.ValidationError(_("Anh/Chị đánh dấu ít nhất một đơn vị sẽ nhập vào đơn vị này."))

    def validate_into_id(self, field: wtforms.Field) -> None:
        """The other agency is named."""
        if self.into.data == "other" and field.data is None:
            raise validators.ValidationError(_("Anh/Chị chọn một mục trong danh sách."))

    def validate_position(self, field: wtforms.Field) -> None:
        """A new agency has its place."""
        if self.into.data == "new":
            field.check()

    def validate_name(self, field: wtforms.Field) -> None:
        """A new agency has a name."""
        if self.into.data == "new" and not field.data:
            raise validators.ValidationError(_("Anh/Chị nhập tên đơn vị."))

    def refuse(self, refused: Refused) -> None:
        """The sentence about a code stands beside ours."""
        super().refuse(Refused(refused.sentence, "agency_code") if refused.field == "code" else refused)

    def validate_agency_code(self, field: wtforms.Field) -> None:
        """A new agency has a code."""
        if self.into.data == "new" and not field.data:
            raise validators.ValidationError(_("Anh/Chị nhập mã đơn vị."))


class PartForm(Form):
    """One part of a split: an agency that is there, or a new one; empty when neither is given."""

    agency_id = Choice("Đơn vị nhận", filters=[lambda value: value or ""])
    name = wtforms.StringField("Tên đơn vị mới", [at_most(200)])
    code = wtforms.StringField("Mã đơn vị mới", [at_most(40)])
    kind = Choice("Loại đơn vị")
    position = _Order("Thứ tự trong danh sách")

    def is_empty(self) -> bool:
        """Whether nothing was said about it."""
        return not (self.agency_id.data or self.name.data or self.code.data)

    def is_new(self) -> bool:
        """Whether the part is an agency that is still to be opened."""
        return not self.agency_id.data and not self.is_empty()

    def validate_position(self, field: wtforms.Field) -> None:
        """A new agency has its place."""
        if self.is_new():
            field.check()

    def validate_name(self, field: wtforms.Field) -> None:
        """A code alone names nothing."""
        if self.is_new() and not field.data:
            raise validators.ValidationError(_("Anh/Chị nhập tên đơn vị."))

    def validate_code(self, field: wtforms.Field) -> None:
        """A new agency has a code."""
        if self.is_new() and not field.data:
            raise validators.ValidationError(_("Anh/Chị nhập mã đơn vị."))


class SplitForm(ChangeForm):
    """Whether the old agency goes on, and up to four parts."""

    way = _Way("Hình thức", default="keeps")
    parent_id = Choice("Đơn vị mới trực thuộc", coerce=int)
    parts = wtforms.FieldList(wtforms.FormField(PartForm), min_entries=MOST_PARTS, max_entries=MOST_PARTS)

    def offer(self, agency: Branch, tree: list[Branch]) -> "SplitForm":
        """Set the choices: new parts stand anywhere in the viewer's tree, parts that are there stand beside or below the agency."""
        self.way.choices = [
            ("keeps", _("Tách: %(name)s còn hoạt động, một phần chuyển sang đơn vị khác", name=agency.name)),
            ("ends", _("Chia: %(name)s kết thúc, tất cả chuyển sang các đơn vị khác", name=agency.name)),
        ]
        self.parent_id.choices = named(tree)
        near = [one for one in tree if one.id != agency.id and (one.parent_id in (agency.parent_id, agency.id)) and one.depth]
        for part in self.parts:
            part.form.agency_id.choices = [("", _("Đơn vị mới")), *((str(one.id), one.name) for one in near)]
            part.form.kind.choices = list(kind_words().items())
        return self

    def filled(self) -> list[PartForm]:
        """The parts about which something was said, in their order."""
        return [part.form for part in self.parts if not part.form.is_empty()]

    def validate_parts(self, field: wtforms.Field) -> None:
        """A division needs two parts, what is split off one."""
        least = 1 if self.way.data == "keeps" else 2
        if len(self.filled()) < least:
            raise validators.ValidationError(_("Anh/Chị ghi ít nhất %(n)s đơn vị nhận.", n=least))


def below(tree: Sequence[Branch], agency_id: int) -> list[Branch]:
    """The agency and everything below it, out of a tree in order."""
    within: set[int] = set()
    for branch in tree:
        if branch.id == agency_id or branch.parent_id in within:
            within.add(branch.id)
    return [branch for branch in tree if branch.id in within]


def without(tree: Sequence[Branch], left_out: Collection[Branch]) -> list[Branch]:
    """The tree without these."""
    ids = {branch.id for branch in left_out}
    return [branch for branch in tree if branch.id not in ids]
