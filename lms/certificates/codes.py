"""The check code of a certificate: random, and easy to read aloud and to type."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: without I, L, O and U
LENGTH, GROUP = 28, 4  # 140 random bits, in seven groups
LONGEST_TYPED = 100
_READ_AS = str.maketrans("OIL", "011", " -–—\u00a0")


def new_code() -> str:
    """A code as it is stored, without hyphens."""
    return "".join(secrets.choice(ALPHABET) for _position in range(LENGTH))


def grouped(code: str) -> str:
    """The code as it is printed: K7QM-2XRT-…"""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def tidy_code(typed: str) -> str:
    """The stored form of what somebody typed: case, spaces and hyphens do not matter, O is 0, I and L are 1. "" if it cannot be a code."""
    code = typed[:LONGEST_TYPED].strip().upper().translate(_READ_AS)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""
