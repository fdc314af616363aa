"""Writing Moodle XML."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from lms.base import gettext as _

from ...format import Raw, Written
from ...kind_names import CLOZE, ESSAY, MATCHING, MULTIPLE, NUMERICAL, ORDERING, SHORTANSWER, SINGLE, TRUEFALSE
from ...rubrics import written_rubric
from ...tagging import tags_of
from ...to_files import Writing
from ...weights import written_weights
from .cloze import GAP, gap_written
from .reading import name_of

NAME = "moodle-xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
_GAP_MARK = re.compile(r"\[\[(\d{1,2})\]\]")
_TYPES = {SINGLE: "multichoice", MULTIPLE: "multichoice"}
_ILLEGAL = re.compile("[\ufffe\uffff\ud800-\udfff]")


def write(questions: Sequence[Raw]) -> Written:
    """A Moodle XML file; the topic of the questions is their category."""
    writing = Writing(NAME, frozenset(_PARTS))
    pieces, category = [HEAD], ""
    for number, raw, topic in writing.known(questions):
        if raw["kind"] == CLOZE and (GAP.search(raw["text"]) or any(gap["kind"] == "number" and " " in gap["value"] for gap in raw["gaps"])):
            writing.lose(number, _("Nội dung có dạng {1:…} như chỗ trống của Moodle nên câu không ghi được."))
            continue
        if topic and topic != category:
            pieces.append(f'<question type="category"><category>{_text("$course$/top/" + topic)}</category></question>\n')
            category = topic
        if raw.get("accents") or ("scoring" not in raw and raw["kind"] in (MATCHING, CLOZE)):
            writing.lose(number, _("Quy tắc chấm và đơn vị ghi trong nhãn: chỉ hệ thống này hiểu, hệ thống khác bỏ qua."))
        if any(pair["why"] for pair in raw.get("pairs", ())):
            writing.lose_entry(number, "why")
        if raw["kind"] == ESSAY:
            raw["_info"] = written_rubric(raw, writing, number)
        if raw["kind"] == MULTIPLE:
            raw["_weights"] = written_weights(raw, writing, number)
        piece = _question(raw)
        if _ILLEGAL.search(piece):
            writing.lose(number, _("Ký tự mà XML không cho phép đã được bỏ."))
        pieces.append(_ILLEGAL.sub("", piece))
    return writing.done("".join([*pieces, "</quiz>\n"]).encode())


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"


def _marked(tag: str, text: str, inside: str = "", **attributes: str) -> str:
    more = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f'  <{tag}{more} format="markdown">{_text(text)}{inside}</{tag}>\n'


def _question(raw: Raw) -> str:
    kind = raw["kind"]
    tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in tags_of(raw, without=("unit", "case", "fewest_words", "most_words")))
    text = _with_gaps(raw) if kind == CLOZE else raw["text"]
    return (
        f'<question type="{_TYPES.get(kind, kind)}">\n  <name>{_text(name_of(raw["text"]))}</name>\n'
        + _marked("questiontext", text)
        + (_marked("generalfeedback", raw["why"]) if raw.get("why") else "")
        + _PARTS[kind](raw)
        + (f"  <tags>{tags}</tags>\n" if tags else "")
        + "</question>\n"
    )


def _with_gaps(raw: Raw) -> str:
    return _GAP_MARK.sub(lambda found: gap_written(raw["gaps"][int(found[1]) - 1]), raw["text"])


def _feedback(why: str) -> str:
    return f'<feedback format="markdown">{_text(why)}</feedback>' if why else ""


def _choices(raw: Raw) -> str:
    weights = raw.get("_weights") or ["100" if option.get("correct") else "0" for option in raw["options"]]
    lines = [f"  <{SINGLE}>{'true' if raw['kind'] == SINGLE else 'false'}</{SINGLE}>\n  <shuffleanswers>true</shuffleanswers>\n"]
    for option, weight in zip(raw["options"], weights, strict=True):
        lines.append(_marked("answer", option["text"], _feedback(option["why"]), fraction=weight))
    return "".join(lines)


def _true_false(raw: Raw) -> str:
    whys = {True: raw["why_true"], False: raw["why_false"]}
    return "".join(
        f'  <answer fraction="{100 if raw["answer"] is value else 0}">{_text(str(value).lower())}{_feedback(why)}</answer>\n'
        for value, why in whys.items()
    )


def _short_answer(raw: Raw) -> str:
    lines = "".join(f'  <answer fraction="100">{_text(text.replace("*", chr(92) + "*"))}</answer>\n' for text in raw["accepted"])
    return f"  <usecase>{int(raw.get('case', False))}</usecase>\n{lines}"


def _numerical(raw: Raw) -> str:
    answer = f'  <answer fraction="100">{_text(raw["value"])}<tolerance>{escape(raw.get("tolerance", "0"))}</tolerance></answer>\n'
    if "unit" not in raw:
        return answer
    unit = f"<unit><multiplier>1</multiplier><unit_name>{escape(raw['unit'])}</unit_name></unit>"
    return f"{answer}  <unitgradingtype>0</unitgradingtype>\n  <showunits>3</showunits>\n  <units>{unit}</units>\n"


def _pairs(raw: Raw) -> str:
    pairs = [(pair["left"], pair["right"]) for pair in raw["pairs"]] + [("", text) for text in raw.get("extra", ())]
    lines = [_marked("subquestion", left, f"<answer>{_text(right)}</answer>") for left, right in pairs]
    return "  <shuffleanswers>true</shuffleanswers>\n" + "".join(lines)


def _ordering(raw: Raw) -> str:
    grading = "ABSOLUTE_POSITION" if raw.get("scoring") == "parts" else "ALL_OR_NOTHING"
    rules = f"  <selecttype>ALL</selecttype>\n  <gradingtype>{grading}</gradingtype>\n"
    return rules + "".join(_marked("answer", text, fraction=str(place)) for place, text in enumerate(raw["items"], 1))


def _essay(raw: Raw) -> str:
    limits = {"minwordlimit": raw.get("fewest_words"), "maxwordlimit": raw.get("most_words")}
    lines = "".join(f"  <{tag}>{number}</{tag}>\n" for tag, number in limits.items() if number)
    return f"  <responseformat>plain</responseformat>\n  <responserequired>1</responserequired>\n{lines}" + _marked("graderinfo", raw["_info"])


def _nothing(_raw: Raw) -> str:
    return ""


_PARTS = {
    SINGLE: _choices,
    MULTIPLE: _choices,
    TRUEFALSE: _true_false,
    SHORTANSWER: _short_answer,
    NUMERICAL: _numerical,
    MATCHING: _pairs,
    ORDERING: _ordering,
    CLOZE: _nothing,
    ESSAY: _essay,
}
