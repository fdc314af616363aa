"""How a kind of question is written in a form: its entries, in the order in which they are shown, and what a form's fields mean.

A kind lists its entries in `form`. A kind without is written as YAML only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms.base import gettext as _
from lms.base import nfc

MOST_ROWS = 20
Raw = dict[str, Any]
Sent = Mapping[str, str]  # the fields of a form that was sent


@dataclass(frozen=True)
class WordField:
    """A word to choose, and the value that it stands for."""

    label: str
    value: Any


@dataclass(frozen=True)
class TextField:
    """A text. rows: how high it is; 1 stands for one line, in which the Enter key goes on to the next field."""

    label: str
    name: str
    rows: int = 1
    is_needed: bool = True
    shape = "text"

    def read(self, sent: Sent, prefix: str) -> Any:
        """What was typed; None for nothing."""
        return nfc(sent.get(f"{prefix}{self.name}", "").replace("\r\n", "\n")).strip() or None

    def shown(self, raw: Mapping[str, Any]) -> Any:
        """What the form's field holds."""
        value = raw.get(self.name)
        return value if isinstance(value, str) else "" if value is None else str(value)

    def faults(self, raw: Mapping[str, Any], place: str) -> list[str]:
        """What is missing, as sentences."""
        if not self.is_needed or raw.get(self.name):
            return []
        return [
            _("%(place)s: Anh/Chị chưa nhập “%(name)s”.", place=place, name=_(self.label))
            if place
            else _("Anh/Chị chưa nhập “%(name)s”.", name=_(self.label))
        ]


@dataclass(frozen=True)
class LinesField(TextField):
    """A list of texts, one on each line."""

    rows: int = 3
    shape = "lines"

    def read(self, sent: Sent, prefix: str) -> Any:
        lines = nfc(sent.get(f"{prefix}{self.name}", "").replace("\r\n", "\n")).split("\n")
        return [line.strip() for line in lines if line.strip()] or None

    def shown(self, raw: Mapping[str, Any]) -> Any:
        value = raw.get(self.name)
        return "\n".join(str(line) for line in value) if isinstance(value, list) else super().shown(raw)


@dataclass(frozen=True)
class NumberField(TextField):
    """A whole number."""

    shape = "number"

    def read(self, sent: Sent, prefix: str) -> Any:
        typed = sent.get(f"{prefix}{self.name}", "").strip()
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else typed or None


@dataclass(frozen=True)
class TickField:
    """Yes or nothing."""

    label: str
    name: str
    is_needed: bool = False
    shape = "tick"

    def read(self, sent: Sent, prefix: str) -> Any:
        """True when it is ticked, else None."""
        return True if f"{prefix}{self.name}" in sent else None

    def shown(self, raw: Mapping[str, Any]) -> Any:
        """Whether it is ticked."""
        return raw.get(self.name) is True

    def faults(self, raw: Mapping[str, Any], place: str) -> list[str]:
        """Nothing is missing where nothing is ticked."""
        return []


@dataclass(frozen=True)
class OneField(TickField):
    """Of all rows, the one that is marked."""

    shape = "one"


@dataclass(frozen=True)
class PickField(TextField):
    """One word of several. default: what is not written when it is chosen."""

    words: tuple[WordField, ...] = ()
    default: Any = None
    shape = "pick"

    def read(self, sent: Sent, prefix: str) -> Any:
        chosen = sent.get(f"{prefix}{self.name}", "")
        value = self.words[int(chosen)].value if chosen.isascii() and chosen.isdigit() and int(chosen) < len(self.words) else None
        return None if value == self.default else value

    def shown(self, raw: Mapping[str, Any]) -> Any:
        """The place of the word in the list; -1: none is chosen."""
        value = raw.get(self.name, self.default)
        return next((place for place, word in enumerate(self.words) if word.value == value), -1)

    def faults(self, raw: Mapping[str, Any], place: str) -> list[str]:
        return [] if raw.get(self.name) is not None else super().faults(raw, place)


@dataclass(frozen=True)
class RowsField:
    """A list of rows. There are at least `fewest`, and always one that is empty, so that one more can be written without script."""

    label: str
    name: str
    columns: tuple[TextField | TickField, ...] = ()
    fewest: int = 2
    most: int = MOST_ROWS
    shape = "rows"

    def read(self, sent: Sent, prefix: str) -> Any:
        """The rows in which something was typed."""
        rows = []
        for number in range(1, MOST_ROWS + 1):
            row = {}
            for column in self.columns:
                is_one = isinstance(column, OneField)
                value = sent.get(f"{prefix}{self.name}-{column.name}", "") == str(number) or None
                row[column.name] = value if is_one else column.read(sent, f"{prefix}{self.name}-{number}-")
            if any(row[column.name] for column in self.columns if column.shape in ("text", "lines")):
                rows.append({name: value for name, value in row.items() if value is not None})
        return rows

    def faults(self, raw: Mapping[str, Any], place: str) -> list[str]:
        """What is missing in each row, as sentences."""
        rows = raw.get(self.name) or []
        told = [(number, column.faults(row, f"{_(self.label)} {number}")) for number, row in enumerate(rows, 1) for column in self.columns]
        return [fault for _number, faults in told for fault in faults]

    def shown(self, raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The rows that the form shows: those that are written and one more, at least `fewest`, at most `most`."""
        written = raw.get(self.name)
        rows: list[Mapping[str, Any]] = [row if isinstance(row, dict) else {} for row in written] if isinstance(written, list) else []
        return rows + [{}] * max(0, min(max(self.fewest, len(rows) + 1), self.most) - len(rows))


Field = TextField | TickField | RowsField
PREFIX = "f-"


class Writable:
    """The part of a kind that is about writing it."""

    name = ""
    list_order = 50
    form: tuple[Field, ...] = ()

    def called(self) -> str:
        """What the kind is called on pages."""
        return self.name

    def hint(self) -> str:
        """How it is written, where the form does not say it all."""
        return ""

    def in_form(self, raw: Raw) -> Raw:
        """A question as written, as the form's entries show it."""
        return raw

    def from_form(self, raw: Raw) -> Raw:
        """The entries of the form as the question is written."""
        return raw

    def sent(self, fields: Sent) -> Raw:
        """What a form that was sent says, entry by entry (not yet `from_form`)."""
        said = {field.name: field.read(fields, PREFIX) for field in self.form}
        return {name: value for name, value in said.items() if value is not None}

    def faults_of(self, raw: Raw) -> list[str]:
        """What is missing of a question as the form says it, in the words of the form."""
        return [fault for field in self.form for fault in field.faults(raw, "")]
