"""Writing GIFT, one block a question."""

import re
from collections.abc import Sequence

from lms.base import gettext as _

from ...format import Raw, Written
from ...kind import rich
from ...kind_names import ESSAY, MATCHING, MULTIPLE, NUMERICAL, SHORTANSWER, SINGLE, TRUEFALSE
from ...rubrics import written_rubric
from ...tagging import tags_of
from ...to_files import Writing
from ...weights import written_weights

NAME = "gift"
OURS = ("unit", "case", "accents")


def write(questions: Sequence[Raw]) -> Written:
    """A GIFT file; the topic of the questions is their $CATEGORY."""
    writing = Writing(NAME, frozenset(_ANSWERS))
    blocks, category = [], ""
    for number, raw, topic in writing.known(questions):
        if topic and topic != category:
            blocks.append(f"$CATEGORY: {topic}\n")
            category = topic
        if any(name in raw for name in OURS) or ("scoring" not in raw and raw["kind"] == MATCHING) or raw["kind"] == ESSAY:
            writing.lose(number, _("Quy tắc chấm và đơn vị ghi trong nhãn: chỉ hệ thống này hiểu, hệ thống khác bỏ qua."))
        if any(pair["why"] for pair in raw.get("pairs", ())):
            writing.lose_entry(number, "why")
        blocks.append(_block(raw, writing, number))
    return writing.done("\n".join(blocks).encode())


def _block(raw: Raw, writing: Writing, number: int) -> str:
    tags = "".join(f" [tag:{_in_brackets(tag)}]" for tag in tags_of(raw))
    if raw["kind"] == ESSAY:
        raw = {**raw, "why": written_rubric(raw, writing, number)}
    weights = written_weights(raw, writing, number) if raw["kind"] == MULTIPLE else []
    answers = _ANSWERS[raw["kind"]]({**raw, "_weights": weights})
    kind = "[markdown]" if _needs_markdown(raw) else ""
    return (f"//{tags}\n" if tags else "") + f"{kind}{escaped(raw['text'])} {{{answers}}}\n"


def _in_brackets(tag: str) -> str:
    return re.sub(r"([\[\]\\])", r"\\\1", " ".join(tag.split()))


def _needs_markdown(raw: Raw) -> bool:
    """Whether another system would show the text otherwise, or take its first sign for something else."""
    texts = [raw["text"], *(one["text"] for one in raw.get("options", ()))]
    texts += [pair[side] for pair in raw.get("pairs", ()) for side in ("left", "right")]
    return raw["text"][0] in "/$[" or any("->" in text or rich(text).striptags() != " ".join(text.split()) for text in texts)


def escaped(text: str) -> str:
    """The text with its special signs marked."""
    return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")


def _piece(text: str) -> str:
    marked = "[markdown]" if re.match(r"\[(moodle|plain|html|markdown)\]", text) else ""
    return marked + escaped(text)


def _side(text: str) -> str:
    return _piece(text).replace("->", "-\\>")


def _why(text: str) -> str:
    return f"#{_piece(text)}" if text else ""


def _general(raw: Raw) -> str:
    return f"\n\t####{_piece(raw['why'])}" if raw["why"] else ""


def _choices(raw: Raw) -> str:
    lines = []
    for place, option in enumerate(raw["options"]):
        is_right = option.get("correct", False)
        weight = ""
        if raw["_weights"]:
            weight = f"%{raw['_weights'][place]}%"
        elif option["text"].startswith("%"):
            weight = "%100%" if is_right else "%0%"
        sign = "=" if is_right and raw["kind"] == SINGLE else "~"
        lines.append(f"\n\t{sign}{weight}{_piece(option['text'])}{_why(option['why'])}")
    return "".join(lines) + "\n"


def _true_false(raw: Raw) -> str:
    wrong, right = (raw["why_false"], raw["why_true"]) if raw["answer"] else (raw["why_true"], raw["why_false"])
    return ("TRUE" if raw["answer"] else "FALSE") + (_why(wrong) or ("#" if right else "")) + _why(right)


def _short_answer(raw: Raw) -> str:
    lines = [f"\n\t={'%100%' if text.startswith('%') else ''}{_side(text)}" for text in raw["accepted"]]
    return "".join(lines) + _general(raw) + "\n"


def _number(raw: Raw) -> str:
    return f"#{escaped(raw['value'])}:{escaped(raw.get('tolerance', '0'))}" + _general(raw)


def _pairs(raw: Raw) -> str:
    lines = [f"\n\t={_side(pair['left'])} -> {_side(pair['right'])}" for pair in raw["pairs"]]
    return "".join(lines + [f"\n\t= -> {_side(text)}" for text in raw.get("extra", ())]) + "\n"


_ANSWERS = {
    ESSAY: _general,
    SINGLE: _choices,
    MULTIPLE: _choices,
    TRUEFALSE: _true_false,
    SHORTANSWER: _short_answer,
    NUMERICAL: _number,
    MATCHING: _pairs,
}
