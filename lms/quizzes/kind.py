"""What a kind of question must be able to do, and the common part of kinds that are answered by choosing among options."""

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import combinations
from random import Random
from typing import Any

from markupsafe import Markup

from lms.base import gettext as _
from lms.base import inline, nfc

from .writable import Field, OneField, RowsField, TextField, Writable

Body = dict[str, Any]
Answer = list[str] | None
LONGEST_TEXT = 4000
LONGEST_WAS = 300
OPTION_KEYS = "abcdefgh"
LETTERS = "ABCDEFGHIJKL"  # how choices are called on paper
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


def plain(source: str) -> str:
    """A text of the bank as a list can show it: without bold, links and the like."""
    return rich(source).striptags()


def blind_keys(texts: Sequence[str], letters: str = OPTION_KEYS) -> list[str]:
    """A key for each text that tells nothing of the author's order (which may be the answer): by the alphabet of the texts."""
    ranked = sorted(texts)
    return [letters[ranked.index(text)] for text in texts]


def keyed_marks(typed: str) -> list[str]:
    """The marks of a paper answer as a typist keys them in: "ac", "A, C" and "A C" are two; nothing or "-" is none."""
    marks = re.sub(r"[\s,;./]", "", nfc(typed)).replace("–", "-").upper()
    return [] if set(marks) <= {"-"} else list(marks)


def keyed_list(typed: str) -> list[str]:
    """The entries of a paper answer that takes more than a sign each, as a typist keys them in: "1, 12" or "A B2 -"; nothing or "-" is none."""
    entries = re.split(r"[\s,]+", nfc(typed).replace("–", "-").strip(" ,").upper())
    return [] if set(entries) <= {"", "-"} else entries


