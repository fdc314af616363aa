"""The form in which a trainer writes a quiz. Without script: there are always two empty rows, and a row is removed by emptying it."""

import re
from collections.abc import Mapping
from typing import Any

import wtforms
from wtforms import validators

from lms.base import Choice, Form, Whole, at_most, fold, in_language, required
from lms.base import gettext as _

from ..checks import is_key
from ..drawing import Stock
from ..quiz_words import behaviour_words, difficulty_words, kind_words, review_words, takes_words
from ..rules import QuizRules

SPARE = 2
MOST_LINES = 210
NEW = {"minutes": 20, "attempts": 3, "pass_percent": 80, "counts": True, "grace_seconds": 30}


class LineForm(Form):
    """A line of the blueprint: a topic and how many, or one fixed question."""

    topic = Choice("Chủ đề")
    take = Whole("Số câu", 1, 200)
    difficulty = Choice("Mức độ")
    kind = Choice("Dạng câu hỏi")
    scenario = Choice("Tình huống")
    tag = wtforms.StringField("Nhãn", [at_most(60)])
    question = wtforms.StringField("Hoặc mã một câu cố định", [at_most(64)])

    def offer(self, topics: Mapping[str, str]) -> None:
        """Set the choices."""
        anything = ("", _("bất kỳ"))
        self.topic.choices = [("", _("(không chọn)")), *topics.items()]
        self.difficulty.choices = [anything, *difficulty_words().items()]
        self.kind.choices = [anything, *kind_words().items()]
        self.scenario.choices = [anything, ("yes", _("chỉ câu tình huống")), ("no", _("không lấy câu tình huống"))]

    def is_empty(self) -> bool:
        """Whether the row says nothing: a row without topic, number and fixed question is left out."""
        return not self.topic.data and not self.question.data and self.take.data is None and not self.take.process_errors

    def is_fine(self) -> bool:
        """Whether more than topic, number and difficulty is said."""
        return any(one.data or one.errors for one in (self.kind, self.scenario, self.tag, self.question))

    def said(self) -> dict[str, Any]:
        """The line as a course folder writes it."""
        if self.question.data:
            return {"question": self.question.data.strip()}
        line = {"topic": self.topic.data, "take": self.take.data, "difficulty": self.difficulty.data, "kind": self.kind.data}
        scenario = {"yes": True, "no": False}.get(self.scenario.data)
        line |= {"tag": (self.tag.data or "").strip(), "scenario": scenario}
        return {name: value for name, value in line.items() if value not in ("", None)}

    def validate_topic(self, field: wtforms.Field) -> None:
        """A number of questions comes from a topic."""
        if not self.is_empty() and not self.question.data and not field.data:
            raise validators.ValidationError(_("Anh/Chị chọn chủ đề cho dòng này, hoặc xóa hết dòng."))
        if field.data and self.question.data:
            raise validators.ValidationError(_("Một dòng là một chủ đề hoặc một câu cố định, không phải cả hai."))

    def validate_take(self, field: wtforms.Field) -> None:
        """A topic gives some questions."""
        if self.topic.data and field.data is None and not field.process_errors:
            raise validators.ValidationError(_("Anh/Chị nhập số câu lấy từ chủ đề này."))


class LevelForm(Form):
    """A level of a placement, and the percent from which it holds."""

    key = wtforms.HiddenField()
    title = wtforms.StringField("Tên mức", [at_most(100)])
    title_en = wtforms.StringField("Tên tiếng Anh", [at_most(100)])
    from_percent = Whole("Từ tỷ lệ đúng (%)", 0, 100)

    def is_empty(self) -> bool:
        """Whether the row says nothing."""
        return not self.title.data and self.from_percent.data is None and not self.from_percent.process_errors

    def said(self) -> dict[str, Any]:
        """The level as a course folder writes it; its key stays, a new one is made from its name."""
        title = (self.title.data or "").strip()
        known = self.key.data if is_key(self.key.data) else re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:60]
        return {"key": known, "title": _both(title, self.title_en.data), "from_percent": self.from_percent.data}


def _both(vietnamese: str, english: str | None) -> dict[str, str]:
    return {"vi": vietnamese, "en": (english or "").strip() or vietnamese}


