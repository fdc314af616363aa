"""Reading Moodle XML: each kind takes the elements that it knows; every other element that says something is listed."""

import html
import re
from collections.abc import Callable

from lms.base import gettext as _
from lms.base import nfc

from ...format import Raw, Read
from ...from_files import Reading, choice_question, give_why
from ...html_text import LONGEST_HTML, markdown_of
from ...kind_names import CLOZE, ESSAY, MATCHING, MULTIPLE, NUMERICAL, ORDERING, SHORTANSWER, SINGLE, TRUEFALSE
from ...rubrics import rubric_in
from ...tagging import from_tags, with_tags
from ...weights import FULL, lose_part, scoring_of
from .cloze import ClozeFault, gaps_in
from .tree import Node, XmlFault, tree_of

COMMON = {"questiontext", "generalfeedback", "tags"}
LOOKS = {  # how a page of Moodle looks, and what holds for us anyway
    *("name", "answernumbering", "showstandardinstruction", "shownumcorrect", "penalty", "unitgradingtype", "unitpenalty", "showunits", "unitsleft"),
    *("layouttype", "showgrading", "numberingstyle", "selectcount", "unlimited"),
}
USUAL = {"defaultgrade": 1.0, "hidden": 0.0, "attachments": 0.0, "attachmentsrequired": 0.0}
ESSAY_ELEMENTS = {"graderinfo", "minwordlimit", "maxwordlimit", "responseformat", "responserequired", "responsefieldlines", "maxbytes"}


