"""What a file format of questions must be able to do.

A question is the dictionary that a course folder holds of it, without its key and topic. Nothing is left out silently: what a file
holds and we do not, or we hold and the file does not, is listed in `lost`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Raw = dict[str, Any]
NO_WHY = "Chưa có giải thích."  # stands where a file explains nothing; never written into a file


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
