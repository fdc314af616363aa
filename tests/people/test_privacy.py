"""The privacy notice by version, and what a person may take along: everything that is kept about them, and nobody else's."""

import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db, kept_about
from lms.people import NOTICE_VERSION, PrivacyAcceptance
from lms.people.models import Account, RecoveryCode, SecondFactor, Session
from lms.quizzes import Attempt, AttemptItem, QuizVersion, start_attempt
from lms.site import record
from lms.study import Enrolment
from tests.cast import CANARY, PASSWORDS, World
from tests.certificates.giving import give
from tests.pages import Statements, Visitor
from tests.quizzes.face.sitting import load
from tests.study.learner import Learner, rightly

PERSON_COLUMN = re.compile(r"(^|_)(person_id|actor_id)$|_by_id$")
NOT_TOLD = {
    "agency_event": "who reorganised agencies is an official act: it stands in the audit trail, which is told",
    "agency_import": "a list of agencies, no data of a person; the deed stands in the audit trail",
    "course": "whose draft it is stands in the audit trail; the text is the agency's",
    "course_file": "who uploaded it stands in the audit trail; the file is the agency's",
    "course_offer": "who offered it stands in the audit trail; an offer is no data of a person",
    "course_review": "who asked and decided stands in the audit trail; a review of a text is no data of a person",
    "legal_change": "who recorded it stands in the audit trail; a law is no data of a person",
    "lesson_presence": "which lesson somebody has open in this minute; it is deleted within the hour",
    "course_revision": "who published stands in the audit trail; the text is the agency's",
    "lesson": "whose draft it is stands in the audit trail; the text is the agency's",
    "lesson_revision": "who published stands in the audit trail; the text is the agency's",
    "key_fix": "who proposed and decided stands in the audit trail; a key is no data of a person",
    "printed_paper": "who printed it stands in the audit trail; a paper is no data of a person",
    "question_version": "who wrote it stands in the audit trail; the text is the agency's",
    "quiz_room": "who opened it stands in the audit trail; a room is no data of a person",
    "quiz_version": "who wrote the rules stands in the audit trail; the text is the agency's",
    "staff_import_file": "the file is deleted as soon as the list is settled; the list itself is told",
}
PLACES = ("agency", "course", "question", "quiz", "bank", "issuer")  # what many share; a key that leads there leads to no person


