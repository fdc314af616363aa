"""An essay: a text of several lines, marked by a person by the criteria of a rubric."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from lms.base import gettext as _
from lms.base import nfc

from ..kind import OPTION_KEYS, Answer, Body, Kind, KindError, keyed_marks, plain, rich, text_of
from ..pairs import part_of, plain_list, refuse_twice
from ..writable import NumberField, RowsField, TextField

LONGEST_ESSAY = 10_000
MOST_WORDS = 2000
FEWEST_LINES, MOST_LINES, WORDS_A_LINE = 8, 40, 9
WHOLE = 100


class Essay(Kind):
    """body = {text, rubric: [{key, text, points}], fewest_words?, most_words?, model}.

    points: whole percent of the question; those of a rubric sum to 100. model: what a good answer says, for markers and, after marking, for
    the learner. The numbers of words advise the learner; nothing is refused for them. Of all this only text and numbers of words are delivered.
    """

    name = "essay"
    list_order = 10
    form = (
        TextField("Câu hỏi", "text", rows=4),
        RowsField("Tiêu chí chấm", "rubric", (TextField("Nội dung", "text"), NumberField("Điểm (cộng lại là 100)", "points")), 3, 8),
        NumberField("Nên viết ít nhất bao nhiêu từ (không bắt buộc)", "fewest_words", is_needed=False),
        NumberField("Nên viết nhiều nhất bao nhiêu từ (không bắt buộc)", "most_words", is_needed=False),
        TextField("Bài làm mẫu", "model", rows=5),
    )
    fields = ("text", "rubric", "fewest_words", "most_words", "model")
    shuffles = False
    empties = True
    needs_marker = True
    can_be_printed = True
    print_template = "quizzes/print/_lines.html"
    result_template = "quizzes/_essay_result.html"
    self_check_template = "quizzes/_essay_self_check.html"

    def called(self) -> str:
        return _("Tự luận")

    def parse(self, raw: dict[str, Any]) -> Body:
        place = _("Câu hỏi")
        found = plain_list(raw, "rubric", 1, len(OPTION_KEYS))
        rubric = [self._criterion(key, one) for key, one in zip(OPTION_KEYS, found, strict=False)]
        refuse_twice([criterion["text"] for criterion in rubric])
        if (total := sum(criterion["points"] for criterion in rubric)) != WHOLE:
            raise KindError(_("Điểm các tiêu chí cộng lại phải bằng 100 (đang là %(n)s).", n=total))
        words = {name: self._words(raw, name) for name in ("fewest_words", "most_words") if raw.get(name) is not None}
        if words.get("fewest_words", 1) > words.get("most_words", MOST_WORDS):
            raise KindError(_("`fewest_words` không được lớn hơn `most_words`."))
        return {"text": text_of(raw, "text", place), "rubric": rubric, **words, "model": text_of(raw, "model", place)}

    def _criterion(self, key: str, raw: Any) -> dict[str, Any]:
        place = _("Tiêu chí %(key)s", key=key)
        points = raw.get("points") if isinstance(raw, dict) else None
        if not isinstance(points, int) or isinstance(points, bool) or not 0 < points <= WHOLE:
            raise KindError(_("%(place)s: `points` là số nguyên từ 1 đến 100.", place=place))
        return {"key": key, **part_of({name: value for name, value in raw.items() if name != "points"}, ("text",), place), "points": points}

    def _words(self, raw: dict[str, Any], name: str) -> int:
        number = raw[name]
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= MOST_WORDS:
            raise KindError(_("`%(name)s` là số từ, từ 1 đến %(most)s.", name=name, most=MOST_WORDS))
        return number

    def written(self, body: Body) -> dict[str, Any]:
        rubric = [{"text": one["text"], "points": one["points"]} for one in body["rubric"]]
        return {**body, "rubric": rubric}

    def keys(self, body: Body) -> list[str]:
        return []

    def deliver(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        return {"text": rich(body["text"]), "fewest_words": body.get("fewest_words"), "most_words": body.get("most_words"), "longest": LONGEST_ESSAY}

    def read(self, body: Body, values: Sequence[str]) -> Answer:
        if len(values) > 1:
            raise KindError(_("Câu trả lời không thuộc câu hỏi này. Anh/Chị tải lại trang rồi chọn lại."))
        text = nfc("".join(values).replace("\r\n", "\n").replace("\r", "\n"))
        text = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
        if len(text) > LONGEST_ESSAY:
            raise KindError(_("Bài viết dài %(n)s ký tự, nhiều nhất là %(most)s. Anh/Chị viết ngắn lại.", n=len(text), most=LONGEST_ESSAY))
        return [text] if text.strip() else None

    def mark(self, body: Body, answer: Answer, max_points: int, order: Sequence[str] = ()) -> int | None:
        return None if answer else 0

    def was(self, answer: Answer) -> str:
        return f"#{sha256(answer[0].encode()).hexdigest()[:16]}" if answer else ""

    def explain(self, body: Body, answer: Answer, order: Sequence[str]) -> dict[str, Any]:
        """`marks` is None here; whoever shows the result puts the last mark of a person there (its scores and comment)."""
        rubric = [{"key": one["key"], "text": plain(one["text"]), "points": one["points"]} for one in body["rubric"]]
        written = (answer or [""])[0]
        words = {"words": len(written.split()), "fewest_words": body.get("fewest_words"), "most_words": body.get("most_words")}
        return {"text": rich(body["text"]), "answer": written, **words, "model": rich(body["model"]), "rubric": rubric, "marks": None}

    def printed(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        lines = (body.get("most_words") or body.get("fewest_words") or 0) // WORDS_A_LINE
        return {**self.deliver(body, order), "lines": min(MOST_LINES, max(FEWEST_LINES, lines))}

    def key_said(self, body: Body, order: Sequence[str]) -> str:
        return plain(body["model"])

    def read_keyed(self, body: Body, order: Sequence[str], typed: str) -> Answer:
        return self.read(body, [typed]) if keyed_marks(typed) else None


KIND = Essay()
