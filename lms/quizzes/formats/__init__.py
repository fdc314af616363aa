"""The file formats of questions: every file (or folder) in this folder is one. Adding a format touches no other file."""

import pkgutil
import re
from importlib import import_module
from pathlib import PurePath

from ..format import Format

FORMATS: dict[str, Format] = {}
for _found in pkgutil.iter_modules(__path__):
    _format: Format = import_module(f"{__name__}.{_found.name}").FORMAT
    FORMATS[_format.name] = _format


def format_of(file_name: str, content: bytes = b"") -> Format | None:
    """The format that a file has by its ending; where several share one, by the signs in its content. None: no format has this ending."""
    ending = PurePath(file_name).suffix.lower()
    fitting = [one for one in FORMATS.values() if ending in one.endings]
    text = content[: 1 << 16].decode("utf-8", "ignore")
    signed = [one for one in fitting if one.signs and re.search(one.signs, text)]
    unsigned = [one for one in fitting if not one.signs]
    return fitting[0] if len(fitting) == 1 else next(iter([*signed, *unsigned]), None)
