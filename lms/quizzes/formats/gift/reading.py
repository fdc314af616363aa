"""Reading GIFT: blocks between blank lines, each with its answers between { and }."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from lms.base import gettext as _

from ...fields import decimal_of
from ...format import Raw, Read
from ...from_files import Reading, choice_question, give_why, text_in
from ...html_text import LONGEST_HTML, markdown_of
from ...kind_names import ESSAY, MATCHING, NUMERICAL, SHORTANSWER, TRUEFALSE
from ...rubrics import rubric_in
from ...tagging import from_tags, with_tags
from ...weights import FULL, lose_part, scoring_of

HIDDEN = {"~": "\x01", "=": "\x02", "#": "\x03", "{": "\x04", "}": "\x05", ":": "\x06", "\\": "\x07", "n": "\x08", ">": "\x0e"}
_SHOWN = str.maketrans({hidden: "\n" if sign == "n" else sign for sign, hidden in HIDDEN.items()})
_ESCAPE = re.compile(r"\\([~=#{}:\\n>])")
_TAG = re.compile(r"\[tag:((?:\\.|[^\[\]\\]){1,200})\]")
_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_TYPE = re.compile(r"\s*\[(moodle|plain|html|markdown)\]")
_TRUTH = re.compile(r"(TRUE|T|FALSE|F)(#.*)?", re.DOTALL | re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d+)?)%")
MOST_ANSWERS = 30


class Block(NamedTuple):
    """The lines of a question, escapes hidden."""

    number: int
    text: str
    tags: list[str]
    topic: str


class Piece(NamedTuple):
    """An answer: its sign, weight in percent (None: not given), text and feedback."""

    sign: str
    weight: float | None
    text: str
    why: str

    @property
    def is_full(self) -> bool:
        """Whether this answer alone gives all points."""
        return self.sign == "=" if self.weight is None else self.weight >= FULL


def read(content: bytes) -> Read:
    """The questions of a GIFT file."""
    reading = Reading()
    text, refusal = text_in(content)
    if refusal:
        reading.fault(0, refusal)
    for block in _blocks(text):
        _Question(reading, block).read()
    return reading.done()


def _blocks(text: str) -> Iterator[Block]:
    lines: list[str] = []
    tags: list[str] = []
    start, topic = 1, ""
    for number, line in enumerate([*text.split("\n"), ""], 1):
        bare = line.strip()
        if bare.startswith("//"):
            tags += [re.sub(r"\\(.)", r"\1", tag) for tag in _TAG.findall(bare)]
        elif bare.startswith("$CATEGORY:"):
            topic = bare.removeprefix("$CATEGORY:").strip().removeprefix("$course$/").removeprefix("top/")
        elif bare:
            start = start if lines else number
            lines.append(line)
        elif lines:
            yield Block(start, _ESCAPE.sub(lambda found: HIDDEN[found[1]], "\n".join(lines)), tags, topic)
            lines, tags = [], []


class _Question:
    """One question that is being read."""

    def __init__(self, reading: Reading, block: Block) -> None:
        self.reading, self.block, self.number = reading, block, block.number
        self.type = ""
        self.is_scored = "scoring" in from_tags(block.tags)[0]

    def lose(self, sentence: str) -> None:
        self.reading.lose(self.number, sentence)

    def text(self, piece: str) -> str:
        """The text of a part, in Markdown."""
        found = _TYPE.match(piece)
        kind = found[1] if found else self.type
        shown = (piece[found.end() :] if found else piece).translate(_SHOWN).strip()
        if kind != "html":
            return shown
        if len(shown) > LONGEST_HTML:
            self.reading.fault(self.number, _("Đoạn HTML này quá dài."))
        text, lost = markdown_of(shown)
        for name in lost:
            self.lose(_("HTML `%(name)s` không giữ được.", name=name))
        return text

    def read(self) -> None:
        """Hand the question to the reading, or say why not."""
        text = self.block.text
        if title := _TITLE.match(text):
            text = text[title.end() :]
            self.lose(_("Tên riêng của câu (giữa hai dấu ::) không giữ."))
        if text.count("{") != text.count("}") or text.count("{") > 1 or text.find("}") < text.find("{"):
            self.reading.fault(self.number, _("Mỗi câu có đúng một cặp { }; dấu { } trong nội dung viết là \\{ \\}."))
            return
        before, brace, rest = text.partition("{")
        if not brace:
            self.lose(_("Đoạn không có { } là lời dẫn, không phải câu hỏi, nên không được nhập."))
            return
        inside, _brace, after = rest.partition("}")
        if kind := _TYPE.match(before):
            self.type = kind[1]
        if self.type in ("plain", "moodle"):
            self.lose(_("Kiểu chữ [%(name)s] không giữ: nội dung được đọc là Markdown.", name=self.type))
        asked = self.text(f"{before.rstrip()} _____ {after.strip()}" if after.strip() else before)
        answers, _marks, general = inside.partition("####")
        if not answers.strip():
            raw: Raw | None = {"kind": ESSAY, "text": asked, **rubric_in(self.text(general), self.reading, self.number)}
            general = ""
        else:
            raw = self._question(asked, answers.strip())
        if raw is None:
            return
        if not give_why(raw, self.text(general)):
            self.lose(_("Lời giải thích chung không có chỗ vì mỗi phương án đã có giải thích."))
        self.reading.add(with_tags(raw, self.block.tags, self.reading, self.number), self.number, self.block.topic, self.type in ("markdown", "html"))

    def _question(self, text: str, answers: str) -> Raw | None:
        truth = _TRUTH.fullmatch(answers)
        if answers.startswith("#"):
            return self._number(text, answers[1:].strip())
        if truth:
            return self._true_false(text, truth[1].upper().startswith("T"), (truth[2] or "").split("#")[1:])
        first, *pieces = re.split(r"(?=[=~])", answers, maxsplit=MOST_ANSWERS)
        if len(pieces) == MOST_ANSWERS:
            self.reading.fault(self.number, _("Câu này có quá nhiều câu trả lời."))
            return None
        if first.strip():
            self.reading.fault(self.number, _("Mỗi câu trả lời trong { } bắt đầu bằng = (đúng) hoặc ~ (sai)."))
            return None
        found = [self._piece(piece) for piece in pieces]
        if all(piece.startswith("=") and "->" in piece for piece in pieces):
            return self._matching(text, pieces)
        return self._short_answer(text, found) if all(piece.sign == "=" for piece in found) else self._choices(text, found)

    def _piece(self, piece: str) -> Piece:
        body, _hash, why = piece[1:].partition("#")
        weight = _WEIGHT.match(body)
        return Piece(piece[:1], float(weight[1]) if weight else None, self.text(body[weight.end() :] if weight else body), self.text(why))

    def _true_false(self, text: str, answer: bool, feedback: list[str]) -> Raw:
        wrong, right = ([self.text(one) for one in feedback] + ["", ""])[:2]
        whys = {"why_true": right if answer else wrong, "why_false": wrong if answer else right}
        return {"kind": TRUEFALSE, "text": text, "answer": answer, **whys}

    def _choices(self, text: str, pieces: list[Piece]) -> Raw:
        full = [piece for piece in pieces if piece.is_full]
        right = full or [piece for piece in pieces if (piece.weight or 0) > 0]
        scoring = "whole"
        if len(full) > 1:
            self.lose(_("Câu có nhiều phương án được điểm trọn: ở đây phải chọn đủ các phương án ấy."))
        if full or len(right) < 2:
            for piece in pieces:
                if piece.weight and piece.weight < FULL:
                    lose_part(self.reading, self.number, piece.weight)
        elif not self.is_scored:
            wrong = [piece.weight or 0.0 for piece in pieces if piece not in right]
            scoring = scoring_of([piece.weight or 0.0 for piece in right], wrong, self.reading, self.number)
        options: list[Raw] = [{"text": one.text, **({"correct": True} if one in right else {}), "why": one.why} for one in pieces]
        return {**choice_question(text, options), "scoring": scoring}

    def _why_of(self, pieces: list[Piece]) -> dict[str, str]:
        """The first feedback is the explanation; another one has no place."""
        whys = list(dict.fromkeys(piece.why for piece in pieces if piece.why))
        for why in whys[1:]:
            self.lose(_("Phản hồi “%(text)s” không có chỗ: câu này có một lời giải thích chung.", text=why[:60]))
        return {"why": whys[0]} if whys else {}

    def _short_answer(self, text: str, pieces: list[Piece]) -> Raw:
        full = [piece for piece in pieces if piece.is_full]
        for piece in pieces:
            if piece not in full:
                self.lose(_("Câu trả lời “%(text)s” chỉ được một phần điểm nên không giữ.", text=piece.text[:60]))
        return {"kind": SHORTANSWER, "text": text, "accepted": [piece.text for piece in full], **self._why_of(full)}

    def _number(self, text: str, answers: str) -> Raw | None:
        pieces = [
            self._piece(piece if piece[:1] in "=~" else "=" + piece)
            for piece in re.split(r"(?=[=~])", answers, maxsplit=MOST_ANSWERS)
            if piece.strip()
        ]
        full = [piece for piece in pieces if piece.is_full and piece.text]
        if not full:
            self.reading.fault(self.number, _("Câu hỏi số cần một đáp số, ví dụ {#12.5:0.1}."))
            return None
        for piece in pieces:
            if piece is not full[0]:
                self.lose(_("Đáp số thêm “%(text)s” không giữ.", text=piece.text[:60]))
        return {"kind": NUMERICAL, "text": text, **_value(full[0].text), **self._why_of(pieces)}

    def _matching(self, text: str, pieces: list[str]) -> Raw:
        pairs: list[Raw] = []
        extra: list[str] = []
        for piece in pieces:
            left, _arrow, right = piece[1:].partition("->")
            right, _hash, why = right.partition("#")
            if self.text(left):
                pairs.append({"left": self.text(left), "right": self.text(right), "why": self.text(why)})
            else:
                extra.append(self.text(right))
        return {"kind": MATCHING, "text": text, "pairs": pairs, **({"extra": extra} if extra else {})}


def _value(text: str) -> dict[str, str]:
    """value and tolerance of "12.5", "12.5:0.1" or "12..13"."""
    low, dots, high = text.partition("..")
    least, most = decimal_of(low.strip()), decimal_of(high.strip())
    if dots and least is not None and most is not None:
        try:
            return {"value": str((least + most) / 2), "tolerance": str(abs(most - least) / 2)}
        except ArithmeticError:
            return {"value": text}
    value, _colon, tolerance = text.partition(":")
    is_zero = decimal_of(tolerance.strip().replace(",", ".")) == Decimal(0)
    return {"value": value.strip(), **({"tolerance": tolerance.strip()} if tolerance.strip() and not is_zero else {})}
