"""The forms in which a course is made and planned: its texts, steps, sections, glossary, and new lessons. version: of the draft that was seen."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import wtforms
from wtforms import validators

from lms.base import Choice, Day, Form, Whole, at_most, in_language, required
from lms.base import gettext as _
from lms.quizzes import STANDARD

from .folder import CourseSource, OutlineStep

BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and signs by their class, and nothing to be seen
VERSION = re.compile(r"[0-9]{1,9}")


class named(validators.DataRequired):
    """A check: a name is there, with a character that can be seen; `sentence` says of what."""

    def __init__(self, sentence: str) -> None:
        super().__init__(message=sentence)

    def __call__(self, form: Any, field: Any) -> None:
        if not any(unicodedata.category(character)[0] in "LNPS" and character not in BLANK for character in field.data or ""):
            field.data = ""
        super().__call__(form, field)


class OptionalDay(Day):
    """A day, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if any(text.strip() for text in valuelist):
            super().process_formdata(valuelist)
        else:
            self.data = None


class TickedField(wtforms.SelectMultipleField):
    """Things that are ticked in a list; what is not in it was never offered."""

    def pre_validate(self, form: Any) -> None:
        if set(self.data or ()) - {value for value, _label in self.choices}:
            raise validators.ValidationError(_("Anh/Chị chọn một mục trong danh sách."))


class VersionedForm(Form):
    """A form about a course that may be open in two windows."""

    version = wtforms.HiddenField()

    @property
    def seen(self) -> int:
        """The draft version that the page began with; -1 (never current) when it is none."""
        return seen_version(self.version.data)

    def both(self, name: str) -> dict[str, str]:
        """A text in both languages, English perhaps empty."""
        return {language: self[f"{name}_{language}"].data or "" for language in ("vi", "en")}


def seen_version(text: str | None) -> int:
    """A draft version as a form carries it; -1 when it is none."""
    return int(text) if text and VERSION.fullmatch(text) else -1


class CourseForm(Form):
    """A new course."""

    title_vi = wtforms.StringField("Tên khóa học", [named("Anh/Chị nhập tên khóa học."), at_most(200)])
    summary_vi = wtforms.TextAreaField("Tóm tắt", [at_most(500)], render_kw={"rows": 2})
    audience_vi = wtforms.StringField("Dành cho ai", [at_most(300)])
    agency_id = Choice("Đơn vị giữ khóa học", coerce=int)
    key = wtforms.StringField("Mã khóa học", [at_most(16)])

    def offer(self, agencies: Sequence[Any]) -> "CourseForm":
        """Let the viewer choose among these agencies (Branch)."""
        self.agency_id.choices = [(branch.id, "\u2003" * branch.depth + branch.name) for branch in agencies]
        return self


