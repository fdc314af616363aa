"""What learners of the demonstration asked their trainer, and what they said of the course at its end."""

from random import Random
from typing import Any

import sqlalchemy as sa

from lms.base import db
from lms.study import Enrolment, answer_question, ask_question, enrolment_for, give_survey, progress_of, questions_taught

from .learning import Learner, learners

ASKED = (
    ("02-mat-khau", "Máy ở xã chỉ cho đặt mật khẩu 8 ký tự thì tôi làm thế nào cho an toàn ạ?"),
    ("03-lua-dao", "Tin nhắn ghi đúng tên lãnh đạo nhưng số lạ, tôi gọi lại số cũ của lãnh đạo để hỏi có được không?"),
    ("05-usb-thiet-bi", "Người dân mang USB đến nộp bản mềm hồ sơ, tôi phải nhận thế nào?"),
)
ANSWERED = (
    ("Anh/Chị dùng đủ bốn loại ký tự, không dùng lại mật khẩu cũ và bật xác thực hai lớp. Đề nghị phụ trách CNTT nâng độ dài tối thiểu.", True),
    ("Được. Gọi lại số đã lưu từ trước, không gọi số trong tin nhắn.", False),
)
SAID = (
    "Ví dụ sát việc ở xã, dễ nhớ.",
    "Chữ to, đọc trên điện thoại được.",
    "Nên có thêm tình huống về nhóm chat của cơ quan.",
    "Bài về dữ liệu cá nhân hơi dài.",
)


def ask_and_answer(course_id: int, trainer: Any, random: Random) -> None:
    """Three questions, two of them answered, one for all to see."""
    ids = db.session.scalars(sa.select(Enrolment.person_id).where(Enrolment.course_id == course_id, Enrolment.state == "in_progress"))
    people = learners(random.sample(sorted(ids), len(ASKED)), course_id)
    for who, (key, text) in zip(people, ASKED, strict=True):
        viewer: Any = who
        enrolled = enrolment_for(viewer, course_id)
        step = progress_of(viewer, enrolled).step("lesson", key) if enrolled else None
        if enrolled and step:
            ask_question(viewer, enrolled, step, text)
    for question, (answer, is_shared) in zip(questions_taught(trainer, course_id, "asked"), ANSWERED, strict=False):
        answer_question(trainer, question, answer, is_shared, "")


def give_opinions(course_id: int, random: Random) -> None:
    """A dozen people who have completed the course say what they think of it."""
    ids = db.session.scalars(sa.select(Enrolment.person_id).where(Enrolment.course_id == course_id, Enrolment.state == "completed"))
    comments = [*SAID, *[""] * 8]
    for who, comment in zip(learners(random.sample(sorted(ids), len(comments)), course_id), comments, strict=True):
        viewer: Any = who
        if enrolled := enrolment_for(viewer, course_id):
            scores = {aspect: random.choice((3, 4, 4, 5, 5)) for aspect in ("useful", "clear", "pace")}
            give_survey(enrolled, **scores, comment=comment)


def as_trainer(person_id: int, agency_id: int) -> Any:
    """What the actions need to know of the trainer."""
    return Learner(person_id, "", agency_id, "")
