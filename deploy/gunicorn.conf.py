"""Many processes behind nginx: gunicorn -c deploy/gunicorn.conf.py wsgi:app. The worker runs beside it as `flask work`."""

import os
import subprocess
import sys

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("LMS_PROCESSES", "4"))
worker_class = "gthread"
threads = int(os.environ.get("LMS_THREADS", "8"))
timeout = 60
graceful_timeout = 30
limit_request_line = 4094
accesslog = None


def on_starting(_server: object) -> None:
    """Refuse a demonstration database before the first request."""
    if subprocess.run([sys.executable, "-m", "flask", "check-start"], check=False).returncode:
        raise SystemExit(1)
