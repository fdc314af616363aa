"""Forms: WTForms with our own sentences; text is composed (NFC) and trimmed before anything looks at it."""

from typing import Any

import wtforms
from flask import request
from wtforms import validators

from .errors import Refused
from .words import gettext as _
from .words import nfc

CHOOSE = "Anh/Chị chọn một mục trong danh sách."


def clean(text: Any) -> Any:
    """Composed, trimmed text; anything else as it is."""
    return nfc(text).strip() if isinstance(text, str) else text


class Form(wtforms.Form):
    """A form of ours. `form.sentence` is what an action refused."""

    sentence = ""

    class Meta:
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            filters = list(unbound_field.kwargs.get("filters", []))
            if issubclass(unbound_field.field_class, wtforms.StringField) and unbound_field.field_class is not wtforms.PasswordField:
                options["filters"] = [clean, *filters]
                unbound_field.kwargs.pop("filters", None)
            return unbound_field.bind(form=form, **options)

    @classmethod
    def of_request(cls, obj: Any = None, **values: Any) -> Any:
        """The form filled from a POST, else from `obj` and `values`."""
        return cls(request.form if request.method == "POST" else None, obj=obj, data=values or None)

    def is_sent(self) -> bool:
        """Whether the form was sent and holds."""
        return request.method == "POST" and bool(self.validate())

    def refuse(self, refused: Refused) -> None:
        """Show the sentence of an action that would not do it, beside its field or on top."""
        if refused.field and refused.field in self._fields:
            self[refused.field].errors = [*self[refused.field].errors, refused.sentence]
        else:
            self.sentence = refused.sentence


class Choice(wtforms.SelectField):
    """A list to choose from, with our sentence for a value that is not in it."""

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and str(self.data) not in {str(value) for value, *_rest in self.iter_choices()}:
            raise validators.ValidationError(_("Anh/Chị chọn một mục trong danh sách."))

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            try:
                self.data = self.coerce(valuelist[0])
            except (ValueError, TypeError):
                self.data = valuelist[0]


class Day(wtforms.DateField):
    """A day, typed as dd/mm/yyyy or chosen by the browser."""

    def __init__(self, label: str | None = None, checks: Any = None, **options: Any) -> None:
        super().__init__(label, checks, format=["%Y-%m-%d", "%d/%m/%Y"], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(_("Anh/Chị nhập ngày theo dạng ngày/tháng/năm, ví dụ 05/02/2026.")) from None


class Whole(wtforms.IntegerField):
    """A whole number between two bounds, or nothing where that is allowed."""

    def __init__(self, label: str, least: int, most: int, is_needed: bool = False, **options: Any) -> None:
        super().__init__(label, **options)
        self.least, self.most, self.is_needed = least, most, is_needed

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
        if (typed or self.is_needed) and (self.data is None or not self.least <= self.data <= self.most):
            raise ValueError(_("Anh/Chị nhập một số từ %(least)s đến %(most)s.", least=self.least, most=self.most))


def required(sentence: str) -> validators.DataRequired:
    """The field must be filled; `sentence` (already translated or a key) says with what."""
    return validators.DataRequired(message=sentence)


class at_most:
    """A check: no more than so many characters."""

    def __init__(self, characters: int) -> None:
        self.characters = characters
        self.field_flags = {"maxlength": characters}

    def __call__(self, form: Any, field: Any) -> None:
        if len(field.data or "") > self.characters:
            raise validators.ValidationError(_("Tối đa %(n)s ký tự. Anh/Chị rút ngắn giúp.", n=self.characters))
