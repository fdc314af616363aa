"""What goes wrong is said in one sentence: `Refused`, and error pages drawn without database."""

import logging
import secrets
from http import HTTPStatus

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, jsonify, request
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError, ServiceUnavailable

from .db import is_busy
from .words import gettext as _
from .words import wants_json

logger = logging.getLogger("lms")


class Refused(Exception):
    """An action will not do it; `sentence` tells the person why and what to do. The page comes back with all that was typed."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class StaleForm(BadRequest):
    """A form without a key of ours, or with one that is too old."""


SAID = (400, 401, 403, 404, 405, 413, 429, 503)


def _nearest(status: int) -> int:
    """A status for which there is a sentence: what is wrong with a request (415, 431 …) is said as for 400."""
    return 400 if 400 <= status < 500 and status not in SAID else status


def _sentence(error: HTTPException) -> tuple[str, str]:
    if isinstance(error, StaleForm):
        return _("Trang này đã cũ"), _("Anh/Chị mở lại trang rồi gửi lần nữa. Những gì chưa gửi vẫn ở trang trước, bấm Quay lại để chép.")
    if error.code == HTTPStatus.UNAUTHORIZED and request.method == "POST" and not wants_json():
        kept = _("Phiên làm việc đã kết thúc. Những gì vừa nhập vẫn ở trang trước: Anh/Chị bấm Quay lại để chép, rồi đăng nhập lại và gửi.")
        return _("Anh/Chị cần đăng nhập"), kept
    return {
        400: (_("Yêu cầu không đúng dạng"), _("Hệ thống không đọc được yêu cầu này. Anh/Chị quay lại trang trước và thử lại.")),
        401: (_("Anh/Chị cần đăng nhập"), _("Phiên làm việc đã kết thúc. Anh/Chị đăng nhập lại rồi tiếp tục.")),
        403: (_("Trang này không dành cho vai trò của Anh/Chị"), _("Nếu công việc cần đến trang này, Anh/Chị liên hệ quản trị của đơn vị.")),
        404: (_("Không tìm thấy trang"), _("Địa chỉ có thể bị gõ sai, hoặc trang không thuộc phạm vi của Anh/Chị.")),
        405: (_("Trang này không nhận thao tác đó"), _("Anh/Chị quay lại trang trước và bấm nút trên trang.")),
        413: (_("Nội dung gửi lên quá lớn"), _("Anh/Chị chia nhỏ hoặc giảm dung lượng rồi gửi lại.")),
        429: (_("Anh/Chị thao tác quá nhanh"), _("Anh/Chị đợi một lát rồi thử lại.")),
        503: (_("Hệ thống đang bận"), _("Chưa có gì bị mất. Anh/Chị đợi vài giây rồi bấm tải lại trang.")),
    }.get(_nearest(error.code or 500), (_("Hệ thống gặp lỗi"), _("Chưa có gì bị ghi dở. Anh/Chị thử lại; nếu vẫn lỗi, gọi hỗ trợ và đọc mã lỗi.")))


def error_answer(error: HTTPException) -> Response:
    """The error as a page, or as JSON for our own scripts. Uses no database."""
    status = error.code or 500
    title, sentence = _sentence(error)
    code = g.get("error_code", "")
    if wants_json():
        answer = jsonify(error=sentence, code=code)
    else:
        page = current_app.jinja_env.get_template("base/error.html")
        answer = Response(page.render(title=title, sentence=sentence, code=code, status=status), content_type="text/html; charset=utf-8")
    answer.status_code = status
    if status in (429, 503):
        answer.headers["Retry-After"] = str(getattr(error, "retry_after", None) or 3)
    if status == HTTPStatus.METHOD_NOT_ALLOWED and getattr(error, "valid_methods", None):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return answer


def _http_error(error: HTTPException) -> HTTPException | Response:
    cause = getattr(error, "original_exception", None)  # raised after the view, by the commit
    if isinstance(cause, sa.exc.SQLAlchemyError):
        return _database_error(cause)
    return error if error.response is not None or (error.code or 500) < 400 else error_answer(error)


def _database_error(error: sa.exc.SQLAlchemyError) -> Response:
    if is_busy(error):
        return error_answer(ServiceUnavailable())
    return _unforeseen(error)


def _unforeseen(error: Exception) -> Response:
    g.error_code = secrets.token_hex(4)
    logger.error("error %s at %s %s", g.error_code, request.method, request.path, exc_info=error)
    if current_app.config["MODE"] == "test":
        raise error
    return error_answer(InternalServerError())


def draw_errors(app: Flask) -> None:
    """Every error of the application is drawn here."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(sa.exc.SQLAlchemyError, _database_error)
    app.register_error_handler(Exception, _unforeseen)
