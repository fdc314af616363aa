"""The front page, where each role starts, the language, help and health."""

from pathlib import Path

import pytest

from tests.conftest import make_app
from tests.pages import Visitor


def test_nobody_learns_what_this_is_and_where_to_go(nobody: Visitor) -> None:
    page = nobody.get("/")
    assert "giấy chứng nhận" in page.text and "0222 000 111" in page.text
    assert "/sign-in" in page.links() and "/help" in page.links()
    check = next(form for form in page.all("form") if form.get("action") == "/c")
    assert check.get("method") == "get" and [field.get("name") for field in check.iter("input")] == ["code"]
    assert len(page.statements) == 0


@pytest.mark.parametrize(("who", "start"), [("an", "/study"), ("binh", "/courses"), ("chi", "/reports"), ("dung", "/people")])
def test_each_role_starts_at_its_work(who: str, start: str, request: pytest.FixtureRequest) -> None:
    visitor: Visitor = request.getfixturevalue(who)
    assert visitor.get("/", status=302).response.headers["Location"].rstrip("/") == start
    assert "/study" in visitor.follow("/").links()


def test_the_language_is_remembered(nobody: Visitor) -> None:
    assert nobody.get("/").tree.get("lang") == "vi"
    answer = nobody.post("/language", {"language": "en", "next": "/help?a=1"}, page="/")
    assert answer.status == 302 and answer.response.headers["Location"] == "/help?a=1"
    assert nobody.get("/help").tree.get("lang") == "en"
    nobody.post("/language", {"language": "vi", "next": "/"}, page="/")
    assert nobody.get("/").tree.get("lang") == "vi"


@pytest.mark.parametrize("target", ["https://la.example/", "//la.example", "/\\la.example", "javascript:alert(1)", ""])
def test_the_language_switch_leads_nowhere_else(nobody: Visitor, target: str) -> None:
    answer = nobody.post("/language", {"language": "en", "next": target}, page="/")
    assert answer.response.headers["Location"] == "/"


def test_an_unknown_language_is_vietnamese(nobody: Visitor) -> None:
    nobody.post("/language", {"language": "xx", "next": "/"}, page="/")
    assert nobody.get("/").tree.get("lang") == "vi"


def test_help_answers_five_questions(nobody: Visitor, an: Visitor) -> None:
    for visitor in (nobody, an):
        page = visitor.get("/help")
        assert [str(n) in page.text for n in range(1, 6)] == [True] * 5
        assert len(page.all("h2")) == 6 and "0222 000 111" in page.text


def test_health_is_short_and_says_nothing_private(nobody: Visitor, an: Visitor) -> None:
    for visitor in (nobody, an):
        page = visitor.get("/health")
        assert page.response.get_json() == {"status": "ok", "database": "ok"}
        assert len(page.statements) == 1
        assert page.response.headers["Cache-Control"] == "no-store"


def test_health_without_a_database_is_503(tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path}/nothing/here.sqlite3", tmp_path)
    answer = app.test_client().get("/health")
    assert answer.status_code == 503
    assert answer.get_json() == {"status": "failing", "database": "failing"}
