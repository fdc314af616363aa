"""What the sitting page sends: one numbered save, as JSON; pages and questions by number in its plain form."""

from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import BadRequest

MOST_VALUES, LONGEST, LONGEST_OF_ALL = 100, 10_000, 20_000  # an essay is one long value


@dataclass(frozen=True)
class Save:
    """One answer as it was given: question, chosen values, which page load (`client`) saved it under which rising number.

    seen: the version of the answer that the page knew. late: sent again from the journal, not just clicked.
    """

    position: int
    values: list[str]
    client: str
    number: int
    seen: int
    late: bool


def save_of_request() -> Save:
    """The save that this request carries; 400 when it is malformed in any way."""
    try:
        sent = request.get_json()
    except RecursionError:  # brackets within brackets, a hundred thousand deep
        raise BadRequest from None
    if not isinstance(sent, dict):
        raise BadRequest
    position, number, seen = (_whole(sent.get(name)) for name in ("position", "number", "seen"))
    values, client = sent.get("values"), sent.get("client")
    if not isinstance(values, list) or len(values) > MOST_VALUES or not all(isinstance(one, str) and len(one) <= LONGEST for one in values):
        raise BadRequest
    if sum(map(len, values)) > LONGEST_OF_ALL:
        raise BadRequest
    if not isinstance(client, str) or not 8 <= len(client) <= 40 or not client.isalnum():
        raise BadRequest
    return Save(position, values, client, number, seen, sent.get("late") is True)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        raise BadRequest
    return value


def whole_of_form(name: str) -> int:
    """A small whole number that a field of the form carries; 0 when it carries none."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
