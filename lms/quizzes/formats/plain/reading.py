"""Reading pasted text: lines are gathered into questions, then the questions get their answers."""

import re
from collections import Counter
from dataclasses import dataclass, field

from lms.base import fold
from lms.base import gettext as _

from ...format import Raw, Read
from ...from_files import Reading, choice_question, give_why, text_in
from ...kind_names import MULTIPLE, TRUEFALSE
from . import signs
from .lines import Line, line_of, without_table

SCORINGS = {"ca cau": "whole", "tung phan": "parts", "tru diem": "penalty"}
LEVELS = {"de": "easy", "trung binh": "medium", "kho": "hard", "nhan biet": "easy", "thong hieu": "medium", "van dung": "hard"}


@dataclass
class Option:
    """An option of a question that is being read."""

    letter: str
    text: list[str]
    is_right: bool
    why: list[str] = field(default_factory=list)


@dataclass
class Block:
    """The lines of a question."""

    line: int
    number: int
    lines: list[Line]


def read(content: bytes) -> Read:
    """The questions of a text."""
    reading = Reading()
    text, refusal = text_in(content)
    if refusal:
        reading.fault(0, refusal)
    lines = [line_of(number, line) for number, line in enumerate(text.split("\n"), 1)]
    lines, table = without_table(reading, lines)
    blocks = _blocks(reading, lines)
    _check_numbers(reading, blocks, table)
    for block in blocks:
        _Question(reading, block, table.get(block.number)).read()
    return reading.done()


def _blocks(reading: Reading, lines: list[Line]) -> list[Block]:
    """The questions; "1." begins one only in a text that nowhere says "Câu 1."."""
    is_named = any(signs.NAMED.fullmatch(line.text) for line in lines if not line.is_text)
    sign = signs.NAMED if is_named else signs.NUMBERED
    if not any(sign.fullmatch(line.text) for line in lines if not line.is_text):
        return _unnumbered(lines)
    blocks: list[Block] = []
    for line in lines:
        found = None if line.is_text else sign.fullmatch(line.text)
        if found:
            if found["points"]:
                reading.lose(line.number, _("Điểm của câu (%(points)s) không giữ.", points=found["points"]))
            blocks.append(Block(line.number, int(found["number"]), [Line(line.number, *signs.content(found["text"]))]))
        elif blocks:
            blocks[-1].lines.append(line)
        elif line.text:
            reading.lose(line.number, _("Dòng “%(text)s” đứng trước câu đầu tiên, không được nhập.", text=line.text[:60]))
    return blocks


def _unnumbered(lines: list[Line]) -> list[Block]:
    """The questions of a text without numbers: each begins after an empty line, with a line that is no sign of anything else."""
    if not any(signs.OPTION.fullmatch(line.text) or signs.ANSWER.fullmatch(line.text) for line in lines):
        return []
    blocks: list[Block] = []
    is_start = True
    for line in lines:
        if is_start and line.text and not (signs.is_sign(line.text, has_letters=False) and not line.is_text):
            blocks.append(Block(line.number, len(blocks) + 1, [line]))
        elif blocks:
            blocks[-1].lines.append(line)
        is_start = not line.text
    return blocks


def _check_numbers(reading: Reading, blocks: list[Block], table: dict[int, tuple[int, str]]) -> None:
    for before, block in zip(blocks, blocks[1:], strict=False):
        if block.number != before.number + 1:
            reading.lose(block.line, _("Số câu không liền nhau: sau câu %(before)s là câu %(n)s.", before=before.number, n=block.number))
    counts = Counter(block.number for block in blocks)
    for number, (line, _letter) in table.items():
        if counts[number] != 1:
            sentence = _("Bảng đáp án có câu %(n)s nhưng tệp không có đúng một câu mang số này.", n=number)
            reading.fault(line, sentence)