class _Question:
    """One question that is being read."""

    def __init__(self, reading: Reading, node: Node) -> None:
        self.reading, self.node, self.number = reading, node, node.line
        self.is_markup = False

    def lose(self, sentence: str) -> None:
        self.reading.lose(self.number, sentence)

    def text(self, node: Node | None) -> str:
        """The text of an element with <text>, in Markdown."""
        if node is None:
            return ""
        shown = (node.first("text") or node).own_text()
        kind = node.attributes.get("format", "")
        if node.first("file") or "@@PLUGINFILE@@" in shown:
            self.lose(_("Tệp và hình kèm theo không giữ."))
        if kind not in ("html", "moodle_auto_format"):
            self.is_markup = self.is_markup or kind == "markdown"
            return nfc(shown)
        self.is_markup = True
        if len(shown) > LONGEST_HTML:
            self.reading.fault(self.number, _("Đoạn HTML này quá dài."))
        text, lost = markdown_of(shown)
        for name in lost:
            self.lose(_("HTML `%(name)s` không giữ được.", name=name[:40]))
        return text

    def read(self, topic: str) -> None:
        """Hand the question to the reading, or say why not."""
        name = self.node.attributes.get("type", "")
        if name not in _READERS:
            self.reading.lose_kind(self.number, name)
            return
        take, known = _READERS[name]
        try:
            raw = take(self)
        except ClozeFault as fault:
            self.reading.lose_kind(self.number, f"{name} {fault}")
            return
        self._list_others(COMMON | known)
        self._list_name(raw["text"])
        if not give_why(raw, self.text(self.node.first("generalfeedback"))):
            self.lose(_("Lời giải thích chung không có chỗ vì mỗi phương án đã có giải thích."))
        self.reading.add(with_tags(raw, self.tags(), self.reading, self.number), self.number, topic, self.is_markup)

    def tags(self) -> list[str]:
        """Its tags."""
        found = (tag.said("text") for box in self.node.all("tags") for tag in box.all("tag"))
        return [nfc(tag) for tag in found if tag]

    def is_scored(self) -> bool:
        """Whether a tag of ours says how it is scored."""
        return "scoring" in from_tags(self.tags())[0]

    def _list_others(self, known: set[str]) -> None:
        for child in self.node.children:
            said = child.own_text() or child.said("text") or (child.children[0].tag if child.children else "")
            if child.tag in known | LOOKS or said in ("", "text") or _number(said) == USUAL.get(child.tag, "no number"):
                continue
            self.lose(_("Mục <%(tag)s> của Moodle không có chỗ ở đây.", tag=child.tag[:40]))

    def _list_name(self, text: str) -> None:
        if name_of(text) != nfc(self.node.said("name")):
            self.lose(_("Tên riêng của câu không giữ."))

    def answers(self) -> list[tuple[float, Node]]:
        """(percent of the points, element) of every <answer>."""
        return [(_number(answer.attributes.get("fraction", "")) or 0.0, answer) for answer in self.node.all("answer")]

    def choices(self) -> Raw:
        answers = self.answers()
        is_single = self.node.said(SINGLE).lower() in ("true", "1")
        if self.node.said("shuffleanswers").lower() in ("false", "0"):
            self.lose(_("Thứ tự phương án cố định không giữ: ở đây phương án được xếp ngẫu nhiên."))
        right = [one for one in answers if (one[0] >= FULL if is_single else one[0] > 0)]
        if is_single and len(right) > 1:
            self.lose(_("Câu có nhiều phương án được điểm trọn: ở đây phải chọn đủ các phương án ấy."))
        for fraction, _answer in answers if is_single else ():
            if fraction and fraction < FULL:
                lose_part(self.reading, self.number, fraction)
        scoring = "whole"
        if not is_single and not self.is_scored():
            scoring = scoring_of([one[0] for one in right], [one[0] for one in answers if one not in right], self.reading, self.number)
        options: list[Raw] = []
        for one in answers:
            mark = {"correct": True} if one in right else {}
            options.append({"text": self.text(one[1]), **mark, "why": self.text(one[1].first("feedback"))})
        raw = choice_question(self.text(self.node.first("questiontext")), options)
        return {**raw, "scoring": scoring, **({} if is_single or len(right) != 1 else {"kind": MULTIPLE})}

    def true_false(self) -> Raw:
        whys = {"true": "", "false": ""}
        answer = False
        for fraction, node in self.answers():
            name = node.said("text").lower()
            whys[name] = self.text(node.first("feedback"))
            answer = answer or (name == "true" and fraction >= FULL)
        text = self.text(self.node.first("questiontext"))
        return {"kind": TRUEFALSE, "text": text, "answer": answer, "why_true": whys["true"], "why_false": whys["false"]}

    def _full(self) -> tuple[list[Node], dict[str, str]]:
        """The answers that give all points, and the explanation that stands with one of them."""
        full: list[Node] = []
        whys: list[str] = []
        for fraction, node in self.answers():
            why = self.text(node.first("feedback"))
            whys += [why] if why and why not in whys else []
            if fraction >= FULL:
                full.append(node)
            else:
                self.lose(_("Câu trả lời “%(text)s” chỉ được một phần điểm nên không giữ.", text=node.said("text")[:60]))
        if self.node.said("generalfeedback"):
            whys.insert(0, "")
        for why in whys[1:]:
            self.lose(_("Phản hồi “%(text)s” không có chỗ: câu này có một lời giải thích chung.", text=why[:60]))
        return full, {"why": whys[0]} if whys and whys[0] else {}

    def short_answer(self) -> Raw:
        full, why = self._full()
        accepted = [nfc(node.said("text")) for node in full]
        if any(re.search(r"(?<!\\)\*", text) for text in accepted):
            self.lose(_("Dấu * thay cho chữ bất kỳ không dùng được ở đây: câu trả lời phải đúng từng chữ."))
        case = {"case": True} if self.node.said("usecase") == "1" else {}
        text = self.text(self.node.first("questiontext"))
        return {"kind": SHORTANSWER, "text": text, "accepted": [one.replace("\\*", "*") for one in accepted], **case, **why}

    def numerical(self) -> Raw:
        full, why = self._full()
        for node in full[1:]:
            self.lose(_("Đáp số thêm “%(text)s” không giữ.", text=node.said("text")[:60]))
        tolerance = full[0].said("tolerance") if full else ""
        units = [unit for box in self.node.all("units") for unit in box.all("unit")]
        for unit in units[1:]:
            self.lose(_("Đơn vị thêm “%(text)s” không giữ.", text=unit.said("unit_name")[:60]))
        more = {"tolerance": tolerance} if tolerance and _number(tolerance) != 0 else {}
        more |= {"unit": nfc(units[0].said("unit_name"))} if units else {}
        text, value = self.text(self.node.first("questiontext")), full[0].said("text") if full else ""
        return {"kind": NUMERICAL, "text": text, "value": value, **more, **why}

    def matching(self) -> Raw:
        pairs: list[Raw] = []
        extra: list[str] = []
        for node in self.node.all("subquestion"):
            left, right = self.text(node), nfc(node.said("answer"))
            if left:
                pairs.append({"left": left, "right": right, "why": ""})
            else:
                extra.append(right)
        if self.node.said("shuffleanswers").lower() in ("false", "0"):
            self.lose(_("Thứ tự phương án cố định không giữ: ở đây phương án được xếp ngẫu nhiên."))
        text = self.text(self.node.first("questiontext"))
        return {"kind": MATCHING, "text": text, "pairs": pairs, **({"extra": extra} if extra else {})}

    def ordering(self) -> Raw:
        if self.node.said("selecttype") not in ("", "ALL", "0"):
            self.lose(_("Mục <%(tag)s> của Moodle không có chỗ ở đây.", tag="selecttype"))
        grading = self.node.said("gradingtype")
        if grading not in ("", "ALL_OR_NOTHING", "-1", "ABSOLUTE_POSITION", "0"):
            self.lose(_("Cách chấm “%(name)s” không có ở đây: từng bước đúng chỗ được điểm.", name=grading[:40]))
        items = [self.text(node) for node in self.node.all("answer")]
        scoring = "whole" if grading in ("ALL_OR_NOTHING", "-1") else "parts"
        return {"kind": ORDERING, "text": self.text(self.node.first("questiontext")), "items": items, "scoring": scoring}

    def essay(self) -> Raw:
        info = self.text(self.node.first("graderinfo"))
        words: dict[str, int] = {}
        for name, tag in (("fewest_words", "minwordlimit"), ("most_words", "maxwordlimit")):
            number = _number(self.node.said(tag))
            if number and number == int(number) and number > 0:
                words[name] = int(number)
        return {"kind": ESSAY, "text": self.text(self.node.first("questiontext")), **rubric_in(info, self.reading, self.number), **words}

    def cloze(self) -> Raw:
        box = self.node.first("questiontext")
        inner = (box.first("text") or box) if box else None
        if box is None or inner is None:
            return {"kind": CLOZE, "text": "", "gaps": []}
        is_html = box.attributes.get("format", "") in ("html", "moodle_auto_format")
        text, gaps, lost = gaps_in(inner.own_text())
        for said in lost:
            self.lose(_("Phần “%(text)s” của chỗ trống không giữ.", text=said[:60]))
        if is_html:
            gaps = [{name: _unescaped(value) for name, value in gap.items()} for gap in gaps]
        shown = self.text(Node(box.tag, box.attributes, box.line, text, box.all("file")))
        return {"kind": CLOZE, "text": re.sub(r"\\\[\\\[(\d+)\\\]\\\]", r"[[\1]]", shown), "gaps": gaps}

    def dragged(self) -> Raw:
        """Words that are dragged (or chosen) into [[1]], [[2]] …: the number names the right word, words of one group are offered together."""
        boxes = [*self.node.all("dragbox"), *self.node.all("selectoption")]
        words = [(nfc(box.said("text")), box.said("group")) for box in boxes]
        gaps: list[Raw] = []

        def mark(found: re.Match[str]) -> str:
            word, group = words[int(found[1]) - 1] if 0 < int(found[1]) <= len(words) else ("", "?")
            gaps.append({"kind": "choice", "options": list(dict.fromkeys(text for text, other in words if other == group)), "right": word})
            return f"[[{len(gaps)}]]"

        text = self.text(self.node.first("questiontext"))
        text = re.sub(r"\[\[(\d{1,3})\]\]", mark, re.sub(r"\\\[\\\[(\d+)\\\]\\\]", r"[[\1]]", text))
        return {"kind": CLOZE, "text": text, "gaps": gaps}


