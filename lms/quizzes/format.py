"""What a file format of questions must be able to do, and what readers and writers share.

A question is the dictionary that a course folder holds of it, without its key and topic. Nothing is left out silently: what a file
holds and we do not, or we hold and the file does not, is listed in `lost`.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lms.base import gettext as _
from lms.base import nfc

from .checks import check_question
from .kind import rich
from .kinds import KINDS
from .kinds.cloze import KIND as _CLOZE
from .kinds.matching import KIND as _MATCHING
from .kinds.multiple import KIND as _MULTIPLE
from .kinds.numerical import KIND as _NUMERICAL
from .kinds.ordering import KIND as _ORDERING
from .kinds.shortanswer import KIND as _SHORTANSWER
from .kinds.single import KIND as _SINGLE
from .kinds.truefalse import KIND as _TRUEFALSE
from .models import DIFFICULTIES

SINGLE, MULTIPLE, TRUEFALSE = _SINGLE.name, _MULTIPLE.name, _TRUEFALSE.name
SHORTANSWER, NUMERICAL, CLOZE = _SHORTANSWER.name, _NUMERICAL.name, _CLOZE.name
MATCHING, ORDERING = _MATCHING.name, _ORDERING.name

Raw = dict[str, Any]
NO_WHY = "Chưa có giải thích."  # stands where a file explains nothing; never written into a file
BESIDE: dict[str, Any] = {"use": "test", "difficulty": None, "scenario": False, "lesson": None, "standards": []}
MOST_FOUND, MOST_FAULTS, MOST_PLACES, MOST_SECONDS = 1000, 200, 8, 20
_PART_LISTS = ("options", "pairs", "items")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")


class Fault(NamedTuple):
    """Where in a file ("dòng 12", "hàng 5", "câu 3"), and what is the matter."""

    place: str
    sentence: str


class Found(NamedTuple):
    """A question of a file; `topic`: what the file calls its topic."""

    raw: Raw
    place: str
    topic: str = ""


@dataclass(frozen=True)
class Read:
    """What stands in a file. With faults nothing of it may be imported; `lost` is for the person to know."""

    questions: list[Found]
    faults: list[Fault] = field(default_factory=list)
    lost: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Written:
    """A file, and what of the questions it does not hold."""

    content: bytes
    lost: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Format:
    """A file format. One file in `formats/` holds one, as `FORMAT`.

    endings: of file names. kinds: names of the kinds that it holds. signs: what only its text files hold, as a pattern.
    read: never raises, whatever the content. write: questions as `check_question` accepts them.
    """

    name: str
    endings: tuple[str, ...]
    kinds: frozenset[str]
    read: Callable[[bytes], Read]
    write: Callable[[Sequence[Raw]], Written]
    signs: str = ""


class Notes:
    """Sentences with the places for which they hold; each sentence is listed once. Place 0: the whole file."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self._places: dict[str, list[int]] = {}

    def add(self, number: int, sentence: str) -> None:
        """The sentence holds for this line, row or question."""
        self._places.setdefault(sentence, []).append(number)

    def listed(self) -> list[Fault]:
        """Every sentence, the one that comes first in the file first."""
        listed = sorted(self._places.items(), key=lambda item: min(item[1]))
        return [Fault(place_name(self.unit, *numbers), sentence) for sentence, numbers in listed]


def place_name(unit: str, *numbers: int) -> str:
    """ "dòng 3, 9": how a person finds the lines (or rows, or questions)."""
    different = sorted(set(numbers))
    if different == [0]:
        return _("cả tệp")
    told = ", ".join(map(str, different[:MOST_PLACES])) + (f", … ({len(different)})" if len(different) > MOST_PLACES else "")
    names = {"line": _("dòng %(n)s", n=told), "row": _("hàng %(n)s", n=told), "question": _("câu %(n)s", n=told)}
    return names[unit]


