"""Bank pages: who gets in, new banks, the tree of topics, and finding a question among many."""

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, commit, db
from lms.quizzes import Bank, Question, QuestionVersion, Topic, banks
from lms.site import Audit
from tests.cast import World
from tests.pages import Visitor

from .at_the_editor import NASTY, bank_id, carry_out, choice, newest, question_id, topic_id, typed


@pytest.fixture
def bank(app: Flask) -> str:
    """The address of the bank of M."""
    return f"/quizzes/banks/{bank_id(app)}"


def test_the_start_shows_banks_and_quizzes_in_reach(binh: Visitor, bank: str) -> None:
    page = binh.get("/quizzes")
    assert "Khóa học M" in page.text and "Tỉnh Bắc Sơn" in page.text and "Bài thi cuối khóa" in page.text and "Đang mở" in page.text
    assert bank in page.links()


def test_nobody_else_gets_there(
    app: Flask, an: Visitor, chi: Visitor, giang: Visitor, nobody: Visitor, binh: Visitor, world: World, bank: str
) -> None:
    question, topic = f"/quizzes/questions/{question_id(app)}", f"/quizzes/topics/{topic_id(app)}"
    pages = ["/quizzes", "/quizzes/banks/new", bank, f"{bank}/questions/new", f"{bank}/topics/new", topic]
    pages += [question, f"{question}/edit", f"{question}/versions"]
    posts = [f"{bank}/questions/new", f"{bank}/questions/preview", f"{bank}/topics/new", topic, f"{topic}/move", f"{topic}/delete"]
    posts += [f"{question}/edit", f"{question}/preview", f"{question}/retire", f"{question}/put-back"]
    form = binh.get(f"{bank}/questions/new")
    for address in pages:
        for visitor in (an, chi, giang):
            visitor.get(address, 403)
        nobody.get(address, 302)
    with app.app_context():
        db.session.execute(sa.text("DELETE FROM course_trainer"))
        commit()
    assert "Khóa học M" not in binh.get("/quizzes").text
    for address in pages[2:]:
        binh.get(address, 404)
    for address in posts:
        binh.post(address, typed(form, **choice("Ai?")), page=form, status=404)


def test_a_trainer_of_the_neighbour_reaches_neither_bank_nor_question(app: Flask, chi: Visitor, giang: Visitor, world: World, bank: str) -> None:
    rows = "INSERT INTO role_held (person_id, agency_id, role, from_on) VALUES (:who, :where, 'trainer', '2020-01-01')"
    with app.app_context():
        for who, where in (("giang", "HL"), ("chi", "HT")):
            db.session.execute(sa.text(rows), {"who": world.people[who], "where": world.agencies[where]})
        db.session.execute(sa.update(Bank).values(agency_id=world.agencies["HT"]))
        commit()
    assert "Khóa học M" in chi.get("/quizzes").text, "the bank of the agency is for its trainers"
    chi.get(f"/quizzes/questions/{question_id(app)}/edit")
    assert "Khóa học M" not in giang.get("/quizzes").text
    for address in (bank, f"{bank}/questions/new", f"/quizzes/questions/{question_id(app)}", f"/quizzes/topics/{topic_id(app)}"):
        giang.get(address, 404)


def test_a_bank_is_opened_at_an_agency_in_reach_only(app: Flask, binh: Visitor, world: World) -> None:
    page = binh.get("/quizzes/banks/new")
    for agency in ("HL", "T"):
        answer = binh.post("/quizzes/banks/new", {"title": "Lấn sân", "agency_id": str(world.agencies[agency])}, page=page, status=422)
        assert "chọn một mục trong danh sách" in answer.text
    assert "nhập tên ngân hàng" in binh.post("/quizzes/banks/new", {"title": " ", "agency_id": "x"}, page=page, status=422).text
    for _turn in (1, 2):
        page = binh.get("/quizzes/banks/new")
        fields = {"title": "Câu hỏi của huyện & xã", "agency_id": str(world.agencies["HT"])}
        made = binh.post("/quizzes/banks/new", fields, page=page, status=303).response.headers["Location"]
        shown = binh.get(made)
        assert shown.h1 == "Câu hỏi của huyện & xã" and "chưa có chủ đề" in shown.text
    with app.app_context():
        keys = list(db.session.scalars(sa.select(Bank.key).where(Bank.is_from_folder.is_(False)).order_by(Bank.id)))
        deeds = list(db.session.scalars(sa.select(Audit.action).where(Audit.thing == "bank", Audit.action == "open")))
    assert keys == ["cau-hoi-cua-huyen-xa", "cau-hoi-cua-huyen-xa-2"] and len(deeds) == 2
    assert "thêm một chủ đề trước" in binh.follow(f"{made}/questions/new").text


