"""Three hundred learners begin one exam at the same moment and answer at once: over real HTTP, with double clicks and dead lines."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import pytest
import sqlalchemy as sa

from lms.base import db
from lms.certificates import Certificate, CertificateCounter
from lms.quizzes import Attempt, AttemptItem, Grade
from lms.site import audit_is_whole
from lms.study import Completion

from .browsers import Browser, Room
from .databases import KINDS, empty_database
from .servers import Server, running
from .sittings import Sitting
from .worlds import QUESTIONS, Class, attempt_of, gather

pytestmark = pytest.mark.heavy
LEARNERS = 300
UNPREPARED = 10  # every tenth learner does not know the answers
CLICKED = 8  # so many answers are saved one by one; then the line stays dead, and handing in carries the rest
POINTS = QUESTIONS * 100  # hundredths of a question
T = TypeVar("T")
R = TypeVar("R")


@dataclass
class Afternoon:
    """What happened: the class, who sat what, and every status that a browser saw."""

    people: Class
    sittings: list[Sitting]
    room: Room


@pytest.fixture(scope="module", params=KINDS)
def afternoon(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Afternoon]:
    """All sign in and read the rules; at one moment they start, then answer and hand in; the server is ended before anybody looks."""
    folder = tmp_path_factory.mktemp("afternoon")
    with empty_database(request.param, folder) as address:
        people = gather(address, folder, LEARNERS)
        with running(Server(folder, address)) as server, Room() as room:
            desks = _all_at_once(people.names, lambda name: _arrive(people, server.port, name, room))
            attempts = _all_at_once(desks, lambda desk: desk.begin(people))
            sittings = _all_at_once(list(zip(desks, attempts, strict=True)), lambda pair: Sitting(pair[0].browsers[0], pair[1]))
            right = people.right_answers()
            _all_at_once(sittings, lambda sitting: _answer(sitting, right[sitting.attempt_id]))
            _all_at_once(sittings, _hand_in)
            assert server.stop() == 0
        yield Afternoon(people, sittings, room)
        with people.app.app_context():
            db.session.remove()
            db.engine.dispose()


def _all_at_once(things: list[T], act: Callable[[T], R]) -> list[R]:
    """Everybody waits for the last one, then all act."""
    gate = threading.Barrier(len(things), timeout=60)

    def wait_and_act(thing: T) -> R:
        gate.wait()
        return act(thing)

    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(wait_and_act, things))


def _number(name: str) -> int:
    return int(name.removeprefix("hv"))


@dataclass
class Desk:
    """A learner who has read the rules: the tabs in which they show them, and the key of the button in each."""

    browsers: list[Browser]
    keys: list[str]

    def begin(self, people: Class) -> int:
        """Press "Bắt đầu làm bài", in two tabs at the same moment where there are two; the attempt to which it leads."""
        start = f"{people.test_address}/start"
        with ThreadPoolExecutor(len(self.keys)) as hands:
            answers = list(hands.map(lambda pair: pair[0].post(start, {}, pair[1]), zip(self.browsers, self.keys, strict=True)))
        assert {answer.status for answer in answers} == {303}, answers
        assert len({answer.location for answer in answers}) == 1, "two tabs started two attempts"
        return attempt_of(answers[0].location)


def _arrive(people: Class, port: int, name: str, room: Room) -> Desk:
    """Sign in and read the rules; every fourth learner has them open in two tabs."""
    browser = people.arrive(port, name, room)
    browsers = [browser] if _number(name) % 4 else [browser, browser.second_tab()]
    return Desk(browsers, [one.get(people.test_address).key(f"{people.test_address}/start") for one in browsers])


def _is_prepared(sitting: Sitting) -> bool:
    return sitting.attempt_id % UNPREPARED != 0


def _answer(sitting: Sitting, right: dict[int, list[str]]) -> None:
    """Answer every question; change one's mind now and then; lose the line at some, click twice at others."""
    for position in sitting.positions:
        turn = sitting.attempt_id + position
        wrong = next([value] for value in sitting.sheet.options[position] if value not in right[position])
        chosen = right[position] if _is_prepared(sitting) else wrong
        if position > CLICKED:
            sitting.chosen[position] = chosen
            continue
        if turn % 12 == 0:
            sitting.choose(position, wrong)
        sitting.choose(position, chosen, is_cut=turn % 12 == 4, is_double=turn % 12 == 8)


def _hand_in(sitting: Sitting) -> None:
    """Hand in; every fourth learner twice at the same moment. Then look at the result."""
    if sitting.attempt_id % 4:
        result = sitting.hand_in()
    else:
        other = sitting.browser.second_tab()
        with ThreadPoolExecutor(2) as hands:
            results = list(hands.map(sitting.hand_in, (sitting.browser, other)))
        result = results[0]
        assert results[0] == results[1]
    sitting.browser.get(result)


def _all(afternoon: Afternoon, wanted: sa.Select[T]) -> list[T]:
    with afternoon.people.app.app_context():
        return list(db.session.scalars(wanted))


def test_nobody_sees_an_error(afternoon: Afternoon) -> None:
    assert set(afternoon.room.statuses) <= {200, 302, 303, 503}, afternoon.room.statuses
    assert len(afternoon.sittings) == LEARNERS
    assert all(len(sitting.acknowledged) == QUESTIONS for sitting in afternoon.sittings)


def test_the_database_holds_exactly_the_last_acknowledged_answer_of_every_question(afternoon: Afternoon) -> None:
    stored = afternoon.people.stored()
    assert {sitting.attempt_id: sitting.acknowledged for sitting in afternoon.sittings} == stored


def test_nobody_has_two_attempts_and_no_question_stands_twice_on_a_paper(afternoon: Afternoon) -> None:
    attempts = _all(afternoon, sa.select(Attempt))
    assert len(attempts) == LEARNERS == len({attempt.person_id for attempt in attempts})
    items = _all(afternoon, sa.select(AttemptItem))
    assert set(Counter(item.attempt_id for item in items).values()) == {QUESTIONS}
    assert len({(item.attempt_id, item.question_version_id) for item in items}) == len(items)


def test_every_paper_is_graded_once_and_right(afternoon: Afternoon) -> None:
    prepared = {sitting.attempt_id: _is_prepared(sitting) for sitting in afternoon.sittings}
    for attempt in _all(afternoon, sa.select(Attempt)):
        points = POINTS if prepared[attempt.id] else 0
        assert (attempt.state, attempt.points, attempt.max_points) == ("submitted", points, POINTS)
    grades = _all(afternoon, sa.select(Grade))
    assert sorted(grade.attempt_id for grade in grades) == sorted(prepared)


def test_certificates_go_to_those_who_passed_numbered_without_gaps(afternoon: Afternoon) -> None:
    certificates = _all(afternoon, sa.select(Certificate))
    passed = {attempt.person_id for attempt in _all(afternoon, sa.select(Attempt)) if attempt.is_passed}
    assert len(certificates) == len(passed) == sum(_is_prepared(sitting) for sitting in afternoon.sittings)
    assert {certificate.person_id for certificate in certificates} == passed
    assert sorted(certificate.number for certificate in certificates) == list(range(1, len(passed) + 1))
    assert _all(afternoon, sa.select(CertificateCounter.last)) == [len(passed)]
    assert {completion.certificate_id for completion in _all(afternoon, sa.select(Completion))} == {one.id for one in certificates}


def test_the_audit_trail_is_whole(afternoon: Afternoon) -> None:
    with afternoon.people.app.app_context():
        is_whole, _number = audit_is_whole()
    assert is_whole
