"""What a kind of question must be able to do, and the common part of kinds that are answered by choosing among options."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from lms.base import gettext as _
from lms.base import inline, nfc

Body = dict[str, Any]
Answer = list[str] | None
LONGEST_TEXT = 4000
OPTION_KEYS = "abcdefgh"
BLOCKS = ("<p>", "<ul>", "<ol", "<pre>", "<h2>", "<h3>", "<h4>", "<table>", "<blockquote>", "<hr", "<div")


class KindError(Exception):
    """A question cannot be understood, or an answer does not belong to it; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@lru_cache(maxsize=8192)
def rich(source: str) -> Markup:
    """Safe HTML of a text of the bank. The same text is rendered once per process (a paper has more than a hundred)."""
    return inline(source)


def text_of(raw: dict[str, Any], name: str, place: str) -> str:
    """The composed text under `name`; KindError when it is missing, too long, no text, or shows a picture."""
    text = raw.get(name)
    if not isinstance(text, str) or not nfc(text).strip():
        raise KindError(_("%(place)s thiếu `%(name)s` (đặt nội dung trong dấu ngoặc kép).", place=place, name=name))
    if len(text) > LONGEST_TEXT:
        raise KindError(_("%(place)s: `%(name)s` dài quá %(most)s ký tự.", place=place, name=name, most=LONGEST_TEXT))
    if "<img" in rich(nfc(text).strip()):
        raise KindError(_("%(place)s: câu hỏi chưa dùng được hình, hãy đặt hình trong bài học.", place=place))
    return nfc(text).strip()


class Kind:
    """A kind of question. One file in `kinds/` holds one, as `KIND`; all it needs to know stands in the `body` that it parsed.

    shuffles: the options are shown in a drawn order. empties: a form without an answer means that the answer was taken
    back (tick boxes); otherwise it says nothing (a radio button cannot be taken back).
    """

    name = ""
    fields: tuple[str, ...] = ("text",)
    shuffles = True
    empties = False
    result_template = "quizzes/_result.html"
    self_check_template = "quizzes/_self_check.html"

    @property
    def template(self) -> str:
        """The template that shows the question to be answered."""
        return f"quizzes/kinds/{self.name}.html"

    def parse(self, raw: dict[str, Any]) -> Body:
        """The body to be stored, key and explanations included, from what an author wrote. Raises KindError."""
        raise NotImplementedError

    def written(self, body: Body) -> dict[str, Any]:
        """What an author would write to get this body: `parse(written(body)) == body`."""
        raise NotImplementedError

    def keys(self, body: Body) -> list[str]:
        """The stable keys of the options, in the author's order."""
        raise NotImplementedError

    def deliver(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        """What the page may show before the answer is locked: never a key, never an explanation."""
        raise NotImplementedError

    def read(self, body: Body, values: Sequence[str]) -> Answer:
        """The answer that a form's values mean; None: no answer. KindError when they are not of this question."""
        raise NotImplementedError

    def mark(self, body: Body, answer: Answer, max_points: int) -> int:
        """Points from 0 to max_points."""
        raise NotImplementedError

    def explain(self, body: Body, answer: Answer, order: Sequence[str]) -> dict[str, Any]:
        """The question with what was chosen, what is correct, and why: only for an answer that can no longer change."""
        raise NotImplementedError


class OptionKind(Kind):
    """A question answered by choosing among options: body = {text, options: [{key, text, correct, why}]}. All or nothing."""

    fields: tuple[str, ...] = ("text", "options")
    fewest_options, most_options = 3, 5
    most_chosen = len(OPTION_KEYS)

    def parse(self, raw: dict[str, Any]) -> Body:
        options = raw.get("options")
        if not isinstance(options, list) or not self.fewest_options <= len(options) <= self.most_options:
            raise KindError(_("Câu hỏi cần từ %(fewest)s đến %(most)s phương án.", fewest=self.fewest_options, most=self.most_options))
        text = text_of(raw, "text", _("Câu hỏi"))
        parsed = [self._option(key, option) for key, option in zip(OPTION_KEYS, options, strict=False)]
        if len({option["text"] for option in parsed}) < len(parsed):
            raise KindError(_("Hai phương án có cùng nội dung."))
        self.check_correct(sum(option["correct"] for option in parsed), len(parsed))
        return {"text": text, "options": parsed}

    def written(self, body: Body) -> dict[str, Any]:
        options = [{"text": one["text"], **({"correct": True} if one["correct"] else {}), "why": one["why"]} for one in body["options"]]
        return {"text": body["text"], "options": options}

    def check_correct(self, correct: int, total: int) -> None:
        """KindError unless so many correct options of the total make a question of this kind."""
        raise NotImplementedError

    def _option(self, key: str, raw: Any) -> dict[str, Any]:
        place = _("Phương án %(key)s", key=key)
        if not isinstance(raw, dict):
            raise KindError(_("%(place)s không đúng dạng.", place=place))
        if unknown := sorted(str(name) for name in raw if name not in ("text", "correct", "why")):
            raise KindError(_("%(place)s có mục lạ `%(name)s`.", place=place, name=unknown[0]))
        if not isinstance(raw.get("correct", False), bool):
            raise KindError(_("%(place)s: `correct` chỉ là true hoặc false.", place=place))
        text = text_of(raw, "text", place)
        if any(block in rich(text) for block in BLOCKS):
            raise KindError(_("%(place)s chỉ được là một đoạn văn.", place=place))
        return {"key": key, "text": text, "correct": raw.get("correct", False), "why": text_of(raw, "why", place)}

    def option_text(self, option: dict[str, Any]) -> Markup:
        """The option as shown."""
        return rich(option["text"])

    def keys(self, body: Body) -> list[str]:
        return [option["key"] for option in body["options"]]

    def _ordered(self, body: Body, order: Sequence[str]) -> list[dict[str, Any]]:
        options = {option["key"]: option for option in body["options"]}
        return [options[key] for key in order]

    def deliver(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        options = [{"key": option["key"], "text": self.option_text(option)} for option in self._ordered(body, order)]
        return {"text": rich(body["text"]), "options": options}

    def read(self, body: Body, values: Sequence[str]) -> Answer:
        known = self.keys(body)
        chosen = [key for key in known if key in values]
        if any(value not in known for value in values) or len(chosen) > self.most_chosen:
            raise KindError(_("Câu trả lời không thuộc câu hỏi này. Anh/Chị tải lại trang rồi chọn lại."))
        return chosen or None

    def mark(self, body: Body, answer: Answer, max_points: int) -> int:
        correct = {option["key"] for option in body["options"] if option["correct"]}
        return max_points if set(answer or ()) == correct else 0

    def explain(self, body: Body, answer: Answer, order: Sequence[str]) -> dict[str, Any]:
        options = [
            {
                "key": option["key"],
                "text": self.option_text(option),
                "chosen": option["key"] in (answer or ()),
                "correct": option["correct"],
                "why": rich(option["why"]),
            }
            for option in self._ordered(body, order)
        ]
        return {"text": rich(body["text"]), "options": options}
