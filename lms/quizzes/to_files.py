"""What writers of question files share: the questions in their one form, and what a format does not hold."""

from collections.abc import Iterator, Sequence
from typing import Any

from lms.base import gettext as _
from lms.base import nfc

from .format import NO_WHY, Raw, Written
from .kinds import KINDS
from .noting import Notes, places_of_why
from .question_rows import composed_tags

PICTURE = "picture"
BESIDE: dict[str, Any] = {"use": "test", "difficulty": None, "scenario": False, "lesson": None, "standards": [], "tags": []}


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
            if KINDS[raw["kind"]].pictures(bare):
                self.lose_entry(number, PICTURE)
                bare.pop(PICTURE)
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
    if "tags" in beside:
        beside["tags"] = composed_tags(beside["tags"])
    if "standards" in beside:
        beside["standards"] = [tag for tag in (" ".join(nfc(tag).split()) for tag in beside["standards"]) if tag]
    return {"kind": kind.name, **{name: value for name, value in beside.items() if value}, **kind.written(kind.parse(raw))}
