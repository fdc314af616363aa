"""The form in which a trainer writes a question: the entries beside it, and what it asks, as the form of its kind or as YAML."""

from collections.abc import Sequence
from typing import Any

import wtforms
from flask import request

from lms.base import Choice, Form, Refused, at_most, nfc, read_yaml, without_lines, write_yaml
from lms.base import gettext as _

from ..bank_reading import TopicLine
from ..editing import LONGEST_NOTE, Entries, entries_of_question
from ..kind import Kind
from ..kinds import KINDS
from ..quiz_words import difficulty_words, kind_words, use_words
from ..reach import HeldQuestion
from ..writable import Raw
from .bank import named

LONGEST_SOURCE = 100_000  # reading YAML takes its time
KEPT = ("topic_id", "kind", "difficulty", "use")  # from one question to the next


class EntriesForm(Form):
    """What stands beside the text of a question."""

    kind = Choice("Dạng câu hỏi")
    topic_id = Choice("Chủ đề", coerce=int)
    difficulty = Choice("Độ khó")
    use = Choice("Dùng cho")
    is_scenario = wtforms.BooleanField("Câu hỏi tình huống")
    tags = wtforms.StringField("Nhãn", [at_most(1000)])
    standards = wtforms.StringField("Mã chuẩn", [at_most(500)])
    lesson = wtforms.StringField("Mã bài học liên quan", [at_most(64)])
    note = wtforms.StringField("Lý do sửa", [at_most(LONGEST_NOTE)])
    seen = wtforms.HiddenField()

    def offer(self, topics: Sequence[TopicLine]) -> "EntriesForm":
        """Fill the lists."""
        self.topic_id.choices = named(topics)
        self.kind.choices = list(kind_words().items())
        self.difficulty.choices = [(value, word.capitalize()) for value, word in difficulty_words().items()]
        self.use.choices = list(use_words().items())
        return self

    @property
    def entries(self) -> Entries:
        """The entries as typed."""
        return Entries(
            topic_id=self.topic_id.data,
            difficulty=self.difficulty.data,
            use=self.use.data,
            is_scenario=self.is_scenario.data,
            lesson=self.lesson.data or None,
            standards=_listed(self.standards.data or ""),
            tags=_listed(self.tags.data or ""),
            seen=self.seen.data or "",
        )


def _listed(typed: str) -> list[str]:
    return list(dict.fromkeys(one.strip() for one in typed.replace(";", ",").split(",") if one.strip()))


class Editor:
    """A question in the hands of a trainer. kind: whose form is shown; raw: what its fields hold; source: YAML, where that is shown instead."""

    def __init__(self, form: Any, kind: Kind, raw: Raw, source: str | None = None) -> None:
        self.form, self.kind, self.raw, self.source = form, kind, raw, source
        self.faults: list[str] = []
        if source is None and not kind.form:
            self.source = yaml_of(kind, raw)

    @classmethod
    def new(cls, topics: Sequence[TopicLine]) -> "Editor":
        """An empty question; topic, kind, difficulty and use as the address says (those of the question before)."""
        kinds, asked = list(kind_words()), request.args
        kind = KINDS.get(asked.get("kind", ""), KINDS[kinds[0]])
        values: dict[str, Any] = {"kind": kind.name, "difficulty": asked.get("difficulty") or "medium", "use": asked.get("use") or "test"}
        topic = asked.get("topic_id", "")
        values["topic_id"] = int(topic) if topic in {str(line.id) for line in topics} else topics[0].id
        return cls(EntriesForm.of_request(**values).offer(topics), kind, {})

    @classmethod
    def of_question(cls, held: HeldQuestion, topics: Sequence[TopicLine]) -> "Editor":
        """A question as it is now."""
        kind, now = KINDS[held.version.kind], entries_of_question(held.question)
        values = {"kind": kind.name, "topic_id": now.topic_id, "difficulty": now.difficulty, "use": now.use, "is_scenario": now.is_scenario}
        beside = {"tags": ", ".join(now.tags), "standards": ", ".join(now.standards), "lesson": now.lesson or "", "seen": now.seen}
        return cls(EntriesForm.of_request(**values, **beside).offer(topics), kind, kind.in_form(kind.written(held.version.body)))

    @classmethod
    def sent(cls, topics: Sequence[TopicLine]) -> "Editor":
        """What was typed."""
        form = EntriesForm.of_request().offer(topics)
        kind = KINDS.get(request.form.get("shown", ""), KINDS[next(iter(kind_words()))])
        if "source" in request.form:
            return cls(form, kind, {}, nfc(request.form["source"].replace("\r\n", "\n")))
        return cls(form, kind, kind.sent(request.form))

    def said(self) -> Raw:
        """The question as written; `faults` tells what is missing or cannot be read."""
        if self.source is None:
            self.faults += self.kind.faults_of(self.raw)
            return self.kind.from_form(self.raw)
        if len(self.source) > LONGEST_SOURCE:
            self.faults.append(_("Nội dung dài quá %(n)s ký tự. Anh/Chị rút ngắn giúp.", n=LONGEST_SOURCE))
            return {}
        value = read_yaml(self.source, lambda line, sentence: self.faults.append(_("Dòng %(line)s: %(sentence)s", line=line, sentence=sentence)))
        if not isinstance(value, dict):
            self.faults = self.faults or [_("Anh/Chị viết câu hỏi theo các mục “tên: giá trị”.")]
            return {}
        return dict(without_lines(value))

    def is_ready(self) -> bool:
        """Whether it can be tried to save it: the lists hold, and the form shown is that of the kind chosen. Otherwise it says what to do."""
        if not self.form.validate():
            return False
        if self.form.kind.data != self.kind.name:
            self.turn("kind")
            self.faults.append(_("Dạng câu hỏi đã đổi. Anh/Chị xem lại các ô rồi lưu."))
            return False
        return True

    def turn(self, to: str) -> None:
        """Show the same question as the form of the kind chosen ("kind", "form"), or as YAML ("yaml"). What cannot be read stays as it is."""
        kind = KINDS.get(self.form.kind.data or "", self.kind)
        raw = self.said()
        if self.source is not None and self.faults:
            return
        self.faults.clear()
        self.kind, self.raw = kind, kind.in_form(raw)
        is_yaml = to == "yaml" or not kind.form or (to == "kind" and self.source is not None)
        self.source = yaml_of(kind, raw) if is_yaml else None

    def refuse(self, refused: Refused) -> None:
        """Show the sentence of an action that would not do it."""
        self.form.refuse(refused)


def yaml_of(kind: Kind, raw: Raw) -> str:
    """The question as YAML; the entries of a new one are there to be filled."""
    return write_yaml({name: raw.get(name, "") for name in kind.fields if name in raw or not raw})
