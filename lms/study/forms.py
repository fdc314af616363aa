"""What the sitting page sends: one numbered save, as JSON."""

from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import BadRequest

MOST_VALUES, LONGEST = 40, 2000


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
    if not isinstance(client, str) or not 8 <= len(client) <= 40 or not client.isalnum():
        raise BadRequest
    return Save(position, values, client, number, seen, sent.get("late") is True)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        raise BadRequest
    return value
