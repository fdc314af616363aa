"""Papers that are printed: drawing their variants, what stands on them, and keying in what was written there."""

from .keying import Checked, Line, check_lines, key_in
from .making import MOST_VARIANTS, make_papers
from .reading import HeldPaper, Sheet, keyed_papers, paper_for, papers_of, sheets_of

__all__ = [
    "MOST_VARIANTS",
    "Checked",
    "HeldPaper",
    "Line",
    "Sheet",
    "check_lines",
    "key_in",
    "keyed_papers",
    "make_papers",
    "paper_for",
    "papers_of",
    "sheets_of",
]
