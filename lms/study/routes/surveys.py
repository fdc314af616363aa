"""The survey at the end of a course, and what it says to the trainers."""

import wtforms
from flask import abort, flash
from flask.typing import ResponseReturnValue
from wtforms import validators

from lms.base import LEARNERS, TRAINERS, Entry, Form, Refused, at_most, page, viewer
from lms.base import gettext as _
from lms.courses import taught_course

from .. import queries, surveys
from .places import to_course
from .room import room

room.links.setdefault("course", []).append(Entry("Ý kiến học viên", "study.opinions", TRAINERS, 75))
CHOOSE = "Anh/Chị chọn một mức, từ 1 đến 5."


def _scale(label: str, low: str, high: str) -> wtforms.RadioField:
    choices = [wtforms.SelectChoice(score, label) for score, label in enumerate((low, "2", "3", "4", high), 1)]
    return wtforms.RadioField(label, [validators.InputRequired(CHOOSE)], choices=choices, coerce=_whole, validate_choice=False)


def _whole(text: object) -> int | None:
    return int(str(text)) if str(text) in {"1", "2", "3", "4", "5"} else None


class SurveyForm(Form):
    """Three scores and a few words."""

    useful = _scale("Khóa học có ích cho công việc của Anh/Chị không?", "1 – chưa có ích", "5 – rất có ích")
    clear = _scale("Nội dung có dễ hiểu không?", "1 – khó hiểu", "5 – rất dễ hiểu")
    pace = _scale("Thời gian học có phù hợp không?", "1 – không phù hợp", "5 – rất phù hợp")
    comment = wtforms.TextAreaField("Anh/Chị muốn góp ý thêm điều gì?", [at_most(2000)], render_kw={"rows": 4})

    def scores(self) -> dict[str, int] | None:
        """The three scores, or None when one is missing."""
        found = {aspect: self[aspect].data for aspect in surveys.ASPECTS}
        for aspect, score in found.items():
            if score is None:
                self[aspect].errors = [_(CHOOSE)]
        return None if None in found.values() else found


@room.route("/courses/<int:course_id>/survey", to=LEARNERS)
def survey(course_id: int) -> ResponseReturnValue:
    enrolment = queries.enrolment_for(viewer(), course_id) or abort(404)
    if not surveys.is_survey_open(enrolment):
        return to_course(course_id)
    return page("study/survey.html", enrolment=enrolment, form=SurveyForm.of_request())


@room.route("/courses/<int:course_id>/survey", to=LEARNERS, methods=["POST"], once=False)
def give(course_id: int) -> ResponseReturnValue:
    enrolment = queries.enrolment_for(viewer(), course_id) or abort(404)
    form = SurveyForm.of_request()
    scores = form.scores()
    if not form.validate() or scores is None:
        form.scores()
        return page("study/survey.html", 422, enrolment=enrolment, form=form)
    try:
        surveys.give_survey(enrolment, **scores, comment=form.comment.data or "")
    except Refused as refused:
        flash(refused.sentence, "warn")
    else:
        flash(_("Cảm ơn Anh/Chị đã góp ý. Ý kiến được lưu không kèm tên."))
    return to_course(course_id)


@room.route("/teaching/<int:id>/survey", to=TRAINERS)
def opinions(id: int) -> ResponseReturnValue:
    course = taught_course(viewer(), id) or abort(404)
    return page("study/opinions.html", course=course, opinions=surveys.opinions_of(id), fewest=surveys.FEWEST)
