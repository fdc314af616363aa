"""The kinds of question: every file in this folder is one. Adding a kind touches no other file."""

import pkgutil
from importlib import import_module

from ..kind import Kind

KINDS: dict[str, Kind] = {}
for _found in pkgutil.iter_modules(__path__):
    _kind: Kind = import_module(f"{__name__}.{_found.name}").KIND
    KINDS[_kind.name] = _kind