def add_topic(visitor: Visitor, bank: str, name: str, parent: int = 0) -> int:
    """Add a topic over HTTP; returns its id."""
    address = f"{bank}/topics/new"
    page = visitor.get(address)
    answer = visitor.post(address, {"title_vi": name, "title_en": "", "parent_id": str(parent)}, page=page, status=303)
    return int(answer.response.headers["Location"].rpartition("=")[2])


def change_topic(visitor: Visitor, topic: int, name: str, parent: int, status: int = 303) -> str:
    """Rename or move a topic over HTTP; returns what the page says."""
    address = f"/quizzes/topics/{topic}"
    return visitor.post(address, {"title_vi": name, "title_en": "", "parent_id": str(parent)}, page=visitor.get(address), status=status).text


def test_topics_form_a_tree_without_circles(app: Flask, binh: Visitor, bank: str) -> None:
    upper = add_topic(binh, bank, "Thư điện tử")
    lower = add_topic(binh, bank, "Tệp đính kèm", upper)
    lowest = add_topic(binh, bank, "Tệp nén", lower)
    assert "Anh/Chị chọn một mục" in change_topic(binh, upper, "Thư điện tử", lowest, 422)
    with app.app_context(), pytest.raises(Refused, match="dưới chính nó"):
        banks.change_topic(None, db.session.get_one(Bank, bank_id(app)), upper, "Thư", "", lowest)
    fourth = add_topic(binh, bank, "Mật khẩu tệp nén", lowest)
    assert "sâu nhất 4 cấp" in change_topic(binh, upper, "Thư điện tử", topic_id(app, "lua-dao"), 422)
    assert "Đã có chủ đề" in change_topic(binh, fourth, "thu dien tu", 0, 422)
    change_topic(binh, lower, "Tệp gửi kèm", 0)
    with app.app_context():
        rows = {row.id: (row.title["vi"], row.parent_id) for row in db.session.scalars(sa.select(Topic))}
    assert rows[lower] == ("Tệp gửi kèm", None) and rows[lowest] == ("Tệp nén", lower)


def test_topics_change_places(app: Flask, binh: Visitor, bank: str) -> None:
    second = topic_id(app, "lua-dao")
    address = f"/quizzes/topics/{second}"
    page = binh.get(address)
    binh.post(f"{address}/move", {"to": "up"}, page=page, status=303)
    assert binh.get(bank).text.index("Lừa đảo") < binh.get(bank).text.index("Mật khẩu", binh.get(bank).text.index("Chủ đề"))
    binh.post(f"{address}/move", {"to": "up"}, page=binh.get(address), status=303)
    binh.post(f"{address}/move", {"to": "down"}, page=binh.get(address), status=303)
    with app.app_context():
        assert [row.key for row in db.session.scalars(sa.select(Topic).order_by(Topic.position))] == ["mat-khau", "lua-dao"]


def test_only_an_empty_topic_is_deleted(app: Flask, binh: Visitor, bank: str) -> None:
    full, upper = topic_id(app), add_topic(binh, bank, "Trên")
    lower = add_topic(binh, bank, "Dưới", upper)
    for topic, why in ((full, "còn câu hỏi"), (upper, "còn chủ đề con")):
        assert why in binh.post(f"/quizzes/topics/{topic}/delete", page=binh.get(f"/quizzes/topics/{topic}"), status=422).text
    carry_out(app, lambda: db.session.execute(sa.update(Question).where(Question.topic_id == full).values(topic_id=upper)))
    assert "bài kiểm tra lấy câu" in binh.post(f"/quizzes/topics/{full}/delete", page=binh.get(f"/quizzes/topics/{full}"), status=422).text
    binh.post(f"/quizzes/topics/{lower}/delete", page=binh.get(f"/quizzes/topics/{lower}"), status=303)
    binh.get(f"/quizzes/topics/{lower}", 404)


