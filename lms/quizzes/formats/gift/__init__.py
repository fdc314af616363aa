"""GIFT, as Moodle defines it. Entries that it has no sign for stand as tags in a comment before the question."""

from ...format import Format
from ...kind_names import ESSAY, MATCHING, MULTIPLE, NUMERICAL, SHORTANSWER, SINGLE, TRUEFALSE
from .reading import read
from .writing import write

FORMAT = Format(
    "gift",
    (".gift", ".txt"),
    frozenset({SINGLE, MULTIPLE, TRUEFALSE, SHORTANSWER, NUMERICAL, MATCHING, ESSAY}),
    read,
    write,
    signs=r"(?m)^\s*::[^:\n]+::|^\s*\$CATEGORY:|(?<!\\)\{\s*([=~#]|(T|F|TRUE|FALSE)\s*[#}])",
)