class Kind(Writable):
    """A kind of question. One file in `kinds/` holds one, as `KIND`; all it needs to know stands in the `body` that it parsed.

    shuffles: the options are shown in a drawn order. empties: a form without an answer means that the answer was taken
    back (tick boxes); otherwise it says nothing (a radio button cannot be taken back). needs_marker: a person gives the points.
    order: what of the question this paper shows, in which order; frozen at the start.
    can_be_printed: it stands on paper (`printed`, `print_template`), its key can be said and what was written there keyed in.
    """

    name = ""
    fields: tuple[str, ...] = ("text",)
    shuffles = True
    empties = False
    needs_marker = False
    can_be_printed = False
    print_template = ""
    result_template = "quizzes/_result.html"
    self_check_template = "quizzes/_self_check.html"

    @property
    def template(self) -> str:
        """The template that shows the question to be answered."""
        return f"quizzes/kinds/{self.name}.html"

    def parse(self, raw: dict[str, Any]) -> Body:
        """The body to be stored, key and explanations included, from what an author wrote. Raises KindError."""
        raise NotImplementedError

    def pictures(self, raw: dict[str, Any]) -> list[str]:
        """The names of the pictures that a question as written shows, without `files/`. Never raises."""
        return []

    def written(self, body: Body) -> dict[str, Any]:
        """What an author would write to get this body: `parse(written(body)) == body`."""
        raise NotImplementedError

    def keys(self, body: Body) -> list[str]:
        """The stable keys of the options, in the author's order."""
        raise NotImplementedError

    def drawn(self, body: Body, random: Random) -> list[str]:
        """The order of a new paper: all keys, shuffled where the kind shuffles."""
        keys = self.keys(body)
        if self.shuffles:
            random.shuffle(keys)
        return keys

    def deliver(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        """What the page may show before the answer is locked: never a key, never an explanation."""
        raise NotImplementedError

    def read(self, body: Body, values: Sequence[str]) -> Answer:
        """The answer that a form's values mean; None: no answer. KindError when they are not of this question."""
        raise NotImplementedError

    def mark(self, body: Body, answer: Answer, max_points: int, order: Sequence[str] = ()) -> int | None:
        """Points from 0 to max_points; None: a person must mark it (only where `needs_marker`)."""
        raise NotImplementedError

    def was(self, answer: Answer) -> str:
        """The answer at serving, as the form carries it to tell what the person changed; short, however long the answer."""
        joined = ",".join(answer or ())
        return joined if len(joined) <= LONGEST_WAS else f"#{sha256(joined.encode()).hexdigest()}"

    def explain(self, body: Body, answer: Answer, order: Sequence[str]) -> dict[str, Any]:
        """The question with what was chosen, what is correct, and why: only for an answer that can no longer change."""
        raise NotImplementedError

    def guess(self, body: Body) -> int:
        """The random-guess score: what who knows nothing can expect by filling in at random, in percent of the points; 0 where one must know."""
        return 0

    def in_short(self, body: Body) -> str:
        """The words of the question without markup, to name it in a list."""
        return plain(body["text"])

    def keyed_like(self, body: Body, shown: Body) -> Body:
        """The body with the keys of `shown`, a version with the same words: answers given there are marked by it. Raises KindError otherwise."""
        return body

    def printed(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        """What stands on paper, for `print_template`: as delivered, never a key."""
        return self.deliver(body, order)

    def key_said(self, body: Body, order: Sequence[str]) -> str:
        """What the answer key of a paper in this order says, as short as it can be: "B", "A, C", "1-C 2-A", "12,5"."""
        return ""

    def read_keyed(self, body: Body, order: Sequence[str], typed: str) -> Answer:
        """The answer that a typist keys in from paper, by the letters of this order; nothing or "-" is no answer. KindError when it cannot be one."""
        raise KindError(_("Câu này không nhập được từ bài giấy."))


class OptionKind(Kind):
    """A question answered by choosing among options: body = {text, options: [{key, text, correct, why}]}. All or nothing."""

    fields: tuple[str, ...] = ("text", "options")
    fewest_options, most_options = 3, 5
    form: tuple[Field, ...] = (
        TextField("Câu hỏi", "text", rows=3),
        RowsField("Phương án", "options", (OneField("Đúng", "correct"), TextField("Nội dung", "text"), TextField("Giải thích", "why")), 4, 5),
        TextField("Giải thích chung", "why_all", is_needed=False),
    )
    most_chosen = len(OPTION_KEYS)
    can_be_printed = True
    print_template = "quizzes/print/_options.html"

    def parse(self, raw: dict[str, Any]) -> Body:
        options = raw.get("options")
        if not isinstance(options, list) or not self.fewest_options <= len(options) <= self.most_options:
            raise KindError(_("Câu hỏi cần từ %(fewest)s đến %(most)s phương án.", fewest=self.fewest_options, most=self.most_options))
        text = text_of(raw, "text", _("Câu hỏi"))
        parsed = [self._option(key, option) for key, option in zip(OPTION_KEYS, options, strict=False)]
        if len({option["text"] for option in parsed}) < len(parsed):
            raise KindError(_("Hai phương án có cùng nội dung."))
        self.check_correct(sum(option["correct"] for option in parsed), len(parsed))
        for option, key in zip(parsed, blind_keys([option["text"] for option in parsed]), strict=True):
            option["key"] = key
        return {"text": text, "options": parsed}

    def hint(self) -> str:
        return _("Phương án nào để trống giải thích thì lấy giải thích chung. Thứ tự phương án được xáo khi làm bài.")

    def from_form(self, raw: dict[str, Any]) -> dict[str, Any]:
        why = raw.get("why_all")
        options = [{**option, **({"why": why} if why and not option.get("why") else {})} for option in raw.get("options") or []]
        return {**{name: value for name, value in raw.items() if name != "why_all"}, "options": options}

    def faults_of(self, raw: dict[str, Any]) -> list[str]:
        return super().faults_of({**raw, **self.from_form(raw)})

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
        chosen = sorted(key for key in known if key in values)
        if any(value not in known for value in values) or len(chosen) > self.most_chosen:
            raise KindError(_("Câu trả lời không thuộc câu hỏi này. Anh/Chị tải lại trang rồi chọn lại."))
        return chosen or None

    def mark(self, body: Body, answer: Answer, max_points: int, order: Sequence[str] = ()) -> int | None:
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

    def guess(self, body: Body) -> int:
        """The mean points of all answers that could be given, each as likely as the other."""
        keys = self.keys(body)
        sizes = range(1, min(self.most_chosen, len(keys)) + 1)
        points = [self.mark(body, list(chosen), 100, keys) or 0 for size in sizes for chosen in combinations(keys, size)]
        return round(sum(points) / len(points))

    def keyed_like(self, body: Body, shown: Body) -> Body:
        keys = {option.get("text", option["key"]): option["key"] for option in shown["options"]}
        if set(keys) != {option.get("text", option["key"]) for option in body["options"]}:
            raise KindError(_("Các phương án không còn như lúc học viên làm bài."))
        return {**body, "options": [{**option, "key": keys[option.get("text", option["key"])]} for option in body["options"]]}

    def printed(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        shown = self.deliver(body, order)
        return {**shown, "options": [{**option, "letter": letter} for letter, option in zip(LETTERS, shown["options"], strict=False)]}

    def key_said(self, body: Body, order: Sequence[str]) -> str:
        return ", ".join(letter for letter, option in zip(LETTERS, self._ordered(body, order), strict=False) if option["correct"])

    def read_keyed(self, body: Body, order: Sequence[str], typed: str) -> Answer:
        marks, letters = keyed_marks(typed), LETTERS[: len(order)]
        if any(mark not in letters for mark in marks):
            raise KindError(_("Câu này chỉ có các phương án từ A đến %(last)s.", last=letters[-1]))
        if len(set(marks)) > self.most_chosen:
            raise KindError(_("Câu này chỉ chọn một phương án. Học viên đánh dấu nhiều ô thì Anh/Chị nhập dấu -."))
        return self.read(body, [order[letters.index(mark)] for mark in marks])