class SettingsForm(VersionedForm):
    """What a course says about itself."""

    title_vi = wtforms.StringField("Tên khóa học", [named("Anh/Chị nhập tên khóa học."), at_most(200)])
    title_en = wtforms.StringField("Tên bằng tiếng Anh (không bắt buộc)", [at_most(200)])
    summary_vi = wtforms.TextAreaField("Tóm tắt", [required("Anh/Chị nhập một hai câu tóm tắt."), at_most(500)], render_kw={"rows": 3})
    summary_en = wtforms.TextAreaField("Tóm tắt bằng tiếng Anh (không bắt buộc)", [at_most(500)], render_kw={"rows": 2})
    audience_vi = wtforms.StringField("Dành cho ai", [required("Anh/Chị ghi khóa học dành cho ai."), at_most(300)])
    audience_en = wtforms.StringField("Dành cho ai, bằng tiếng Anh (không bắt buộc)", [at_most(300)])
    minutes = Whole("Thời lượng (phút)", 1, 6000, is_needed=True)
    hours = Whole("Số tiết quy đổi", 0, 1000, is_needed=True)
    pass_percent = Whole("Ngưỡng đạt (%)", 0, 100, is_needed=True)
    gives_certificate = wtforms.BooleanField("Cấp giấy chứng nhận khi hoàn thành")
    valid_months = Whole("Giấy chứng nhận có hiệu lực (tháng)", 1, 600)
    standards = wtforms.StringField("Mã chuẩn", [at_most(300)])
    prerequisites = TickedField("Khóa học cần hoàn thành trước")

    @classmethod
    def of_course(cls, said: CourseSource, version: int) -> Any:
        """The form filled from a POST, else from what the course says."""
        texts = {
            f"{name}_{language}": getattr(said, name).get(language, "") for name in ("title", "summary", "audience") for language in ("vi", "en")
        }
        names = ("minutes", "hours", "pass_percent", "gives_certificate", "valid_months", "prerequisites")
        numbers = {name: getattr(said, name) for name in names}
        return cls.of_request(**texts, **numbers, standards=", ".join(said.standards), version=str(version))

    def offer(self, courses: Sequence[Any]) -> "SettingsForm":
        """Let other courses be demanded before this one: rows (key, title)."""
        self.prerequisites.choices = [(row.key, f"{in_language(row.title)} ({row.key})") for row in courses]
        return self

    def validate_standards(self, field: wtforms.Field) -> None:
        """Codes of the standards, between commas or spaces."""
        if wrong := [code for code in self.codes() if not STANDARD.fullmatch(code)]:
            raise validators.ValidationError(_("“%(code)s” không đúng dạng. Ví dụ: IU06, CD19, DC4.1.", code=wrong[0][:20]))

    def codes(self) -> list[str]:
        """The codes of the standards that were typed."""
        return list(dict.fromkeys(code for code in re.split(r"[\s,;]+", (self.standards.data or "").upper()) if code))

    def said(self, before: CourseSource) -> CourseSource:
        """What was typed, with what the form does not show."""
        texts: dict[str, Any] = {name: self.both(name) for name in ("title", "summary", "audience")}
        names = ("minutes", "hours", "pass_percent", "gives_certificate", "valid_months")
        wanted = [key for key, _label in self.prerequisites.choices if key in (self.prerequisites.data or ())]
        demanded = before.prerequisites if set(before.prerequisites) == set(wanted) else wanted
        return replace(before, **texts, **{name: self[name].data for name in names}, standards=self.codes(), prerequisites=demanded)


class StepForm(VersionedForm):
    """When a step opens, and whether it may be left out."""

    is_optional = wtforms.BooleanField("Bài tự chọn: không học vẫn hoàn thành được khóa học")
    after = Choice("Mở sau khi xong bước")
    from_on = OptionalDay("Mở từ ngày")
    quiz = Choice("Mở khi đạt điểm ở bài kiểm tra")
    percent = Whole("Từ tỷ lệ đúng (%)", 1, 100)

    @classmethod
    def of_step(cls, step: OutlineStep, version: int) -> Any:
        """The form filled from a POST, else from the step."""
        release = step.release or {}
        score = release.get("score", {})
        opens = date.fromisoformat(release["from"]) if "from" in release else None
        values = {"after": release.get("after", ""), "quiz": score.get("quiz", ""), "percent": score.get("percent")}
        return cls.of_request(is_optional=step.is_optional, from_on=opens, version=str(version), **values)

    def offer(self, before: Sequence[OutlineStep], titles: Mapping[str, str]) -> "StepForm":
        """Let it wait for the steps that stand before it; what it waits for now can stay. `titles`: by "kind:key"."""
        named = [(step.kind, step.key, titles.get(f"{step.kind}:{step.key}", step.key)) for step in before]
        self.after.choices = [("", _("Không chờ bước nào")), *((key, title) for _kind, key, title in named)]
        self.quiz.choices = [("", _("Không chờ điểm")), *((key, title) for kind, key, title in named if kind == "quiz")]
        for field in (self.after, self.quiz):
            if field.object_data and field.object_data not in dict(field.choices):
                field.choices.append((field.object_data, field.object_data))
        return self

    def validate_percent(self, field: wtforms.Field) -> None:
        """A score is waited for in a quiz, from a percentage."""
        if self.quiz.data and field.data is None and not field.process_errors:
            raise validators.ValidationError(_("Anh/Chị nhập tỷ lệ đúng cần đạt, từ 1 đến 100."))
        if field.data is not None and not self.quiz.data:
            raise validators.ValidationError(_("Anh/Chị chọn bài kiểm tra, hoặc để trống ô này."))

    def said(self, step: OutlineStep) -> OutlineStep:
        """The step as it was set."""
        release: dict[str, Any] = {"after": self.after.data, "from": self.from_on.data.isoformat() if self.from_on.data else None}
        release["score"] = {"quiz": self.quiz.data, "percent": self.percent.data} if self.quiz.data else None
        waits = {name: value for name, value in release.items() if value} or None
        return replace(step, is_optional=self.is_optional.data and step.kind == "lesson", release=waits)


