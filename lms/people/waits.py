"""Growing waits after wrong passwords, per account and per address. The database decides, not the process: many may count at once."""

from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_network

import sqlalchemy as sa

from lms.base import clock, db, insert_once

from .models import SignInWait
from .names import tidy_username

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
ACCOUNT_FAILURES, ADDRESS_FAILURES = 5, 30  # a whole commune may sit behind one address
ACCOUNT_MEMORY, ADDRESS_MEMORY = timedelta(days=1), timedelta(hours=1)


def account_key(person_id: int | None, typed: str) -> str:
    """The key of an account; of a name that nobody bears only a hash is kept (people type passwords into the wrong field).

    Ways to write one name count together, as they do for an account: else they would tell which names exist.
    """
    return f"person {person_id}" if person_id else f"name {sha256(tidy_username(typed).encode()).hexdigest()}"


def code_key(person_id: int) -> str:
    """The key of codes of the second factor: one of its own, so that a right password does not make guessing codes start anew."""
    return f"code {person_id}"


def address_key(address: str) -> str:
    """The key of the address that a request came from; of IPv6 the network, in which one machine has any number of addresses."""
    try:
        return f"address {ip_network((address, 64), strict=False) if ':' in address else address}"
    except ValueError:
        return f"address {address}"


def wait_of(*keys: str) -> int:
    """How many seconds the next try must wait: a look without a lock, before anything slow."""
    latest = db.session.scalar(sa.select(sa.func.max(SignInWait.wait_until)).where(SignInWait.key.in_(keys)))
    return _seconds(latest)


def claim_turn(*keys: str) -> int:
    """Hold the rows of these keys until the end of the transaction; answers how many seconds they must still wait, 0 for none.

    Whatever came first in the database has then been counted, so guesses made at the same moment do not slip through.
    """
    now = clock.now()
    for key in sorted(keys):  # over since yesterday: a request that arrived a moment earlier must not take it for a wait
        insert_once(SignInWait, key=key, failures=0, last_at=now, wait_until=now - ACCOUNT_MEMORY)
    rows = sa.select(SignInWait.wait_until).where(SignInWait.key.in_(keys)).order_by(SignInWait.key).with_for_update()
    return max((_seconds(until) for until in db.session.scalars(rows)), default=0)


def count_failure(key: str) -> None:
    """One more wrong password; from the threshold on, each doubles the wait. Claim the turn first."""
    now = clock.now()
    is_address = key.startswith("address ")
    most, memory = (ADDRESS_FAILURES, ADDRESS_MEMORY) if is_address else (ACCOUNT_FAILURES, ACCOUNT_MEMORY)
    row = db.session.get(SignInWait, key, populate_existing=True)
    if row is None:
        return
    row.failures = row.failures + 1 if row.last_at > now - memory else 1
    row.last_at = now
    if row.failures >= most:
        row.wait_until = now + min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.failures - most, 10))


def count_success(account: str, address: str = "") -> None:
    """The account starts anew; the address loses one failure only, so that nobody buys free guesses with one account of their own."""
    forget_failures(account)
    some = sa.and_(SignInWait.key == address, SignInWait.failures > 0)
    db.session.execute(sa.update(SignInWait).where(some).values(failures=SignInWait.failures - 1))


def forget_failures(key: str) -> None:
    """Let the key start anew. The row stays: others may be waiting for its lock."""
    db.session.execute(sa.update(SignInWait).where(SignInWait.key == key).values(failures=0, wait_until=clock.now() - ACCOUNT_MEMORY))


def forget_old_failures() -> None:
    """Delete what no longer counts."""
    db.session.execute(sa.delete(SignInWait).where(SignInWait.last_at < clock.now() - 2 * ACCOUNT_MEMORY))


def _seconds(until: datetime | None) -> int:
    return max(0, -(-int((until - clock.now()).total_seconds() * 1000) // 1000)) if until else 0
