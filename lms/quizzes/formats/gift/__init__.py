"""GIFT, as Moodle defines it. Entries that it has no sign for stand as tags in a comment before the question."""

from ...format import MATCHING, MULTIPLE, NUMERICAL, SHORTANSWER, SINGLE, TRUEFALSE, Format
from .reading import read
from .writing import write

FORMAT = Format(
    "gift",
    (".gift", ".txt"),
    frozenset({SINGLE, MULTIPLE, TRUEFALSE, SHORTANSWER, NUMERICAL, MATCHING}),
    read,
    write,
    signs=r"(?m)^\s*::[^:\n]+::|^\s*\$CATEGORY:|(?<!\\)\{\s*([=~#]|(T|F|TRUE|FALSE)\s*[#}])",
)
