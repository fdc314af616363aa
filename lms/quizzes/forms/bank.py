"""The forms of banks and topics."""

from collections.abc import Sequence
from typing import Any

import wtforms

from lms.base import Choice, Form, at_most, in_language, required
from lms.base import gettext as _

from ..bank_reading import TopicLine, Wanted
from ..banks import LONGEST_TITLE
from ..quiz_words import difficulty_words, kind_words, use_words

MOST_PAGES = 100_000


def named(lines: Sequence[TopicLine]) -> list[tuple[int, str]]:
    """Topics for a list to choose from, set in by their level."""
    return [(line.id, "\u2003" * line.depth + in_language(line.title)) for line in lines]


class BankForm(Form):
    """A new bank."""

    title = wtforms.StringField("Tên ngân hàng", [required("Anh/Chị nhập tên ngân hàng."), at_most(LONGEST_TITLE)])
    agency_id = Choice("Đơn vị sở hữu", coerce=int)

    def offer(self, agencies: Sequence[Any]) -> "BankForm":
        """Let the viewer choose among these agencies (Branch)."""
        self.agency_id.choices = [(branch.id, "\u2003" * branch.depth + branch.name) for branch in agencies]
        return self


class TopicForm(Form):
    """A topic: its name and under which one it stands."""

    title_vi = wtforms.StringField("Tên chủ đề", [required("Anh/Chị nhập tên chủ đề."), at_most(LONGEST_TITLE)])
    title_en = wtforms.StringField("Tên bằng tiếng Anh (không bắt buộc)", [at_most(LONGEST_TITLE)])
    parent_id = Choice("Nằm dưới chủ đề", coerce=int)

    def offer(self, lines: Sequence[TopicLine], without: Sequence[int] = ()) -> "TopicForm":
        """Let the topic stand under one of these; `without`: itself and what lies below it."""
        self.parent_id.choices = [(0, _("Không, đứng riêng")), *named([line for line in lines if line.id not in without])]
        return self

    @property
    def parent(self) -> int | None:
        """The topic above, None at the top."""
        return self.parent_id.data or None


class SearchForm(Form):
    """What a list of questions is narrowed by. Values that are not in the lists find everything."""

    q = wtforms.StringField("Tìm trong câu hỏi", [at_most(200)])
    difficulty = Choice("Độ khó")
    kind = Choice("Dạng câu hỏi")
    use = Choice("Dùng cho")
    tag = Choice("Nhãn")
    standard = Choice("Mã chuẩn")
    state = Choice("Trạng thái")

    def offer(self, tags: Sequence[str], standards: Sequence[str]) -> "SearchForm":
        """Fill the lists."""
        every = [("", _("Tất cả"))]
        self.difficulty.choices = every + [(value, word.capitalize()) for value, word in difficulty_words().items()]
        self.kind.choices = every + list(kind_words().items())
        self.use.choices = every + list(use_words().items())
        self.tag.choices = every + [(tag, tag) for tag in tags]
        self.standard.choices = every + [(code, code) for code in standards]
        self.state.choices = [("published", _("Đang dùng")), ("retired", _("Ngừng dùng")), ("all", _("Tất cả"))]
        return self

    def wanted(self, topic: str, page: str) -> Wanted:
        """The search of this address."""
        said = {field.name: field.data or "" for field in self if not isinstance(field, Choice) or field.data in dict(field.choices)}
        return Wanted(**{**said, "state": said.get("state") or "published"}, topic=_number(topic), page=_number(page) or 1)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 9 else None