class Reading:
    """What a reader gathers while it goes through a file."""

    def __init__(self, unit: str = "line") -> None:
        self.unit = unit
        self._questions: list[Found] = []
        self._faults: list[tuple[int, str]] = []
        self._more_faults = 0
        self._lost = Notes(unit)
        self._unexplained: list[int] = []
        self._met = 0
        self._until = time.monotonic() + MOST_SECONDS

    def fault(self, number: int, sentence: str) -> None:
        """Something is wrong there: nothing of the file will be imported."""
        if len(self._faults) < MOST_FAULTS:
            self._faults.append((number, sentence))
        else:
            self._more_faults += 1

    def lose(self, number: int, sentence: str) -> None:
        """Something there has no place with us."""
        self._lost.add(number, sentence)

    def lose_kind(self, number: int, name: str) -> None:
        """A whole question there is of a kind that we do not have."""
        self.lose(number, _("Loại câu “%(name)s” chưa có ở đây, câu này không được nhập.", name=name[:40]))

    def add(self, raw: Raw, number: int, topic: str = "", is_markup: bool = False) -> None:
        """A question, checked as a typed one is. `is_markup`: the file says itself that its texts are Markdown."""
        self._met += 1
        if self._met > MOST_FOUND:
            if self._met == MOST_FOUND + 1:
                self.fault(number, _("Tệp có hơn %(n)s câu. Anh/Chị chia thành nhiều tệp.", n=MOST_FOUND))
            return
        if time.monotonic() > self._until:
            self._met = MOST_FOUND + 1
            self.fault(number, _("Tệp này quá nặng nên hệ thống dừng đọc ở đây. Anh/Chị chia thành nhiều tệp."))
            return
        for holder, name in places_of_why(raw):
            if not holder.get(name):
                holder[name] = NO_WHY
                self._unexplained.append(number)
        faults = check_question({"key": "k", "topic": "k", "difficulty": DIFFICULTIES[1], **raw})
        for sentence in faults:
            self.fault(number, sentence)
        if faults:
            return
        if topic:
            self.lose(number, _("Chủ đề “%(topic)s” của tệp: câu vào chủ đề mà Anh/Chị chọn khi nhập.", topic=topic[:80]))
        if not is_markup and _is_formatted(raw):
            self.lose(number, _("Dấu *, _, #, ` … trong câu được hiểu là định dạng chữ. Anh/Chị xem lại câu này."))
        self._questions.append(Found(raw, place_name(self.unit, number), topic))

    def done(self) -> Read:
        """What was gathered, in the order of the file."""
        if self._unexplained:
            sentence = _("%(n)s phương án hoặc câu chưa có giải thích. Anh/Chị bổ sung sau khi nhập.", n=len(self._unexplained))
            for number in set(self._unexplained):
                self.lose(number, sentence)
        faults = [Fault(place_name(self.unit, number), sentence) for number, sentence in sorted(self._faults, key=lambda fault: fault[0])]
        if self._more_faults:
            faults.append(Fault(place_name(self.unit, 0), _("Còn %(n)s lỗi nữa.", n=self._more_faults)))
        if not self._questions and not faults:
            faults.append(Fault(place_name(self.unit, 0), _("Không thấy câu hỏi nào trong tệp.")))
        return Read(self._questions, faults, self._lost.listed())


def _is_formatted(raw: Raw) -> bool:
    """Whether a text of the question is not shown as it stands in the file."""
    texts = [raw["text"], *(one["text"] for one in raw.get("options", ()))]
    return any(" ".join(rich(nfc(text).strip()).striptags().split()) != " ".join(nfc(text).split()) for text in texts)


def places_of_why(raw: Raw) -> list[tuple[dict[str, Any], str]]:
    """(dictionary, name) of every explanation that a question has or should have."""
    own = [(raw, name) for name in KINDS[raw["kind"]].fields if name.startswith("why")]
    return own + [(one, "why") for name in _PART_LISTS for one in raw.get(name) or () if isinstance(one, dict)]


def give_why(raw: Raw, text: str) -> bool:
    """Put the explanation of a whole question where its kind has room: with the right answer. False: there is no room."""
    if not text:
        return True
    places = [(raw, "why")] if "why" in KINDS[raw["kind"]].fields else []
    places += [(one, "why") for one in raw.get("options", ()) if one.get("correct")]
    if isinstance(raw.get("answer"), bool):
        places.append((raw, "why_true" if raw["answer"] else "why_false"))
    free = [(holder, name) for holder, name in places if not holder.get(name)]
    for holder, name in free:
        holder[name] = text
    return bool(free)


def choice_question(text: str, options: list[Raw]) -> Raw:
    """A question with these options: with one right answer, or with several."""
    right = sum(bool(option.get("correct")) for option in options)
    return {"kind": MULTIPLE if right > 1 else SINGLE, "text": text, "options": options}