class TitleForm(VersionedForm):
    """A name in both languages."""

    title_vi: wtforms.Field
    title_en = wtforms.StringField("Tên bằng tiếng Anh (không bắt buộc)", [at_most(200)])

    @classmethod
    def of_title(cls, title: Mapping[str, str], version: int) -> Any:
        """The form filled from a POST, else from the title."""
        return cls.of_request(title_vi=title.get("vi", ""), title_en=title.get("en", ""), version=str(version))


class SectionForm(TitleForm):
    """The name of a section."""

    title_vi = wtforms.StringField("Tên phần", [named("Anh/Chị nhập tên phần."), at_most(200)])


class LessonNameForm(TitleForm):
    """The name of a lesson."""

    title_vi = wtforms.StringField("Tên bài", [named("Anh/Chị nhập tên bài."), at_most(200)])


class NewLessonForm(Form):
    """A new lesson: its name, the rest is written in the editor."""

    title_vi = wtforms.StringField("Tên bài", [named("Anh/Chị nhập tên bài."), at_most(200)])
    minutes = Whole("Số phút học", 1, 240, is_needed=True)


class CopyForm(Form):
    """A lesson to be copied, and the name of the copy."""

    lesson_id = Choice("Bài cần sao chép", coerce=int)
    title_vi = wtforms.StringField("Tên bài mới", [at_most(200)])

    def offer(self, lessons: Sequence[tuple[int, str]]) -> "CopyForm":
        """Let one of these (id, title with its course) be copied."""
        self.lesson_id.choices = [(0, _("Chọn một bài")), *lessons]
        return self

    def validate_lesson_id(self, field: wtforms.Field) -> None:
        """Some lesson is copied."""
        if not field.data:
            raise validators.ValidationError(_("Anh/Chị chọn bài cần sao chép."))


class TermForm(VersionedForm):
    """A word of the glossary and what it means."""

    term_vi = wtforms.StringField("Thuật ngữ", [named("Anh/Chị nhập thuật ngữ."), at_most(100)])
    term_en = wtforms.StringField("Bằng tiếng Anh (không bắt buộc)", [at_most(100)])
    meaning_vi = wtforms.TextAreaField("Nghĩa là", [required("Anh/Chị nhập nghĩa của thuật ngữ."), at_most(600)], render_kw={"rows": 3})
    meaning_en = wtforms.TextAreaField("Nghĩa bằng tiếng Anh (không bắt buộc)", [at_most(600)], render_kw={"rows": 2})

    @classmethod
    def of_term(cls, term: Mapping[str, Any] | None, version: int) -> Any:
        """The form filled from a POST, else from the term (None: a new one)."""
        texts = {f"{name}_{language}": (term or {}).get(name, {}).get(language, "") for name in ("term", "meaning") for language in ("vi", "en")}
        return cls.of_request(**texts, version=str(version))

    def said(self, key: str) -> dict[str, Any]:
        """The term as a course keeps it."""
        return {"key": key, "term": self.both("term"), "meaning": self.both("meaning")}
