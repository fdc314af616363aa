"""Whatever is sent: a sentence and the right status, never an error of ours; a database that is away is busy, not broken."""

import logging

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from lms.base import db
from lms.base import request as requests
from lms.base.db import is_busy
from tests.pages import Visitor


@pytest.mark.parametrize("path", ["/people?q=%00", "/site/audit?actor=a%00", "/site/audit?action=%00", "/certificates/register?q=%00", "/c/%00"])
def test_a_nul_in_an_address_is_no_error_of_ours(dung: Visitor, path: str) -> None:
    assert dung.get(path, 404).h1 == "Không tìm thấy trang"


def test_a_nul_in_the_name_of_a_file_or_a_search_is_no_error_of_ours(an: Visitor) -> None:
    for path in ("/study/courses?q=%00", "/courses/1/files/%00/%00", "/study/courses/1/lessons/%00"):
        an.get(path, 404)


def test_a_cookie_of_strange_letters_is_nobody(app: Flask) -> None:
    environ = EnvironBuilder(path="/account").get_environ() | {"HTTP_COOKIE": "remember_token=x|\xe9; lms=\xff"}
    _body, status, _headers = run_wsgi_app(app, environ)
    assert status.startswith("302")


def test_a_form_that_is_far_too_long_is_refused_with_a_sentence(nobody: Visitor) -> None:
    answer = nobody.knock("POST", "/sign-in", data="a=" + "x" * 1_100_000, content_type="application/x-www-form-urlencoded")
    assert (answer.status, answer.h1) == (413, "Nội dung gửi lên quá lớn")


def test_what_is_wrong_with_a_request_is_not_called_an_error_of_ours(an: Visitor) -> None:
    key = an.get("/study").keys()[0]
    answer = an.knock("POST", "/study/attempts/1/answers", data="x", content_type="text/plain", headers={"X-Form-Key": key})
    assert (answer.status, answer.h1) == (415, "Yêu cầu không đúng dạng")


def test_what_people_typed_stands_in_no_error_of_the_database(app: Flask) -> None:
    with app.app_context(), pytest.raises(sa.exc.DBAPIError) as caught:
        db.session.execute(sa.text("SELECT no_such_column WHERE 'x' = :secret"), {"secret": "bi-mat-2026"})
    assert "bi-mat-2026" not in str(caught.value)


@pytest.mark.parametrize("sentence", ["database is locked", "deadlock detected", "connection failed: refused", "server closed the connection"])
def test_a_database_that_is_busy_or_away_is_waited_for(sentence: str) -> None:
    assert is_busy(sa.exc.OperationalError("", {}, Exception(sentence)))
    assert not is_busy(sa.exc.OperationalError("", {}, Exception("no such table: person")))
    assert is_busy(sa.exc.TimeoutError("QueuePool limit"))


def test_a_commit_that_finds_the_database_busy_asks_to_wait_and_forgets_nobody(
    an: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble() -> None:
        raise sa.exc.OperationalError("", {}, Exception("deadlock detected"))

    page = an.get("/account")
    monkeypatch.setattr(requests, "_before_commit", [stumble])
    with caplog.at_level(logging.CRITICAL):
        answer = an.post("/account/sign-out-everywhere", page=page, status=503)
    assert answer.response.headers["Retry-After"] == "3" and answer.h1 == "Hệ thống đang bận"
    monkeypatch.undo()
    an.get("/account")
