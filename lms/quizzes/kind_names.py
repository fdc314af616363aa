"""The names of the kinds of question that file formats know, as the kinds say them."""

from .kinds.cloze import KIND as _CLOZE
from .kinds.essay import KIND as _ESSAY
from .kinds.matching import KIND as _MATCHING
from .kinds.multiple import KIND as _MULTIPLE
from .kinds.numerical import KIND as _NUMERICAL
from .kinds.ordering import KIND as _ORDERING
from .kinds.shortanswer import KIND as _SHORTANSWER
from .kinds.single import KIND as _SINGLE
from .kinds.truefalse import KIND as _TRUEFALSE

SINGLE, MULTIPLE, TRUEFALSE = _SINGLE.name, _MULTIPLE.name, _TRUEFALSE.name
SHORTANSWER, NUMERICAL, CLOZE = _SHORTANSWER.name, _NUMERICAL.name, _CLOZE.name
MATCHING, ORDERING, ESSAY = _MATCHING.name, _ORDERING.name, _ESSAY.name
