"""Questions of a file come into a bank: all or nothing, once, and never into the bank of a course folder."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, commit, db
from lms.quizzes import FORMATS, Bank, BankReport, Found, ImportReport, Question, QuestionVersion, Topic, import_questions, load_bank, questions_of
from lms.site import Audit
from tests.cast import World

from ..face.sitting import TOPICS, load, question

TEXT = "Câu 1. Hỏi {n}?\n*A. a\nB. b\nC. c\n\nCâu 2. Phải.\nĐáp án: Đúng\nMức độ: Khó\n"


def found(name: str = "plain", text: str = TEXT) -> list[Found]:
    """The questions of a text."""
    read = FORMATS[name].read(text.encode())
    assert read.faults == []
    return read.questions


def put(app: Flask, agency_id: int, questions: list[Found] | None = None, bank: str = "ngan-hang", topic: str = "mot", **more: Any) -> ImportReport:
    """Import in a transaction of its own."""
    with app.app_context():
        report = import_questions(None, bank, agency_id, topic, found() if questions is None else questions, **more)
        commit()
        return report


def counts(app: Flask) -> list[int | None]:
    """How many rows there are of everything that an import may write."""
    with app.app_context():
        return [db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Bank, Topic, Question, QuestionVersion, Audit)]


def test_a_new_bank_and_topic_are_made_and_one_line_stands_in_the_trail(app: Flask, world: World) -> None:
    before = counts(app)
    report = put(app, world.agencies["T"])
    assert (report.new, report.same) == (2, 0)
    assert [after - was for after, was in zip(counts(app), before, strict=True) if after is not None and was is not None] == [1, 1, 2, 2, 1]
    with app.app_context():
        line = db.session.scalars(sa.select(Audit).order_by(Audit.id.desc()).limit(1)).one()
        assert (line.action, line.thing, line.thing_id, line.details["new"]) == ("import", "bank", report.bank_id, 2)
        rows = db.session.execute(sa.select(Question.key, Question.difficulty).order_by(Question.id)).all()[-2:]
        assert all(row.key.startswith("g-") for row in rows) and [row.difficulty for row in rows] == ["medium", "hard"]


def test_the_same_file_again_changes_nothing_in_any_format(app: Flask, world: World) -> None:
    put(app, world.agencies["T"])
    before = counts(app)
    assert put(app, world.agencies["T"], difficulty="easy").same == 2
    with app.app_context():
        questions = questions_of("ngan-hang")
    for name in ("gift", "moodle-xml", "plain", "excel"):
        again = FORMATS[name].read(FORMATS[name].write(questions).content)
        report = put(app, world.agencies["T"], again.questions)
        assert (again.faults, report.new, report.same) == ([], 0, 2), name
    assert counts(app) == before
    assert put(app, world.agencies["T"], found() + found(text=TEXT.replace("{n}", "khác")), topic="hai").new == 1


def test_a_question_that_was_changed_since_is_not_brought_back(app: Flask, world: World) -> None:
    put(app, world.agencies["T"])
    with app.app_context():
        db.session.execute(sa.update(Question).where(Question.key.startswith("g-")).values(state="retired"))
        commit()
    assert (put(app, world.agencies["T"]).new, put(app, world.agencies["T"]).same) == (0, 2)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bank": "Q"}, "Khóa “Q”"),
        ({"topic": "Chủ đề"}, "Khóa “Chủ đề”"),
        ({"difficulty": "dễ"}, "`difficulty`"),
        ({"questions": []}, "Không có câu hỏi"),
        ({"questions": [*found(), Found({"kind": "single", "text": "x"}, "dòng 9")]}, "dòng 9"),
    ],
)
def test_what_is_refused_leaves_nothing(app: Flask, world: World, changes: dict[str, Any], said: str) -> None:
    before = counts(app)
    with pytest.raises(Refused, match=said):
        put(app, world.agencies["T"], **changes)
    assert counts(app) == before


def test_the_bank_of_another_agency_is_refused(app: Flask, world: World) -> None:
    put(app, world.agencies["T"], title="Ngân hàng chung")
    before = counts(app)
    with pytest.raises(Refused, match="đơn vị khác"):
        put(app, world.agencies["XP"])
    assert counts(app) == before
    with app.app_context():
        assert db.session.scalar(sa.select(Bank.title).where(Bank.key == "ngan-hang")) == {"vi": "Ngân hàng chung", "en": "Ngân hàng chung"}


def test_questions_that_were_put_into_the_bank_of_a_course_folder_stay_when_it_is_loaded_again(app: Flask, world: World) -> None:
    with app.app_context():
        assert load_folder_bank(world.agencies["T"]).new == 1
    assert put(app, world.agencies["T"], bank="khoa").new == 2
    before = counts(app)
    with app.app_context():
        again = load_folder_bank(world.agencies["T"])
    assert (again.new, again.changed, again.retired, again.same) == (0, 0, 0, 1) and counts(app) == before


def load_folder_bank(agency_id: int) -> BankReport:
    """A bank as a course folder loads it."""
    report = load_bank(None, "khoa", agency_id, TOPICS, [question("k-1", "mot")], [])
    commit()
    return report


def test_a_bank_goes_out_as_a_course_folder_holds_it(app: Flask, world: World, loaded: BankReport) -> None:
    with app.app_context():
        questions = questions_of("Q", "mot")
    assert {raw["topic"] for raw in questions} == {"mot"} and all(raw["lesson"] == "01-bai" for raw in questions)
    back = FORMATS["gift"].read(FORMATS["gift"].write(questions).content)
    assert [one.raw for one in back.questions] == [{name: value for name, value in raw.items() if name not in ("key", "topic")} for raw in questions]
    assert load(app, world.agencies["T"]).same == 19


def run(app: Flask, *words: str) -> tuple[int, str]:
    """(exit code, output) of a command."""
    result = app.test_cli_runner().invoke(args=["quizzes", *words])
    return result.exit_code, result.output


def test_the_command_shows_first_and_writes_with_yes(app: Flask, world: World, tmp_path: Path) -> None:
    file, options = tmp_path / "cau.txt", ["--bank", "ngan-hang", "--agency", "T", "--topic", "mot"]
    file.write_text(TEXT, "utf-8")
    before = counts(app)
    code, said = run(app, "import", str(file), *options)
    assert code == 0 and "2 câu hỏi, 0 lỗi" in said and "chưa có giải thích" in said and "--yes" in said
    assert counts(app) == before
    code, said = run(app, "import", str(file), *options, "--yes", "--difficulty", "easy")
    assert code == 0 and "2 câu mới" in said
    for name in ("ra.gift", "ra.xml", "ra.txt", "ra.xlsx"):
        code, said = run(app, "export", "ngan-hang", str(tmp_path / name))
        assert code == 0, said
        assert "2 câu đã có" in run(app, "import", str(tmp_path / name), *options, "--yes")[1]
    code, said = run(app, "export", "ngan-hang", str(tmp_path / "ra.aiken"))
    assert code == 0 and "Không giữ được: câu 2" in said


def test_the_command_writes_nothing_when_there_are_faults(app: Flask, world: World, tmp_path: Path) -> None:
    file, options = tmp_path / "cau.txt", ["--bank", "ngan-hang", "--agency", "T", "--topic", "mot"]
    file.write_text(TEXT.replace("*A", "A"), "utf-8")
    before = counts(app)
    code, said = run(app, "import", str(file), *options, "--yes")
    assert code == 1 and "Lỗi: dòng 1: Câu này chưa có đáp án." in said and counts(app) == before
    assert run(app, "import", str(tmp_path / "khong.txt"), *options)[0] == 1
    assert run(app, "import", str(file), "--bank", "x", "--agency", "khong", "--topic", "mot")[0] == 1
    assert run(app, "export", "khong-co", str(tmp_path / "x.gift"))[0] == 1
    assert "Không rõ định dạng" in run(app, "export", "khong-co", str(tmp_path / "x.doc"))[1]


def test_the_template_is_written_and_can_be_imported(app: Flask, world: World, tmp_path: Path) -> None:
    file = tmp_path / "mau.xlsx"
    assert run(app, "template", str(file))[0] == 0
    code, said = run(app, "import", str(file), "--bank", "mau", "--agency", "T", "--topic", "mot", "--yes")
    assert code == 0 and "6 câu mới" in said


def test_a_course_folder_does_not_take_over_a_bank_of_imported_questions(app: Flask, world: World) -> None:
    put(app, world.agencies["T"])
    with app.app_context(), pytest.raises(Refused, match="ngân hàng câu hỏi riêng"):
        load_bank(None, "ngan-hang", world.agencies["T"], TOPICS, [question("k-1", "mot")], [])
