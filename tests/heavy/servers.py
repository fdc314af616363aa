"""The real server as a child process, in production settings, that tests and the benchmark start, stop and kill."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS, STOP_SECONDS = 30, 45
SECRET_KEY = "khoa-cua-may-chu-thu-" + "7" * 32  # of whoever fills the database, too: stored HTML is sealed with it


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def serving(application: str = "wsgi") -> list[str]:
    """The command that serves this application."""
    return [sys.executable, "-m", "flask", "--app", application, "serve"]


class Server:
    """A server of ours on 127.0.0.1: the same port and the same database at every start."""

    def __init__(self, folder: Path, database: str, command: Sequence[str] = (), ready: str = "/health") -> None:
        self.port, self.folder, self.ready = free_port(), folder, ready
        self.command = [*(command or serving())]
        self.settings = {
            "LMS_MODE": "production",
            "LMS_SECRET_KEY": SECRET_KEY,
            "LMS_DATA": str(folder),
            "LMS_DATABASE": database,
            "LMS_HOST": "127.0.0.1",
            "PORT": str(self.port),
            "FLASK_DEBUG": "0",
        }
        self.log = folder / f"server-{self.port}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and return when it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, cwd=ROOT, env={**os.environ, **self.settings}, stdout=log, stderr=log)
        give_up_at = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > give_up_at:
                self.kill()
                raise RuntimeError(f"the server does not answer:\n{self.said()}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether it is there and well."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", self.ready)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """kill -9, as a power cut or the system's out-of-memory killer does."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM, as systemd does; answers the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(number)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self.process = None

    def said(self) -> str:
        """The end of what the server wrote to its log."""
        return self.log.read_text("utf-8", "replace")[-4000:]


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """The server, started now and gone afterwards."""
    server.start()
    try:
        yield server
    finally:
        server.kill()
