"""One-time form keys: a repetition gets the first answer, another text is carried out, a key is worth nothing to anybody else."""

from urllib.parse import urlsplit

from tests.cast import World
from tests.pages import Page, Visitor

NEW = {"full_name": "Nguyễn Thị Hà", "staff_kind": "civil_servant"}


def sent(dung: Visitor, form: Page, world: World, **values: str) -> Page:
    """Send the form of this page, with its key."""
    key = next(key for key in form.keys() if not key.startswith("0.0."))
    return dung.knock("POST", "/people/new", data={**NEW, "agency_id": str(world.agencies["XP"]), **values, "_key": key})


def test_going_back_and_sending_another_text_is_carried_out(dung: Visitor, world: World) -> None:
    form = dung.get("/people/new")
    assert "Nguyễn Thị Hà" in sent(dung, form, world).text
    assert "Lê Văn Nam" in sent(dung, form, world, full_name="Lê Văn Nam").text
    assert [dung.get("/people?q=" + name).text.count(name) for name in ("Nguyễn Thị Hà", "Lê Văn Nam")] == [1, 1]


def test_a_slip_sent_for_twice_leads_to_the_persons_page(dung: Visitor, world: World) -> None:
    form = dung.get("/people/new")
    assert sent(dung, form, world).status == 200
    again = sent(dung, form, world)
    assert again.status == 303 and not again.body
    assert dung.get(urlsplit(again.response.headers["Location"]).path).h1 == "Nguyễn Thị Hà"
    assert dung.get("/people?q=Nguyễn Thị Hà").text.count("Nguyễn Thị Hà") == 1


def test_a_key_is_worth_nothing_to_another_person(dung: Visitor, an: Visitor, world: World) -> None:
    key = an.get("/account").key("/account/password")
    assert dung.knock("POST", "/account/sign-out-everywhere", data={"_key": key}).status == 400
    dung.get("/account")


def test_the_answer_of_one_address_is_not_given_at_another(dung: Visitor, world: World) -> None:
    person = f"/people/{world.people['an']}"
    key = dung.get(person).key(f"{person}/suspend")
    assert dung.post(f"{person}/suspend", key=key).status == 302
    assert dung.post(f"{person}/restore", key=key).status == 302
    assert "Đã mở khóa" in dung.get(person).text
