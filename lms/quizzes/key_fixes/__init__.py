"""Corrections of a key: what one would change (dry run), proposing it, and the decision of a second person."""

from .applied import Correction, corrections_of
from .deciding import HasChanged, confirm_fix, decline_fix
from .dry_run import DryRun, Named, dry_run, dry_run_of, named, outcome_of
from .lists import ListedFix, fix_for, fix_list
from .proposing import Wish, corrected, propose_fix

__all__ = [
    "Correction",
    "DryRun",
    "HasChanged",
    "ListedFix",
    "Named",
    "Wish",
    "confirm_fix",
    "corrected",
    "corrections_of",
    "decline_fix",
    "dry_run",
    "dry_run_of",
    "fix_for",
    "fix_list",
    "named",
    "outcome_of",
    "propose_fix",
]
