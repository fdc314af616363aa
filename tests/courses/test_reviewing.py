"""Review by a second person: asked, approved or returned; a later change voids it; who wrote or asked never approves."""

from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, commit, db
from lms.courses.models import CourseReview
from lms.courses.outlining import set_review_needed
from lms.courses.pending import pending_of
from lms.courses.reviewing import ask_review, decide_review
from tests.cast import World
from tests.pages import Page, Visitor
from tests.people.test_two_administrators import at_once

from .authors import let_train, publish, saved
from .authors import trainer as trainer_named


@pytest.fixture
def asked(app: Flask, world: World) -> str:
    """M needs a review, Bình drafted and asked; Ánh is an author, Chi a reviewer. The address of the page."""
    let_train(app, world, "anh")
    let_train(app, world, "chi", "reviewer")
    saved(app, world)
    with app.app_context():
        set_review_needed(trainer_named(world), world.course, True)
        ask_review(trainer_named(world), world.course, "Xin xem giúp đoạn đầu")
        commit()
    return f"/courses/{world.course}/publish"


def decision(page: Page, **values: str) -> dict[str, str]:
    """What the form of the second person holds."""
    held = {field.get("name", ""): field.get("value", "") for field in page.all("input") if field.get("name") in ("review", "digest")}
    return {**held, **values}


def decide(app: Flask, world: World, name: str, is_approved: bool = True, comment: str = "") -> None:
    """Somebody decides about what is drafted now."""
    with app.app_context():
        pending = pending_of(world.course)
        assert pending.review
        decide_review(trainer_named(world, name), world.course, pending.review.id, pending.digest, is_approved, comment)
        commit()


def state(app: Flask) -> Any:
    """The state of the latest review and who decided."""
    with app.app_context():
        return db.session.execute(sa.select(CourseReview.state, CourseReview.decided_by_id).order_by(CourseReview.id.desc())).first()


def test_a_reviewer_approves_and_then_it_is_published(app: Flask, world: World, binh: Visitor, chi: Visitor, asked: str) -> None:
    page = chi.get(asked)
    assert "Xin xem giúp đoạn đầu" in page.text and "Trần Thị Bình đề nghị duyệt" in page.text
    address = asked.replace("publish", "review/decide")
    chi.post(address, decision(page, decision="approve", comment="Tốt"), page=page, status=303)
    assert state(app) == ("approved", world.people["chi"])
    assert "Đã được Lê Thị Chi duyệt" in binh.get(asked).text
    binh.post(asked, status=303)
    again = chi.post(address, decision(page, decision="approve"), page="/courses", key=page.keys()[-1])
    assert again.status in (303, 422) and state(app) == ("approved", world.people["chi"])


def test_who_asked_cannot_approve(app: Flask, world: World, binh: Visitor, asked: str) -> None:
    page = binh.get(asked)
    assert not decision(page) and "Đang chờ người thứ hai duyệt" in page.text
    with app.app_context():
        pending = pending_of(world.course)
        held = {"review": str(pending.review.id if pending.review else 0), "digest": pending.digest}
    refused = binh.post(asked.replace("publish", "review/decide"), {**held, "decision": "approve"}, page="/courses/legal-changes", status=422)
    assert "phải là người thứ hai" in refused.text and state(app) == ("asked", None)


def test_who_wrote_a_draft_cannot_approve(app: Flask, world: World, asked: str) -> None:
    saved(app, world, by="anh", key="02-la", change=lambda text: text + "\nÁnh viết.\n")
    with app.app_context():
        ask_review(trainer_named(world), world.course)
        commit()
    with pytest.raises(Refused, match="người thứ hai"):
        decide(app, world, "anh")
    decide(app, world, "chi")
    assert state(app) == ("approved", world.people["chi"])


def test_the_database_itself_refuses_who_asked(app: Flask, world: World, asked: str) -> None:
    with app.app_context(), pytest.raises(sa.exc.IntegrityError, match="second_person"):
        values = {"state": "approved", "decided_by_id": world.people["binh"], "decided_at": CourseReview.asked_at}
        db.session.execute(sa.update(CourseReview).values(values))


def test_a_later_change_voids_the_approval(app: Flask, world: World, binh: Visitor, asked: str) -> None:
    decide(app, world, "chi")
    saved(app, world, change=lambda text: text + "\nLén thêm.\n")
    page = binh.get(asked)
    assert "Bản nháp đã thay đổi sau khi được duyệt" in page.text
    refused = binh.post(asked, page=page, status=422)
    assert "chưa được duyệt" in refused.text
    binh.post(asked.replace("publish", "review/ask"), {"note": ""}, page=page, status=303)
    decide(app, world, "anh")
    assert publish(app, world) == 2


def test_what_changed_while_the_page_was_open_is_not_approved(app: Flask, world: World, chi: Visitor, asked: str) -> None:
    page = chi.get(asked)
    saved(app, world, change=lambda text: text + "\nVừa thêm.\n")
    refused = chi.post(asked.replace("publish", "review/decide"), decision(page, decision="approve"), page=page, status=422)
    assert "vừa có thay đổi" in refused.text and state(app) == ("asked", None)


def test_returning_needs_a_word(app: Flask, world: World, binh: Visitor, chi: Visitor, asked: str) -> None:
    address = asked.replace("publish", "review/decide")
    page = chi.get(asked)
    assert "ghi vài chữ" in chi.post(address, decision(page, decision="return", comment=" "), page=page, status=422).text
    chi.post(address, decision(page, decision="return", comment="Thiếu ví dụ"), page=chi.get(asked), status=303)
    assert "Lê Thị Chi gửi lại để sửa: “Thiếu ví dụ”" in binh.get(asked).text
    assert state(app) == ("returned", world.people["chi"])


def test_of_two_who_decide_at_once_one_does(app: Flask, world: World, asked: str) -> None:
    with app.app_context():
        pending = pending_of(world.course)
        review, digest = pending.review.id if pending.review else 0, pending.digest
    acts = [
        partial(decide_review, trainer_named(world, "anh"), world.course, review, digest, True),
        partial(decide_review, trainer_named(world, "chi"), world.course, review, digest, False, "Chưa được"),
    ]
    said = at_once(app, *acts)
    assert said[0] == "" and "đã có người quyết định" in said[1]


def test_of_two_who_ask_at_once_one_request_is_left(app: Flask, world: World) -> None:
    let_train(app, world, "anh")
    saved(app, world)
    said = at_once(app, *(partial(ask_review, trainer_named(world, name), world.course) for name in ("binh", "anh")))
    assert said[0] == "" and "đang chờ duyệt rồi" in said[1]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(CourseReview)) == 1


def test_with_nothing_drafted_nobody_is_asked(app: Flask, world: World, binh: Visitor) -> None:
    refused = binh.post(f"/courses/{world.course}/review/ask", {"note": ""}, page=f"/courses/{world.course}", status=422)
    assert "Chưa có bản nháp nào để duyệt" in refused.text