def test_a_topic_shows_the_questions_of_those_below_it(app: Flask, binh: Visitor, bank: str) -> None:
    upper = add_topic(binh, bank, "Trên hết")
    change_topic(binh, topic_id(app), "Mật khẩu", upper)
    assert "m01-01" in binh.get(f"{bank}?topic={upper}").text
    assert "m01-01" not in binh.get(f"{bank}?topic={topic_id(app, 'lua-dao')}").text
    binh.get(f"{bank}?topic=99999", 404)


def many(app: Flask, count: int) -> None:
    """So many more questions in the bank of M."""
    with app.app_context():
        version = db.session.scalars(sa.select(QuestionVersion).join(Question).where(Question.key == "m01-01")).one()
        model = db.session.get_one(Question, version.question_id)
        names = ("bank_id", "topic_id", "use", "is_scenario", "state", "is_edited", "facility_of")
        for n in range(count):
            own = {"key": f"nhieu-{n}", "search": f"nhieu-{n} cau so {n}", "difficulty": ("easy", "medium", "hard")[n % 3], "version_number": 1}
            tags, standards = [f"nhãn {n % 7}", "chung"], ["IU06"] if n % 5 == 0 else []
            row = Question(**{name: getattr(model, name) for name in names}, **own, tags=tags, standards=standards)
            db.session.add(row)
            db.session.flush()
            said = {"kind": version.kind, "body": version.body, "digest": version.digest, "made_at": version.made_at}
            db.session.add(QuestionVersion(question_id=row.id, number=1, **said))
        commit()


def test_many_questions_take_no_more_statements_than_few(app: Flask, binh: Visitor, bank: str) -> None:
    few = len(binh.get(bank).statements)
    many(app, 130)
    page = binh.get(bank)
    assert len(page.statements) == few <= 10 and "Trang 1 / 3" in page.text
    assert "Trang 3 / 3" in binh.get(f"{bank}?page=99").text
    assert "Trang 2 / 3" in binh.get(f"{bank}?page=2").text
    second = binh.get(f"{bank}?tag=chung&page=2")
    assert f"{bank}?tag=chung&page=1" in second.links() and "nhieu-51" in second.text
    assert len(binh.get("/quizzes").statements) <= 10


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("q=CÂU+số+12", 12),
        ("q=%25", 0),
        ("tag=nh%C3%A3n+3", 19),
        ("standard=IU06", 26),
        ("difficulty=hard&q=nhieu", 43),
        ("kind=truefalse", 1),
        ("use=self-check", 1),
        ("state=retired", 0),
        ("difficulty=nonsense&state=nonsense&page=x&topic=y&kind=nonsense&tag=nonsense", 141),
    ],
)
def test_questions_are_found_by_every_sign(app: Flask, binh: Visitor, bank: str, asked: str, count: int) -> None:
    many(app, 130)
    told = next(line.text or "" for line in binh.get(f"{bank}?{asked}").all("p") if (line.text or "").strip().endswith(("câu", "câu ·")))
    assert told.split()[0] == str(count)


def test_nothing_typed_into_banks_and_topics_becomes_markup(app: Flask, binh: Visitor, bank: str) -> None:
    topic = add_topic(binh, bank, NASTY)
    change_topic(binh, topic, f"{NASTY} hai", 0)
    page = binh.get("/quizzes/banks/new")
    made = binh.post("/quizzes/banks/new", {"title": NASTY, "agency_id": page_choice(page)}, page=page, status=303).response.headers["Location"]
    for address in (made, bank, f"/quizzes/topics/{topic}", f"{bank}/questions/new", "/quizzes", f"{bank}?q={NASTY}&tag={NASTY}"):
        html = binh.get(address).html
        assert "<script>alert" not in html and "<b onclick" not in html
    assert newest(app)


def page_choice(page: object) -> str:
    """The first agency of the list."""
    return str(next(option.get("value") for select in page.all("select") for option in select.iter("option")))  # type: ignore[attr-defined]
