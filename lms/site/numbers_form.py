"""The form of the settings page: one field for each number, with its limits in a sentence."""

from typing import Any

import wtforms
from flask import request

from lms.base import Form
from lms.base import gettext as _

from .settings import NUMBERS, Number, number_words, numbers_now

WAS = "was-"  # before the name of a setting: what the page showed, so that a page opened long ago changes only what was typed on it


def limits(number: Number) -> str:
    """The limits of a setting in a sentence."""
    if number.may_be_off:
        return _("Số nguyên từ %(least)s đến %(most)s, hoặc 0.", least=number.least, most=number.most)
    return _("Số nguyên từ %(least)s đến %(most)s.", least=number.least, most=number.most)


class _Within:
    """A check: a whole number within the limits of the setting."""

    def __init__(self, number: Number) -> None:
        self.number = number

    def __call__(self, form: Any, field: Any) -> None:
        text = field.data or ""
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
        is_off = value == 0 and self.number.may_be_off
        if value is None or not (is_off or self.number.least <= value <= self.number.most):
            raise wtforms.ValidationError(limits(self.number))


class NumbersForm(Form):
    """What the fields of NUMBERS are put into."""

    @property
    def hints(self) -> dict[str, str]:
        """Setting -> its limits in a sentence."""
        return {key: limits(number) for key, number in NUMBERS.items()}

    def was(self, key: str) -> str:
        """What the page showed when it was opened."""
        return request.form.get(WAS + key, "") if request.method == "POST" else str(self[key].data)

    @property
    def changes(self) -> dict[str, int]:
        """What was typed differently from what the page showed."""
        return {key: int(self[key].data) for key in NUMBERS if self[key].data != self.was(key)}


def numbers_form() -> NumbersForm:
    """The form, filled from the request or with the settings as they stand."""
    words = number_words()
    fields = {key: wtforms.StringField(words[key], [_Within(number)]) for key, number in NUMBERS.items()}
    whole: Any = type("NumbersOfSite", (NumbersForm,), fields)
    form: NumbersForm = whole.of_request(**{key: str(value) for key, value in numbers_now().items()})
    return form