_READERS: dict[str, tuple[Callable[[_Question], Raw], set[str]]] = {
    "multichoice": (_Question.choices, {"answer", "shuffleanswers", SINGLE}),
    TRUEFALSE: (_Question.true_false, {"answer"}),
    SHORTANSWER: (_Question.short_answer, {"answer", "usecase"}),
    NUMERICAL: (_Question.numerical, {"answer", "units"}),
    MATCHING: (_Question.matching, {"subquestion", "shuffleanswers"}),
    ORDERING: (_Question.ordering, {"answer", "selecttype", "gradingtype"}),
    CLOZE: (_Question.cloze, set()),
    ESSAY: (_Question.essay, ESSAY_ELEMENTS),
    "multianswer": (_Question.cloze, set()),
    "ddwtos": (_Question.dragged, {"dragbox", "shuffleanswers"}),
    "gapselect": (_Question.dragged, {"selectoption", "shuffleanswers"}),
}


def _unescaped(value: object) -> object:
    if isinstance(value, list):
        return [html.unescape(text) for text in value]
    return html.unescape(value) if isinstance(value, str) else value


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[+-]?\d{1,9}(\.\d{1,12})?", text) else None


def name_of(text: str) -> str:
    """The name that a question without one of its own gets in Moodle: the beginning of its text."""
    return " ".join(text.split())[:60].strip()


def read(content: bytes) -> Read:
    """The questions of a Moodle XML file."""
    reading = Reading()
    topic = ""
    try:
        root = tree_of(content)
    except XmlFault as fault:
        reading.fault(fault.line, fault.sentence)
        return reading.done()
    for node in root.children:
        if node.tag != "question":
            reading.lose(node.line, _("Mục <%(tag)s> của Moodle không có chỗ ở đây.", tag=node.tag[:40]))
        elif node.attributes.get("type") == "category":
            topic = nfc(node.said("category")).removeprefix("$course$/").removeprefix("top/")
        else:
            _Question(reading, node).read(topic)
    return reading.done()
