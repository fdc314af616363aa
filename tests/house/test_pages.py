"""Pages: safe headers everywhere, small assets, honest ETags, GET never writes, error pages without a database."""

import re
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

import lms
from lms import create_app
from lms.base import assets, db
from lms.site import database_refusal
from tests.pages import Visitor

pytestmark = pytest.mark.house
TEMPLATES = sorted(Path(lms.__file__).parent.rglob("*.html"))


def test_style_and_script_of_the_whole_site_weigh_at_most_40_kb() -> None:
    assert sum(len(asset.gz) for asset in assets().values()) <= 40_000


def test_every_answer_carries_the_safe_headers(nobody: Visitor, an: Visitor) -> None:
    for visitor, path in ((nobody, "/"), (nobody, "/khong-co"), (nobody, "/health"), (an, "/study"), (an, "/people")):
        headers = visitor.knock("GET", path).response.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.parent.name}/{path.name}")
def test_templates_keep_the_rules(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\|\s*safe\b", text), "Markup is made in base only"
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", text), "no inline script or style"
    for form in re.findall(r"<form[^>]*method=.post.*?</form>", text, re.S | re.I):
        assert "hidden_key(" in form, "every form carries a key"
    assert "queries." not in text and "db." not in text


def test_an_unchanged_page_is_not_sent_again(an: Visitor) -> None:
    first = an.get("/study")
    again = an.knock("GET", "/study", headers={"If-None-Match": first.response.headers["ETag"]})
    assert again.status == 304


@pytest.mark.parametrize("path", ["/study", "/study/courses", "/help"])
def test_head_says_what_get_would_say(an: Visitor, path: str) -> None:
    read, asked = an.knock("GET", path).response.headers, an.knock("HEAD", path).response.headers
    for name in ("ETag", "Content-Length", "Content-Type"):
        assert asked[name] == read[name]


def test_head_leads_nobody_to_sign_in_like_get(nobody: Visitor) -> None:
    assert nobody.knock("HEAD", "/study").response.headers["Location"] == nobody.knock("GET", "/study").response.headers["Location"]


def test_too_many_fields_are_said_to_be_too_many(nobody: Visitor) -> None:
    form = {f"field-{number}": "1" for number in range(3000)}
    page = nobody.knock("POST", "/sign-in", data=form)
    assert page.status == 413 and "quá lớn" in page.html


def test_get_cannot_write(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(sa.exc.DBAPIError):
        db.session.execute(sa.text("UPDATE agency SET position = 9"))


def test_a_post_without_a_key_changes_nothing(an: Visitor) -> None:
    assert an.knock("POST", "/sign-out").status == 400
    an.get("/study")


def test_error_pages_need_no_database(tmp_path: Path) -> None:
    app = create_app(MODE="demo", SQLALCHEMY_DATABASE_URI="postgresql+psycopg://nobody@127.0.0.1:1/none", DATA=tmp_path, FILES=tmp_path)
    client = app.test_client()
    for path, status in (("/khong-co", 404), ("/assets/khong-co", 404)):
        answer = client.get(path)
        assert answer.status_code == status
        assert "Không tìm thấy trang" in answer.text
    assert client.delete("/health").status_code == 405
    assert client.get("/health").status_code == 503


def test_making_the_app_touches_neither_network_nor_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("network")

    monkeypatch.setattr("socket.socket.connect", refuse)
    app = create_app(MODE="test", DATA=tmp_path / "none", SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/none/x.sqlite3")
    assert app and not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"MODE": "production", "SECRET_KEY": "x"}, "LMS_SECRET_KEY"),
        ({"MODE": "production", "SECRET_KEY": "k" * 40, "DEBUG": True}, "FLASK_DEBUG"),
        ({"MODE": "demo", "HOST": "0.0.0.0"}, "LMS_HOST"),
        ({"MODE": "prod"}, "LMS_MODE"),
    ],
)
def test_unsafe_settings_are_refused_with_a_sentence(settings: dict[str, object], sentence: str) -> None:
    with pytest.raises(SystemExit, match=sentence):
        create_app(**settings)


def test_a_database_without_its_migrations_is_refused_with_a_sentence(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/var/lms.sqlite3"
    app = create_app(MODE="test", SECRET_KEY="k" * 40, DATA=tmp_path, FILES=tmp_path, SQLALCHEMY_DATABASE_URI=address)
    assert "flask db upgrade" in database_refusal(app)
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
    assert database_refusal(app) == ""
