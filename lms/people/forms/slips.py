"""Whose slips to print, as it stands in an address or in a sent form."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from werkzeug.datastructures import MultiDict

from lms.agencies import Branch

from ..slips import CHOSEN, NEVER, WAITING, SlipWish
from .person import row_id

NOWHERE = -1


def wish_of(values: MultiDict[str, str], tree: Collection[Branch], among: Sequence[int] | None) -> SlipWish:
    """The wish; an agency that cannot be read or is out of reach is an agency without people, never all of them."""
    agency_id = values.get("agency", type=row_id)
    who = values.get("who", NEVER)
    return SlipWish(
        agency_id=None if not values.get("agency") else agency_id if any(branch.id == agency_id for branch in tree) else NOWHERE,
        is_direct=values.get("direct") == "1",
        who=who if who in (NEVER, WAITING, CHOSEN) else NEVER,
        with_own=values.get("own") == "1",
        ticked=values.getlist("person", type=row_id)[:400],
        among=among,
        since=_instant(values.get("since", "")),
    )


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), UTC) if text else None
    except (ValueError, OverflowError, OSError):
        return None
