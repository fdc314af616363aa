"""Taking typed values out of YAML fields, telling what is missing or has the wrong form."""

import datetime
import re
from typing import Any

from lms.base import Fields, Items, Tell
from lms.quizzes import STANDARD

LONGEST = 4000


class Taker:
    """Takes values out of one mapping. What is missing or wrong is told, and a harmless value taken instead."""

    def __init__(self, fields: Any, tell: Tell, line: int = 1) -> None:
        if not isinstance(fields, Fields):
            tell(getattr(fields, "line", line), "phải gồm các mục dạng “tên: giá trị”.")
            fields = Fields()
            fields.line, fields.lines = line, {}
            tell = _say_nothing
        self.fields: Fields = fields
        self.tell = tell

    def wrong(self, name: str, sentence: str) -> None:
        """Tell something about one of the entries."""
        self.tell(self.fields.line_of(name), f"mục “{name}” {sentence}")

    def has(self, name: str, is_needed: bool) -> bool:
        """Whether the entry is there; a needed one that is not is told."""
        if self.fields.get(name) is not None:
            return True
        if is_needed or name in self.fields:
            self.wrong(name, "còn thiếu." if name not in self.fields else "để trống.")
        return False

    def only(self, *names: str) -> None:
        """Tell every entry that is not one of these."""
        for name in self.fields:
            if name not in names:
                self.wrong(name, f"lạ. Các mục dùng được: {', '.join(names)}.")

    def text(self, name: str, pattern: str = "", is_needed: bool = True) -> str:
        """A text, of the form of `pattern` if there is one."""
        if not self.has(name, is_needed):
            return ""
        value = self.fields[name]
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
            self.wrong(name, f"phải là chữ (tối đa {LONGEST} ký tự), đặt trong dấu ngoặc kép.")
            return ""
        if pattern and not re.fullmatch(pattern, value):
            self.wrong(name, f"“{value[:40]}” không đúng dạng.")
            return ""
        return value.strip()

    def both(self, name: str) -> dict[str, str]:
        """A text in both languages."""
        if not self.has(name, True):
            return {"vi": "", "en": ""}
        line = self.fields.line_of(name)
        inner = Taker(self.fields[name], lambda at, sentence: self.tell(at, f"mục “{name}”: {sentence}"), line)
        inner.only("vi", "en")
        return {language: inner.text(language) for language in ("vi", "en")}

    def whole(self, name: str, least: int, most: int, is_needed: bool = True) -> int | None:
        """A whole number between the limits."""
        if not self.has(name, is_needed):
            return None
        value = self.fields[name]
        if type(value) is int and least <= value <= most:
            return value
        self.wrong(name, f"phải là số nguyên từ {least} đến {most}.")
        return None

    def flag(self, name: str, default: bool) -> bool:
        """true or false."""
        if not self.has(name, False):
            return default
        value = self.fields[name]
        if not isinstance(value, bool):
            self.wrong(name, "phải là true hoặc false.")
            return default
        return value

    def day(self, name: str) -> datetime.date | None:
        """A day (2026-11-24)."""
        if not self.has(name, False):
            return None
        value = self.fields[name]
        if type(value) is datetime.date:
            return value
        self.wrong(name, "phải là ngày dạng 2026-11-24.")
        return None

    def items(self, name: str, is_needed: bool = True) -> Items:
        """A list of anything."""
        value = self.fields[name] if self.has(name, is_needed) else None
        if isinstance(value, Items):
            return value
        if value is not None:
            self.wrong(name, "phải là danh sách, mỗi dòng bắt đầu bằng gạch ngang.")
        empty = Items()
        empty.line, empty.lines = self.fields.line_of(name), []
        return empty

    def texts(self, name: str, is_needed: bool = True) -> list[str]:
        """A list of texts."""
        found = self.items(name, is_needed)
        for line, item in zip(found.lines, found, strict=True):
            if not isinstance(item, str) or not item.strip() or len(item) > LONGEST:
                self.tell(line, f"mục “{name}” chỉ gồm chữ, đặt trong dấu ngoặc kép.")
        return [item.strip() for item in found if isinstance(item, str)]

    def standards(self) -> list[str]:
        """The list of standard tags (IU06, CD19, DC4.1)."""
        found = self.texts("standards", is_needed=False)
        for tag in found:
            if not STANDARD.fullmatch(tag):
                self.wrong("standards", f"có “{tag[:20]}” không đúng dạng (IU06, CD19, DC4.1).")
        return found


def _say_nothing(_line: int, _sentence: str) -> None:
    return
