"""Moodle XML. Texts are written as Markdown, which Moodle knows; entries that it has no element for stand as tags."""

from ...format import Format
from ...kind_names import CLOZE, ESSAY, MATCHING, MULTIPLE, NUMERICAL, ORDERING, SHORTANSWER, SINGLE, TRUEFALSE
from .reading import read
from .writing import write

FORMAT = Format(
    "moodle-xml",
    (".xml",),
    frozenset({SINGLE, MULTIPLE, TRUEFALSE, SHORTANSWER, NUMERICAL, MATCHING, ORDERING, CLOZE, ESSAY}),
    read,
    write,
)