class Writing:
    """What a writer gathers: the questions that the format knows one by one, and what it does not hold."""

    def __init__(self, name: str, kinds: frozenset[str]) -> None:
        self.name, self.kinds = name, kinds
        self._lost = Notes("question")

    def known(self, questions: Sequence[Raw]) -> Iterator[tuple[int, Raw, str]]:
        """(number, question without placeholders, key of its topic or "") of those that the format knows; the others are listed."""
        for number, raw in enumerate(questions, 1):
            if raw["kind"] not in self.kinds:
                self.lose(number, _("%(format)s không có loại câu này (%(kind)s), câu không được ghi.", format=self.name, kind=raw["kind"]))
                continue
            bare = as_written(raw)
            for holder, name in places_of_why(bare):
                if holder[name] == NO_WHY:
                    holder[name] = ""
            yield number, bare, raw.get("topic") or ""

    def lose(self, number: int, sentence: str) -> None:
        """The file does not hold this of the question."""
        self._lost.add(number, sentence)

    def lose_entry(self, number: int, name: str) -> None:
        """The file has no place for this entry of the question."""
        self.lose(number, _("%(format)s không giữ mục `%(name)s`.", format=self.name, name=name))

    def done(self, content: bytes) -> Written:
        """The file with what is listed."""
        return Written(content, self._lost.listed())


def as_written(raw: Raw) -> Raw:
    """The question in its one form: composed texts, no entry that says only what is so anyway, no key and no topic."""
    kind = KINDS[raw["kind"]]
    beside = {name: raw[name] for name, default in BESIDE.items() if name in raw and raw[name] != default}
    if "standards" in beside:
        beside["standards"] = [tag for tag in (" ".join(nfc(tag).split()) for tag in beside["standards"]) if tag]
    return {"kind": kind.name, **{name: value for name, value in beside.items() if value}, **kind.written(kind.parse(raw))}


def text_in(content: bytes, most_bytes: int = 2 << 20) -> tuple[str, str]:
    """(composed text with plain line ends, "") of a text file, or ("", the sentence why it is none)."""
    if len(content) > most_bytes:
        return "", _("Tệp lớn hơn %(n)s MB. Anh/Chị chia thành nhiều tệp.", n=most_bytes >> 20)
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        return "", _("Tệp không phải văn bản UTF-8. Anh/Chị mở tệp, chọn Lưu thành (Save As) với mã UTF-8 rồi thử lại.")
    if len(_CONTROLS.findall(text)) > len(text) // 1000:
        return "", _("Tệp này không phải tệp văn bản.")
    return nfc(text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")), ""


# Entries that have no place of their own in GIFT and Moodle XML travel as tags, which both know.

_TAGGED, _FLAGS = ("use", "difficulty", "lesson", "scoring", "unit"), ("scenario", "case", "accents")


def tags_of(raw: Raw, without: Sequence[str] = ()) -> list[str]:
    """The entries beside the question, and its rules, as tags."""
    scoring = {"scoring": raw.get("scoring", "whole")} if "scoring" in KINDS[raw["kind"]].fields else {}
    values = {**raw, **scoring}
    tags = [f"{name}:{values[name]}" for name in _TAGGED if values.get(name) and name not in without]
    tags += [name for name in _FLAGS if raw.get(name) and name not in without]
    return tags + [f"standard:{tag}" for tag in raw.get("standards", ())]


def from_tags(tags: Sequence[str]) -> tuple[Raw, list[str]]:
    """(entries of the question, tags that are none of ours)."""
    entries: Raw = {}
    strangers = []
    for tag in tags:
        name, _colon, value = tag.partition(":")
        if tag in _FLAGS:
            entries[tag] = True
        elif name in _TAGGED and value:
            entries[name] = value
        elif name == "standard" and value:
            entries.setdefault("standards", []).append(value)
        else:
            strangers.append(tag)
    return entries, strangers


def with_tags(raw: Raw, tags: Sequence[str], reading: Reading, number: int) -> Raw:
    """The question with what its tags say. Where no tag of ours says otherwise, parts are marked one by one, as Moodle marks them."""
    entries, strangers = from_tags(tags)
    scored = "scoring" in KINDS[raw["kind"]].fields
    scoring = entries.pop("scoring", raw.get("scoring", "parts"))
    for tag in strangers:
        reading.lose(number, _("Nhãn “%(tag)s” không có chỗ ở đây.", tag=tag[:40]))
    known = {name: value for name, value in entries.items() if name in BESIDE or name in KINDS[raw["kind"]].fields}
    rest = {name: value for name, value in raw.items() if name != "scoring"}
    return {**rest, **known, **({"scoring": "parts"} if scored and scoring == "parts" else {})}
