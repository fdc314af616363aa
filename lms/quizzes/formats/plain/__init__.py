"""Text pasted from Word: "Câu 1. … A. … *B. … Giải thích: …", in the habits of Vietnamese question banks."""

from ...format import Format
from ...kind_names import MULTIPLE, SINGLE, TRUEFALSE
from .reading import read
from .writing import write

FORMAT = Format("plain", (".txt",), frozenset({SINGLE, MULTIPLE, TRUEFALSE}), read, write)
