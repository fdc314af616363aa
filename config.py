"""Every setting of the platform: one line, one comment, read from the environment."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent
INSECURE_KEY = "chi-dung-khi-trinh-dien"


def _number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdigit():
        raise SystemExit(f"{name}: đặt một số nguyên, ví dụ {default} (đang là “{text}”).")
    return int(text)


def _word(name: str, *words: str) -> str:
    text = os.environ.get(name) or words[0]
    if text not in words:
        raise SystemExit(f"{name}: chỉ nhận {', '.join(words)} (đang là “{text}”).")
    return text


def from_environment() -> dict[str, object]:
    """The settings of this process. Values are plain strings, numbers and paths; nothing is opened or created."""
    env = os.environ.get
    data = Path(env("LMS_DATA") or ROOT / "var").resolve()
    return {
        "MODE": env("LMS_MODE", "production"),  # "demo" (make run, loopback only), "test", or "production"
        "SECRET_KEY": env("LMS_SECRET_KEY", INSECURE_KEY),  # signs cookies and form keys; production refuses the default
        "DATA_KEY": env("LMS_DATA_KEY", ""),  # seals personal numbers and authenticator secrets in the database; empty: made from SECRET_KEY
        "DATA": data,  # folder of the SQLite file, uploaded files and backups
        "SQLALCHEMY_DATABASE_URI": env("LMS_DATABASE", f"sqlite:///{data / 'lms.sqlite3'}"),  # or postgresql+psycopg://…
        "FILES": Path(env("LMS_FILES") or data / "files"),  # where pictures and downloads are kept, by content hash
        "HOST": env("LMS_HOST", "127.0.0.1"),  # address the server listens on
        "PORT": _number("PORT", 8000),  # port the server listens on
        "PUBLIC_URL": env("LMS_PUBLIC_URL", ""),  # address printed in QR codes; empty: the address of the request
        "BEHIND_PROXY": env("LMS_BEHIND_PROXY", "0") == "1",  # trust X-Forwarded-* of exactly one proxy
        "SECURE_COOKIES": env("LMS_SECURE_COOKIES", "0") == "1",  # cookies over https only
        "DEMO_PASSWORD": env("LMS_DEMO_PASSWORD", "hoc-moi-ngay-2026"),  # of the demonstration cast; never used in production
        "SITE_NAME": env("LMS_SITE_NAME", "Lớp học công vụ"),  # name in the header and in titles
        "HELP_NAME": env("LMS_HELP_NAME", "Bộ phận hỗ trợ"),  # whom to call when the agency names nobody
        "HELP_PHONE": env("LMS_HELP_PHONE", ""),  # telephone of the same
        "TWO_FACTOR": _word("LMS_TWO_FACTOR", "required", "offered"),  # "required": administrators must set it up; "offered": nobody must
        "COURSE_MEGABYTES": _number("LMS_COURSE_MEGABYTES", 200),  # what the files of one course may weigh together
        "COURSE_FILES": _number("LMS_COURSE_FILES", 500),  # how many files one course may have
        "THREADS": _number("LMS_THREADS", 8),  # request threads of the one-machine server
        "DEBUG": env("FLASK_DEBUG", "0") not in ("", "0", "false"),  # production refuses it
    }
