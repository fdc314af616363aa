"""A lesson as it is read: its headings, and an excerpt where the words sought stand. Pure, no database."""

import re
from collections.abc import Collection
from html import unescape
from typing import NamedTuple

from markupsafe import Markup, escape

from lms.base import fold

from .rendering import PLACE_SHOWN, Parts

HEADING = re.compile(r'<h([23]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)
WITHIN_WORDS = re.compile(r"</?(?:a|strong|em|s|code|kbd|span|sub|sup)\b[^>]*>")
WITHIN_WORD = re.compile(r"\w")
TAG = re.compile(r"<[^>]+>")
MOST_WORDS, BEFORE, AFTER = 8, 6, 22


class Heading(NamedTuple):
    """A heading of a lesson: its level (2 or 3), its id on the page, its words."""

    level: int
    id: str
    text: str


def _words(html: str) -> str:
    return " ".join(unescape(TAG.sub(" ", WITHIN_WORDS.sub("", html))).split())


def headings_in(parts: Parts) -> list[Heading]:
    """The headings of a lesson that can be gone to, in order."""
    found = [HEADING.findall(part) for kind, part in parts if kind == "html"]
    return [Heading(int(level), id, _words(words)) for piece in found for level, id, words in piece]


def words_sought(query: str) -> list[str]:
    """The words of a query as texts are searched for them: folded, the first eight."""
    return fold(query).split()[:MOST_WORDS]


def excerpt(html: str, query: str) -> Markup:
    """Some thirty words of a lesson around the place where most words of the query stand together, these marked. Accents and case do not matter."""
    shown = _words(PLACE_SHOWN.sub(" ", html)).split()
    folded = fold(" ".join(shown)).split()
    if len(folded) != len(shown):
        folded = [fold(word) for word in shown]
    wanted = words_sought(query)
    found = [at for at, word in enumerate(folded) if any(one in word for one in wanted)]
    at = max(found, key=lambda at: (_held(folded[at : at + AFTER], wanted), _held(folded[at : at + len(wanted)], wanted), -at), default=0)
    start, end = max(0, at - BEFORE), at + AFTER
    marked = [_marked(word) if at in found else escape(word) for at, word in enumerate(shown[start:end], start)]
    pieces = [escape("…")] * (start > 0) + marked + [escape("…")] * (end < len(shown))
    return Markup(" ").join(pieces)


def _marked(word: str) -> Markup:
    first = WITHIN_WORD.search(word)
    start = first.start() if first else len(word)
    end = next((at for at in range(len(word), start, -1) if WITHIN_WORD.match(word, at - 1)), start)
    return Markup("{}<mark>{}</mark>{}").format(word[:start], word[start:end], word[end:])


def _held(words: Collection[str], wanted: Collection[str]) -> int:
    return sum(any(one in word for word in words) for one in wanted)
