"""The digest under which what was written is the same or not."""

import json
from hashlib import sha256
from typing import Any


def digest_of(content: Any) -> str:
    """The digest of plain data (64 hexadecimal digits); the order of entries does not matter."""
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