class _Question:
    """One question that is being read."""

    def __init__(self, reading: Reading, block: Block, answer: tuple[int, str] | None) -> None:
        self.reading, self.block, self.answer = reading, block, answer
        self.text: list[str] = []
        self.options: list[Option] = []
        self.whys: dict[str, list[str]] = {}
        self.said: list[tuple[int, str]] = []
        self.beside: dict[str, str] = {}
        starts = [found["letter"].upper() for line in block.lines[1:] if not line.is_text and (found := signs.OPTION.fullmatch(line.text))]
        self.has_letters = {"A", "B"} <= set(starts)
        self.inner = "".join(letter for letter in signs.LETTERS if letter not in starts)
        self.target: list[str] | None = self.text
        self.is_after_blank = False

    def read(self) -> None:
        """Hand the question to the reading, or say what is wrong with it."""
        for line in self._cut_lines():
            if not line.text and not line.is_text:
                self.is_after_blank = True
                continue
            if line.is_text or not self._takes(line):
                self._continue(line)
            self.is_after_blank = False
        self._finish()

    def _cut_lines(self) -> list[Line]:
        """The lines, with options that stand in one line (with the question or with each other) on lines of their own."""
        first, *others = self.block.lines
        cut = [first] if first.is_text or not first.text else self._cut(first, None)
        cut[0].is_text = bool(cut[0].text)
        for line in others:
            is_whole = line.is_text or signs.VERBATIM in line.text or signs.ANSWER.fullmatch(line.text) or signs.WHY.fullmatch(line.text)
            cut += [line] if is_whole else self._cut(line, signs.OPTION.fullmatch(line.text))
        return cut

    def _cut(self, line: Line, option: re.Match[str] | None) -> list[Line]:
        after = signs.LETTERS.index(option["letter"].upper()) + 1 if option else 0
        pieces = list(signs.inner_options(line.text, self._letters_from(after)))
        if not option and len(pieces) < 3:
            return [line]
        self.has_letters = self.has_letters or len(pieces) > (1 if option else 2)
        return [Line(line.number, f"{name}. {text}" if name else text) for name, text in pieces]

    def _letters_from(self, place: int) -> str:
        """The letters that may stand inside a line from this place of the alphabet on: none that begins a line itself."""
        letters = ""
        while place < len(signs.LETTERS) and signs.LETTERS[place] in self.inner:
            letters += signs.LETTERS[place]
            place += 1
        return letters

    def _takes(self, line: Line) -> bool:
        """Whether the line has a sign: then it is taken by it."""
        if found := signs.BESIDE.fullmatch(line.text):
            self.beside[fold(found["name"]).replace(" ", "")] = found["text"].strip()
            self.target = None
        elif found := signs.WHY.fullmatch(line.text):
            self._open_why(found["of"] or "", found["text"], line)
        elif found := signs.ANSWER.fullmatch(line.text):
            self.said.append((line.number, found["said"]))
            if found["rest"] and (why := signs.WHY.fullmatch(found["rest"])):
                self._open_why(why["of"] or "", why["text"], line)
        elif found := signs.ANSWER_LIKE.fullmatch(line.text):
            self.said.append((line.number, found["said"]))
        else:
            return self._takes_option(line)
        return True

    def _takes_option(self, line: Line) -> bool:
        found = signs.OPTION.fullmatch(line.text) if self.has_letters else signs.BULLET.fullmatch(line.text)
        if not found:
            return False
        expected = signs.LETTERS[len(self.options) : len(self.options) + 1]
        letter = found["letter"].upper() if self.has_letters else expected
        if letter != expected or not letter:
            if not self.options:
                return False
            self.reading.fault(
                line.number, _("Phương án %(letter)s không đứng đúng thứ tự A, B, C, D.", letter=found["text"][:20] if not letter else letter)
            )
            return True
        text, is_verbatim = signs.content(found["text"])
        bare, is_right = (text, False) if is_verbatim else signs.bare_option(text)
        self.options.append(Option(letter, [bare] if bare else [], bool(found["star"]) or is_right))
        self.target = self.options[-1].text
        return True

    def _open_why(self, of: str, text: str, line: Line) -> None:
        key = of.upper() if of.upper() in signs.LETTERS else str(signs.truth_of(of))
        if key in self.whys:
            self.reading.fault(line.number, _("Câu này có hai lời giải thích cho cùng một phương án."))
        said, is_verbatim = signs.content(text)
        self.target = self.whys.setdefault(key, [])
        self.target += [said] if said or is_verbatim else []

    def _continue(self, line: Line) -> None:
        """More of the text, option or explanation above; after an empty line only the text of the question goes on."""
        if self.target is None or (self.is_after_blank and self.target is not self.text):
            self.reading.lose(line.number, _("Dòng “%(text)s” không thuộc câu nào, không được nhập.", text=line.text[:60]))
            return
        if self.is_after_blank and self.text:
            self.target.append("")
        self.target.append(line.text)

    def _finish(self) -> None:
        text = "\n".join(self.text).strip()
        is_right = {option.letter for option in self.options if option.is_right}
        said = [*self.said, *([self.answer] if self.answer else [])]
        truths = [signs.truth_of(option.text[0]) if len(option.text) == 1 else None for option in self.options]
        if truths == [True, False] and (raw := self._true_false(text, is_right, said)):
            self._hand_over(raw)
        elif not self.options:
            if raw := self._true_false(text, set(), said):
                self._hand_over(raw)
        elif right := self._right(is_right, said):
            options: list[Raw] = []
            for one in self.options:
                mark = {"correct": True} if one.letter in right else {}
                options.append({"text": "\n".join(one.text), **mark, "why": "\n".join(self.whys.pop(one.letter, []))})
            self._hand_over(choice_question(text, options))

    def _right(self, marked: set[str], said: list[tuple[int, str]]) -> set[str]:
        """The letters of the right options; empty: a fault was said."""
        letters = {option.letter for option in self.options}
        for line, words in said:
            named = set(re.findall(r"\b[A-H]\b", words.upper()))
            if not named or not named <= letters or re.sub(r"và|[A-Ha-h\s,;&+/.]", "", words, flags=re.I):
                self.reading.fault(line, _("“%(said)s” không phải đáp án của câu này.", said=words[:40]))
                return set()
            if marked and named != marked:
                self.reading.fault(line, _("Câu này có hai đáp án khác nhau: đánh dấu %(one)s, ghi %(other)s.", **_both(marked, named)))
                return set()
            marked = named
        if not marked:
            self.reading.fault(self.block.line, _("Câu này chưa có đáp án. Anh/Chị đặt dấu * trước phương án đúng, hoặc thêm dòng “Đáp án: …”."))
        return marked

    def _true_false(self, text: str, marked: set[str], said: list[tuple[int, str]]) -> Raw | None:
        answers = {letter == "A" for letter in marked}
        for line, words in said:
            truth = signs.truth_of(words)
            if truth is None and self.options:
                truth = {"A": True, "B": False}.get(words.strip().upper())
            if truth is None:
                self.reading.fault(line, _("“%(said)s” không phải đáp án của câu này.", said=words[:40]))
                return None
            answers.add(truth)
        if len(answers) != 1:
            self.reading.fault(self.block.line, _("Câu này không có phương án A, B, C… và không có một đáp án Đúng hoặc Sai."))
            return None
        whys = {name: "\n".join(self.whys.pop(key, self.whys.pop(letter, []))) for name, key, letter in WHYS_OF_TRUTH}
        return {"kind": TRUEFALSE, "text": text, "answer": answers.pop(), **whys}

    def _hand_over(self, raw: Raw) -> None:
        general = "\n".join(self.whys.pop("", []))
        if not give_why(raw, general):
            self.reading.lose(self.block.line, _("Lời giải thích chung không có chỗ vì mỗi phương án đã có giải thích."))
        for letter in self.whys:
            self.reading.fault(self.block.line, _("Có giải thích cho %(letter)s nhưng câu không có phương án này.", letter=letter))
        level = self.beside.get("mucdo", "")
        if level and fold(level) not in LEVELS:
            self.reading.fault(self.block.line, _("Mức độ “%(level)s” phải là Dễ, Trung bình hoặc Khó.", level=level[:40]))
        elif level:
            raw["difficulty"] = LEVELS[fold(level)]
        if standards := [tag.strip() for tag in self.beside.get("machuan", "").split(";") if tag.strip()]:
            raw["standards"] = standards
        if tags := [tag.strip() for tag in re.split(r"[,;]", self.beside.get("nhan", "")) if tag.strip()]:
            raw["tags"] = tags
        self._score(raw, self.beside.get("cachcham", ""))
        self.reading.add(raw, self.block.line, self.beside.get("chude", ""))

    def _score(self, raw: Raw, said: str) -> None:
        scoring = SCORINGS.get(fold(said).rstrip("."))
        if said and scoring is None:
            self.reading.fault(self.block.line, _("Cách chấm “%(said)s” phải là Cả câu, Từng phần hoặc Trừ điểm.", said=said[:40]))
        elif said and raw["kind"] != MULTIPLE:
            self.reading.lose(self.block.line, _("Ô “%(name)s” không dùng cho câu này.", name="Cách chấm"))
        elif scoring and scoring != "whole":
            raw["scoring"] = scoring


WHYS_OF_TRUTH = (("why_true", "True", "A"), ("why_false", "False", "B"))


def _both(one: set[str], other: set[str]) -> dict[str, str]:
    return {"one": ", ".join(sorted(one)), "other": ", ".join(sorted(other))}
