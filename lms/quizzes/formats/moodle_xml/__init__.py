"""Moodle XML. Texts are written as Markdown, which Moodle knows; entries that it has no element for stand as tags."""

from ...format import CLOZE, MATCHING, MULTIPLE, NUMERICAL, ORDERING, SHORTANSWER, SINGLE, TRUEFALSE, Format
from .reading import read
from .writing import write

FORMAT = Format(
    "moodle-xml",
    (".xml",),
    frozenset({SINGLE, MULTIPLE, TRUEFALSE, SHORTANSWER, NUMERICAL, MATCHING, ORDERING, CLOZE}),
    read,
    write,
)
