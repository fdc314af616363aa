"""Foreign files are opened in a child process with limits: whatever goes wrong there becomes one sentence here."""

import json
import logging
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .errors import Refused
from .words import gettext as _

logger = logging.getLogger("lms")

_HOUSE = Path(__file__).parents[2]
_START = Path(__file__).with_name("child_start.py")
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
_TOO_HEAVY = ("MemoryError", "RecursionError")


def in_child(function: str, *args: object, seconds: int = 30, megabytes: int = 512) -> Any:
    """What `function` answers to `args`, both plain JSON data, from a process of its own.

    `function` is "lms.room.module.name". Its module is loaded from its file alone, so it imports only the standard library and
    the foreign library that it tames. Raises Refused(sentence) for an exception, a crash, more than `seconds` or `megabytes`.
    """
    path, name = _place(function)
    job = {"path": str(path), "name": name, "args": args, "seconds": seconds, "megabytes": megabytes}
    with tempfile.TemporaryFile() as answer:
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and our own script
                [sys.executable, "-I", str(_START)],
                input=json.dumps(job).encode(),
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT,
                cwd="/",
                timeout=seconds + 1,
                check=False,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            raise _refusal(function, "time") from None
        answer.seek(0)
        return _result(function, done.returncode, answer.read())


def _place(function: str) -> tuple[Path, str]:
    module, _dot, name = function.rpartition(".")
    path = _HOUSE.joinpath(*module.split(".")).with_suffix(".py")
    if not re.fullmatch(r"lms(\.\w+)+", module) or not name.isidentifier() or not path.is_file():
        raise ValueError(f"no such function: {function}")
    return path, name


def _result(function: str, code: int, text: bytes) -> Any:
    if code < 0:
        raise _refusal(function, f"signal {-code}")
    try:
        answer = json.loads(text)
    except ValueError:
        raise _refusal(function, f"exit {code}") from None
    if "error" in answer:
        raise _refusal(function, answer["error"], too_heavy=answer["error"] in _TOO_HEAVY)
    return answer["result"]


def _refusal(function: str, why: str, too_heavy: bool = True) -> Refused:
    logger.warning("child %s: %s", function, why)
    if not too_heavy:
        return Refused(_("Hệ thống không đọc được tệp này. Anh/Chị mở tệp, lưu lại thành một tệp mới rồi tải lên lần nữa."))
    return Refused(_("Tệp này quá nặng nên hệ thống dừng đọc. Anh/Chị xóa bớt hình ảnh, trang tính, dòng và cột thừa rồi tải lên lại."))