def told(visitor: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(visitor.get("/privacy/data.json").html)["kept"]
    return found


def tables_about_people() -> set[str]:
    """Every table with a key of a person, and every table that hangs on such a row."""
    tables = db.metadata.tables.values()
    own = {"person"}
    while True:
        more = {
            table.name
            for table in tables
            if any(PERSON_COLUMN.search(column.name) for column in table.columns)
            or any(key.column.table.name in own - set(PLACES) - set(NOT_TOLD) for key in table.foreign_keys)
        }
        if more <= own:
            return own
        own |= more


def test_every_table_about_people_is_told_or_excused(app: Flask, world: World, statements: Statements) -> None:
    with app.app_context():
        kept_about(world.people["an"])
    read = set(re.findall(r"(?:FROM|JOIN) (\w+)", " ".join(statements.seen)))
    ours = tables_about_people()
    assert {"attempt_item", "lesson_read", "grade", "audit", "membership", "second_factor", "staff_import_row"} <= ours
    assert ours - read - set(NOT_TOLD) == set(), "declare it in the room's keeping.py, or excuse it here with a reason"
    assert set(NOT_TOLD) <= ours, "excuses that excuse nothing"


def test_the_notice_is_open_to_all_with_its_earlier_versions(nobody: Visitor) -> None:
    page = nobody.get("/privacy")
    assert "mã hóa khi lưu" in page.text and "5 năm" in page.text and "Anh/Chị đã đồng ý lúc" not in page.text
    old = nobody.get("/privacy/notices/1")
    assert "Đây là bản cũ" in old.text and "số định danh" not in old.text.lower()
    assert "bản cũ" not in nobody.get(f"/privacy/notices/{NOTICE_VERSION}").text
    for number in (0, NOTICE_VERSION + 1, 999999):
        nobody.get(f"/privacy/notices/{number}", 404)


def test_the_footer_leads_to_the_notice(an: Visitor, nobody: Visitor) -> None:
    assert "/privacy" in an.get("/help").links() and "/privacy" in nobody.get("/sign-in").links()


def test_everybody_sees_when_they_accepted_which_version(an: Visitor, app: Flask, world: World) -> None:
    assert an.get("/privacy").text.count("Anh/Chị đã đồng ý lúc") == 1
    with app.app_context():
        now = db.session.scalars(sa.select(PrivacyAcceptance)).first()
        assert now is not None
        db.session.add(PrivacyAcceptance(person_id=world.people["an"], version=1, accepted_at=now.accepted_at, address=""))
        commit()
    assert an.get("/privacy").text.count("Anh/Chị đã đồng ý lúc") == 2


def test_whoever_accepted_only_an_old_version_is_led_to_the_new_one(an: Visitor, app: Flask, world: World) -> None:
    with app.app_context():
        db.session.execute(sa.update(PrivacyAcceptance).where(PrivacyAcceptance.person_id == world.people["an"]).values(version=1))
        commit()
    assert an.get("/study", 302).response.headers["Location"].startswith("/welcome")
    an.get("/privacy")
    assert "mã hóa khi lưu" in an.get("/welcome").text
    an.post("/welcome", page="/welcome", status=302)
    an.get("/study")
    assert [row["version"] for row in told(an)["privacy_acceptance"]["rows"]] == [1, 2]


def test_all_pages_of_ones_own_data_open_and_tell_of_nobody_else(an: Visitor, dung: Visitor) -> None:
    for visitor, name in ((an, "Nguyễn Văn An"), (dung, "Phạm Tiến Dũng")):
        first = visitor.get("/privacy/data")
        last = int(re.findall(r"Trang 1 / (\d+)", first.text)[0])
        pages = [first, *(visitor.get(f"/privacy/data?page={number}") for number in range(2, last + 1))]
        assert name in first.text and all(CANARY not in page.html and "None" not in page.text for page in pages)
    assert f"Trang {last} / {last}" in an.get("/privacy/data?page=999").text
    an.get("/privacy/data?page=x")


def test_nobody_in_particular_has_no_data(nobody: Visitor) -> None:
    assert nobody.get("/privacy/data", 302).response.headers["Location"].startswith("/sign-in")
    nobody.get("/privacy/data.json", 302)


def test_the_file_holds_what_was_learnt_answered_and_earned(app: Flask, an: Visitor, world: World) -> None:
    load(app, world.agencies["T"], blueprint=[{"topic": "mot", "take": 2}])
    with app.app_context():
        version = db.session.scalar(sa.text("SELECT max(id) FROM quiz_version"))
        who: dict[str, Any] = {"person_id": world.people["an"], "person_name": "Nguyễn Văn An"}
        place: dict[str, Any] = {"agency_id": world.agencies["XP"], "agency_name": "Xã An Phúc"}
        attempt_id = start_attempt(None, **who, **place, quiz_version_id=version, cycle=1)
        item = db.session.scalars(sa.select(AttemptItem).where(AttemptItem.attempt_id == attempt_id, AttemptItem.position == 1)).one()
        item.answer = [item.option_order[0]]
        commit()
    give(app, world)
    found = told(an)
    assert [row["quiz"] for row in found["attempt"]["rows"]] == ["Bài thi"]
    first, second = found["attempt_item"]["rows"]
    assert (
        first["question"].startswith("Câu mot-")
        and len(first["answer"]) == 1
        and first["answer"][0] in ("Đúng", "Sai") + tuple(f"P{n} của {first['question'][4:-1]}" for n in range(4))
    )
    assert second["answer"] == []
    assert found["enrolment"]["rows"][0]["agency_name"] == "Xã An Phúc"
    assert found["certificate"]["rows"][0]["person_name"] == "Nguyễn Văn An" and found["certificate"]["rows"][0]["code"]
    assert found["membership"]["rows"][0]["agency"] == "Xã An Phúc"
    assert found["membership"]["columns"]["staff_kind"] == "Đối tượng" and found["membership"]["rows"][0]["staff_kind"] == "Công chức"


def test_the_file_gives_away_no_marks_of_questions_that_are_being_answered(app: Flask, an: Visitor, world: World) -> None:
    load(app, world.agencies["T"], blueprint=[{"topic": "mot", "take": 1}])
    with app.app_context():
        version = db.session.scalar(sa.text("SELECT max(id) FROM quiz_version"))
        who: dict[str, Any] = {"person_id": world.people["an"], "person_name": "Nguyễn Văn An"}
        place: dict[str, Any] = {"agency_id": world.agencies["XP"], "agency_name": "Xã An Phúc"}
        start_attempt(None, **who, **place, quiz_version_id=version, cycle=1)
        open_item = db.session.scalars(sa.select(AttemptItem).order_by(AttemptItem.id.desc())).first()
        attempt = db.session.get_one(Attempt, open_item.attempt_id)  # type: ignore[union-attr]
        same = {column.name: getattr(attempt, column.name) for column in Attempt.__table__.columns if column.name != "id"}
        closed = {"cycle": 2, "state": "submitted", "closed_at": attempt.started_at, "points": 1, "max_points": 1, "is_passed": True}
        closed["reviewed_at"] = attempt.started_at
        other = Attempt(**{**same, **closed})
        db.session.add(other)
        db.session.flush()
        item = {column.name: getattr(open_item, column.name) for column in AttemptItem.__table__.columns if column.name != "id"}
        db.session.add(AttemptItem(**{**item, "attempt_id": other.id, "points": 1}))
        commit()
        other_id, open_id = other.id, attempt.id
    assert [row["points"] for row in told(an)["attempt_item"]["rows"]] == [None, None]
    with app.app_context():
        values = {"state": "submitted", "closed_at": same["started_at"], "points": 0, "is_passed": False}
        db.session.execute(sa.update(Attempt).where(Attempt.id == open_id).values(**values))
        commit()
    assert other_id and "0,01" in [row["points"] for row in told(an)["attempt_item"]["rows"]]


def test_the_file_tells_of_a_result_no_more_than_the_page_of_results_does(app: Flask, an: Visitor, world: World) -> None:
    learner = Learner(an, world.course)
    attempt = learner.start()
    learner.submit(attempt, rightly(an.get(attempt)))
    rules, paper = sa.update(QuizVersion), sa.update(Attempt)
    cases = [("answers", True, "5", True), ("answers", False, "5", False), ("score", True, "5", False), ("nothing", True, None, False)]
    for level, is_opened, points, shows_marks in cases:
        with app.app_context():
            db.session.execute(rules.values(review_after=level, review_later=level))
            db.session.execute(paper.values(reviewed_at=Attempt.closed_at if is_opened else None))
            commit()
        found = told(an)
        row = found["attempt"]["rows"][0]
        assert (row["points"], row["is_passed"]) == (points, True if points else None), level
        assert [one["points"] for one in found["attempt_item"]["rows"]] == ["1" if shows_marks else None] * 5, (level, is_opened)
        assert len(found["grade"]["rows"]) == (1 if points else 0), level


def test_the_file_holds_no_secret(app: Flask, an: Visitor, world: World, visitor: Callable[[], Visitor]) -> None:
    with app.app_context():
        now = db.session.scalar(sa.select(Account.password_at).where(Account.person_id == world.people["an"]))
        db.session.add(SecondFactor(person_id=world.people["an"], secret_sealed="bi-mat-da-niem", created_at=now, confirmed_at=None, last_step=0))
        db.session.add(RecoveryCode(person_id=world.people["an"], code_hash="bam-cua-ma-khoi-phuc", used_at=None))
        commit()
        secrets = [*db.session.scalars(sa.select(Account.password_hash)), *db.session.scalars(sa.select(Session.token_hash))]
    text = an.get("/privacy/data.json").html
    assert not [one for one in ("bi-mat-da-niem", "bam-cua-ma-khoi-phuc", *secrets) if one in text]
    assert told(an)["account"]["rows"][0]["recovery_codes"] == 1 and len(told(an)["session"]["rows"]) == 1


def test_the_trail_of_a_person_is_theirs_but_not_the_machines_of_others(app: Flask, an: Visitor, dung: Visitor, world: World) -> None:
    dung.client.environ_base["REMOTE_ADDR"] = "10.9.8.7"
    dung.post(f"/people/{world.people['an']}/suspend", page=f"/people/{world.people['an']}")
    dung.post(f"/people/{world.people['an']}/restore", page=f"/people/{world.people['an']}")
    an.sign_in("an", PASSWORDS["an"])
    rows = told(an)["audit"]["rows"]
    assert "Khóa tài khoản" in [row["deed"] for row in rows] and "Phạm Tiến Dũng" in [row["actor"] for row in rows]
    assert "10.9.8.7" not in json.dumps(rows) and "10.9.8.7" in json.dumps(told(dung)["audit"]["rows"])
    assert "Nguyễn Văn An" not in json.dumps(told(dung)["audit"]["rows"], ensure_ascii=False), "whom one dealt with is not one's own data"


def test_what_one_did_to_others_is_told_without_their_details(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        actor = SimpleNamespace(person_id=world.people["dung"], name="Phạm Tiến Dũng")
        record(actor, "suspend", "person", world.people["an"], world.agencies["XP"], why="điều riêng của An")
        record(None, "suspend", "person", world.people["dung"], world.agencies["HT"], why="điều riêng của Dũng")
        commit()
    text = dung.get("/privacy/data.json").html
    assert "điều riêng của Dũng" in text and "điều riêng của An" not in text


def test_names_of_tables_are_told_once(app: Flask, world: World) -> None:
    with app.app_context():
        keys = [kept.key for kept in kept_about(world.people["an"])]
        assert len(keys) == len(set(keys))
        labels = [label for kept in kept_about(world.people["an"]) for _name, label in kept.columns]
        assert all(labels) and not [label for label in labels if re.fullmatch(r"[a-z_]+", label)]
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) != 0
