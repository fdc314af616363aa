"""The child's side of `child.in_child`: takes its limits, loads one module by path, calls one function, answers in JSON.

A script that is never imported by the house: it imports nothing of ours, so it starts in a few milliseconds and knows no secret.
"""

import importlib.util
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

ANSWER_MEGABYTES = 64
MEGABYTE = 1 << 20


def take_limits(seconds: int, megabytes: int) -> None:
    """Limit processor time, memory, files written and life span; leave no core behind. The alarm also ends a child whose parent died."""
    limits = {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_CPU: (seconds, seconds + 1),
        resource.RLIMIT_AS: (megabytes * MEGABYTE, megabytes * MEGABYTE),
        resource.RLIMIT_FSIZE: (ANSWER_MEGABYTES * MEGABYTE, ANSWER_MEGABYTES * MEGABYTE),
        resource.RLIMIT_NOFILE: (64, 64),
    }
    for kind, limit in limits.items():
        resource.setrlimit(kind, limit)
    signal.alarm(seconds + 2)


def call(path: str, name: str, args: list[Any]) -> object:
    """The answer of the function of this name in the file at `path`."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)(*args)


def answer_of(job: dict[str, Any]) -> str:
    """The answer as JSON: {"result": …}, or {"error": kind of exception}; the message stays here, it may quote the file."""
    try:
        answer = json.dumps({"result": call(job["path"], job["name"], job["args"])})
        return answer if len(answer) <= ANSWER_MEGABYTES * MEGABYTE else json.dumps({"error": "MemoryError"})
    except BaseException as error:  # a panic of a Rust library is a BaseException; each means the same to the parent
        return json.dumps({"error": type(error).__name__})


def main() -> None:
    """Read the job from stdin, write the answer to stdout; what libraries print goes nowhere."""
    job = json.load(sys.stdin)
    answer = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    take_limits(job["seconds"], job["megabytes"])
    with os.fdopen(answer, "w", encoding="ascii") as file:
        file.write(answer_of(job))


if __name__ == "__main__":
    main()