class QuizForm(Form):
    """Rules and blueprint of a quiz. version: the number of the rules that the form began with."""

    title_vi = wtforms.StringField("Tên bài kiểm tra", [required("Anh/Chị nhập tên bài kiểm tra."), at_most(200)])
    title_en = wtforms.StringField("Tên tiếng Anh", [at_most(200)])
    minutes = Whole("Thời gian làm bài (phút)", 1, 600)
    attempts = Whole("Số lượt làm bài", 1, 100)
    pass_percent = Whole("Điểm đạt (%)", 0, 100, is_needed=True)
    counts = wtforms.BooleanField("Tính vào kết quả khóa học")
    behaviour = Choice("Cách chấm")
    takes = Choice("Lượt được tính điểm")
    wait_minutes = Whole("Chờ giữa hai lượt (phút)", 1, 86_400)
    per_page = Whole("Số câu mỗi trang", 1, 200)
    grace_seconds = Whole("Nhận bài gửi trễ do mạng (giây)", 0, 600, is_needed=True)
    review_after = Choice("Ngay sau khi nộp")
    review_later = Choice("Về sau")
    review_closed = Choice("Sau khi bài đã đóng")
    lines = wtforms.FieldList(wtforms.FormField(LineForm), max_entries=MOST_LINES)
    levels = wtforms.FieldList(wtforms.FormField(LevelForm), max_entries=20)
    version = wtforms.HiddenField()

    @classmethod
    def of_rules(cls, rules: QuizRules | None, version: int, stock: Stock) -> Any:
        """The form filled from a POST, else from the rules (None: of a new quiz)."""
        values = _values_of(rules) if rules else {**NEW, "lines": [], "levels": []}
        return cls.of_request(**{**values, "version": str(version)}).offer(stock)

    def offer(self, stock: Stock) -> Any:
        """Set the choices: the topics of the bank, and the words of the rules. Below what is written there are always two empty rows."""
        for rows in (self.lines, self.levels):
            while sum(row.form.is_empty() for row in rows) < SPARE:
                rows.append_entry()
        topics = {key: in_language(title) for key, title in stock.topics.items()}
        for line in self.lines:
            line.form.offer(topics)
        self.behaviour.choices, self.takes.choices = list(behaviour_words().items()), list(takes_words().items())
        for when in ("after", "later", "closed"):
            self[f"review_{when}"].choices = list(review_words().items())
        return self

    def raw(self, key: str) -> dict[str, Any]:
        """What was typed, as a course folder writes it."""
        names = ("minutes", "attempts", "pass_percent", "counts", "behaviour", "takes", "wait_minutes", "per_page", "grace_seconds")
        levels = [level.form.said() for level in self.levels if not level.form.is_empty()]
        return {
            "key": key,
            "title": _both(self.title_vi.data, self.title_en.data),
            **{name: self[name].data for name in names},
            "review": {when: self[f"review_{when}"].data for when in ("after", "later", "closed")},
            "levels": levels,
            "blueprint": [line.form.said() for line in self.lines if not line.form.is_empty()],
        }

    @property
    def seen(self) -> int:
        """The version of the rules that the form began with; -1 (never current) when it is none."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _values_of(rules: QuizRules) -> dict[str, Any]:
    names = ("minutes", "attempts", "pass_percent", "counts", "behaviour", "takes", "wait_minutes", "per_page", "grace_seconds")
    said = {name: getattr(rules, name) for name in (*names, "review_after", "review_later", "review_closed")}
    lines = [{**line, "scenario": {True: "yes", False: "no"}.get(line.get("scenario"), "")} for line in rules.blueprint]
    levels = [
        {"key": one["key"], "title": one["title"].get("vi", ""), "title_en": one["title"].get("en", ""), "from_percent": one["from_percent"]}
        for one in rules.levels
    ]
    title = {"title_vi": rules.title.get("vi", ""), "title_en": rules.title.get("en", "")}
    return {**title, **said, "lines": lines, "levels": levels}


class NewQuizForm(QuizForm):
    """A new quiz of a bank: with a key, which stays."""

    key = wtforms.StringField("Mã bài kiểm tra", [required("Anh/Chị nhập mã bài kiểm tra."), at_most(60)])

    def validate_key(self, field: wtforms.Field) -> None:
        """Keys are plain, since files and addresses carry them."""
        if not is_key(field.data):
            raise validators.ValidationError(_("Mã chỉ gồm chữ thường không dấu, số và gạch nối."))
