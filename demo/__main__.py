"""`make run`: migrate, load the courses, fill the demonstration district when the database is empty, serve."""

import sys
import time
from pathlib import Path

import flask_migrate
from flask import Flask

from lms import create_app
from lms.agencies import agency_by_code, agency_name_on
from lms.base import clock
from lms.site import serve

from .district import HELP_NAME, HELP_PHONE, fill, is_empty, load_courses
from .staff import NEW_SCHOOL
from .staff_list import write_staff_list

PEOPLE = (
    ("an", "Nguyễn Thị An", "học viên, Xã An Phúc"),
    ("binh", "Trần Văn Bình", "giảng viên"),
    ("chi", "Lê Thị Chi", "quản lý đơn vị, cả thị xã"),
    ("dung", "Phạm Tiến Dũng", "quản trị hệ thống, cả thị xã"),
    ("mai", "Đỗ Thị Mai", "hiệu trưởng, quản trị một trường chưa có danh sách"),
    ("long", "Ngô Đức Long", "quản trị cả tỉnh: mọi đơn vị, nhật ký và trang Thiết lập"),
    ("giang", "Vũ Thị Giang", "quản lý huyện bên cạnh, không thấy gì của thị xã"),
)


def _say(text: str) -> None:
    print(f"\r\033[K  · {text}" if sys.stdout.isatty() else f"  · {text}", end="" if sys.stdout.isatty() else "\n", flush=True)


def _prepare(app: Flask) -> Path:
    """Migrate, load, fill; answers where the list for trying the import stands."""
    Path(app.config["DATA"]).mkdir(parents=True, exist_ok=True)
    print("· Chuẩn bị cơ sở dữ liệu …", flush=True)
    with app.app_context():
        flask_migrate.upgrade()
    if is_empty(app):
        print("· Tạo dữ liệu trình diễn (chừng một phút, chỉ lần đầu) …", flush=True)
        start = time.monotonic()
        fill(app, str(app.config["DEMO_PASSWORD"]), _say)
        _say(f"xong sau {time.monotonic() - start:.0f} giây\n")
    else:
        load_courses(app, _say)
    with app.app_context():
        school_id = agency_by_code(NEW_SCHOOL)
        school = agency_name_on(school_id, clock.today()) if school_id else ""
    return write_staff_list(Path(app.config["DATA"]), school)


def main() -> None:
    """Prepare, say where to click and who to be, serve until Ctrl+C."""
    app = create_app(MODE="demo", HOST="127.0.0.1", TWO_FACTOR="offered")
    if not app.config["HELP_PHONE"]:
        app.config.update(HELP_NAME=HELP_NAME, HELP_PHONE=HELP_PHONE)
    staff_list = _prepare(app)
    print(f"\nMở trình duyệt tại  http://127.0.0.1:{app.config['PORT']}/\n\nMật khẩu của mọi người: {app.config['DEMO_PASSWORD']}")
    for username, name, part in PEOPLE:
        print(f"  {username:<7} {name:<16} {part}")
    print("\nBản trình diễn không bắt buộc xác thực hai lớp; ai cũng bật thử được ở trang Tài khoản. Bản chạy thật bắt buộc với quản trị.")
    print(f"\nThử nhập danh sách Excel: đăng nhập bằng mai, mở Cán bộ → Nhập danh sách cán bộ, chọn tệp {staff_list}")
    print("\nDừng lại: bấm Ctrl+C.\n", flush=True)
    serve(app)


if __name__ == "__main__":
    main()
