"""Aiken: the question, lines "A. …" or "A) …", and "ANSWER: B". One right answer, nothing besides."""

import re
from collections.abc import Sequence

from lms.base import gettext as _

from ..format import Format, Raw, Read, Written
from ..from_files import Reading, choice_question, text_in
from ..kind_names import SINGLE
from ..to_files import BESIDE, Writing

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OPTION = re.compile(r"([A-Z])[.)]\s+(\S.*)")
_ANSWER = re.compile(r"ANSWER\s*:\s*(.*)", re.IGNORECASE)


class _Question:
    """A question that is being read."""

    def __init__(self, number: int, line: str) -> None:
        self.number = number
        self.text = [line]
        self.options: list[str] = []

    def takes(self, line: str) -> bool:
        """Whether the line is the next option, or more of the text."""
        option = _OPTION.fullmatch(line)
        if option and option[1] == LETTERS[len(self.options)]:
            self.options.append(option[2])
        elif not self.options:
            self.text.append(line)
        else:
            return False
        return True

    def end(self, reading: Reading, number: int, answer: str) -> None:
        """The line "ANSWER: …" is reached."""
        letter = answer.strip().rstrip(".").upper()
        if not self.options:
            reading.fault(self.number, _("Câu này không có phương án. Mỗi phương án một dòng: “A. …”, “B. …”."))
        elif letter not in tuple(LETTERS[: len(self.options)]):
            reading.fault(number, _("“ANSWER: %(answer)s” không phải chữ cái của một phương án.", answer=answer[:20]))
        else:
            options: list[Raw] = [{"text": text} for text in self.options]
            options[LETTERS.index(letter)]["correct"] = True
            reading.add(choice_question("\n".join(self.text), options), self.number)


def read(content: bytes) -> Read:
    """The questions of an Aiken file."""
    reading = Reading()
    text, refusal = text_in(content)
    if refusal:
        reading.fault(0, refusal)
    question: _Question | None = None
    for number, full in enumerate(text.split("\n"), 1):
        line = full.strip()
        answer = _ANSWER.fullmatch(line)
        if not line:
            continue
        if answer and question is None:
            reading.fault(number, _("Dòng ANSWER này không có câu hỏi ở trên."))
        elif answer and question:
            question.end(reading, number, answer[1])
            question = None
        elif question is None:
            question = _Question(number, line)
        elif len(question.options) == len(LETTERS) or not question.takes(line):
            reading.fault(number, _("Không hiểu dòng này: sau các phương án là dòng “ANSWER: …”."))
            question = _Question(number, line)
    if question is not None:
        reading.fault(question.number, _("Câu này thiếu dòng “ANSWER: …”."))
    return reading.done()


def write(questions: Sequence[Raw]) -> Written:
    """An Aiken file of the questions with one right answer."""
    writing = Writing(FORMAT.name, FORMAT.kinds)
    blocks = []
    for number, raw, topic in writing.known(questions):
        if _ANSWER.match(_one_line(raw["text"])):
            writing.lose(number, _("Câu bắt đầu bằng “ANSWER:” nên không ghi được vào Aiken."))
            continue
        if any("\n" in text for text in (raw["text"], *(option["text"] for option in raw["options"]))):
            writing.lose(number, _("Aiken không giữ chỗ xuống dòng."))
        if any(option["why"] for option in raw["options"]):
            writing.lose_entry(number, "why")
        for name in (*(name for name in BESIDE if name in raw), *(["topic"] if topic else [])):
            writing.lose_entry(number, name)
        blocks.append(_block(raw))
    return writing.done("\n".join(blocks).encode())


def _one_line(text: str) -> str:
    return " ".join(line.strip() for line in text.split("\n") if line.strip())


def _block(raw: Raw) -> str:
    lines = [_one_line(raw["text"])]
    lines += [f"{letter}. {_one_line(option['text'])}" for letter, option in zip(LETTERS, raw["options"], strict=False)]
    right = next(letter for letter, option in zip(LETTERS, raw["options"], strict=False) if option.get("correct"))
    return "\n".join([*lines, f"ANSWER: {right}", ""])


FORMAT = Format("aiken", (".aiken", ".txt"), frozenset({SINGLE}), read, write, signs=r"(?mi)^\s*ANSWER\s*:\s*[A-Z]\.?\s*$")
