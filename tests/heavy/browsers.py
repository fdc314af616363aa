"""A person at a browser over real HTTP: one kept connection, cookies, form keys, and patience with a busy server."""

import gzip
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlencode

import pyotp

from tests.cast import SECRET

KEY = re.compile(r'name="_key" value="([^"]+)"')
FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
ACTION = re.compile(r'<form[^>]*\baction="([^"]*)"')
FORM_TYPE, JSON_TYPE = "application/x-www-form-urlencoded", "application/json"
PATIENCE = 20
CUT = (OSError, HTTPException)  # what a client sees of a connection that is gone
Fields = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str
    path: str

    def key(self, action: str | None = None) -> str:
        """The key of the form with this action (default: of the first form)."""
        for form in FORM.findall(self.text):
            found = KEY.search(form)
            leads_to = ACTION.search(form)
            if found and (action is None or (leads_to.group(1) if leads_to else self.path) == action):
                return str(found.group(1))
        raise AssertionError(f"{self.path} ({self.status}) shows no form {action or ''}: {self.text[:300]}")

    @property
    def json(self) -> Any:
        """The answer as our script reads it."""
        return json.loads(self.text)


class Room:
    """The room in which all browsers of a test stand: how often each status came; leaving it closes every connection."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.connections: list[HTTPConnection] = []
        self._lock = threading.Lock()

    def count(self, status: int) -> None:
        """One more answer with this status."""
        with self._lock:
            self.statuses[status] += 1

    def __enter__(self) -> "Room":
        return self

    def __exit__(self, *_error: object) -> None:
        for connection in self.connections:
            connection.close()


class Browser:
    """One person's browser. A 503 with Retry-After is tried again, as our page and a patient person do."""

    def __init__(self, port: int, room: Room) -> None:
        self.room, self.cookies = room, dict[str, str]()
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        room.connections.append(self.connection)

    def second_tab(self) -> "Browser":
        """Another tab: the same cookies, a connection of its own."""
        other = Browser(self.connection.port, self.room)
        other.cookies = dict(self.cookies)
        return other

    def headers(self) -> dict[str, str]:
        """What this browser says of itself with every request."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Accept": "text/html", "Accept-Encoding": "gzip", **({"Cookie": cookies} if cookies else {})}

    def get(self, path: str) -> Answer:
        """Open a page; must be there."""
        answer = self.ask("GET", path)
        assert answer.status == 200, f"GET {path}: {answer.status} {answer.location} {answer.text[:300]}"
        return answer

    def post(self, path: str, fields: Fields, key: str, **headers: str) -> Answer:
        """Send a form with its key."""
        body = urlencode({**fields, "_key": key}, doseq=True).encode()
        return self.ask("POST", path, body, {"Content-Type": FORM_TYPE, **headers})

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One request; again after a while when the server says that it is busy."""
        for _turn in range(PATIENCE):
            self.send(method, path, body, headers)
            answer, wait = self._receive(path)
            if answer.status != 503 or wait is None:
                return answer
            time.sleep(wait)
        return answer

    def send(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> None:
        """Only the first half of a request. A connection that the server closed in the meantime is opened again."""
        try:
            self.connection.request(method, path, body, {**self.headers(), **(headers or {})})
        except CUT:
            self.connection.close()
            raise

    def cut(self) -> None:
        """The line goes dead: whatever the server answers now is never read."""
        self.connection.close()

    def _receive(self, path: str) -> tuple[Answer, float | None]:
        try:
            response = self.connection.getresponse()
            body = response.read()
        except CUT:
            self.connection.close()
            raise
        self._keep_cookies(response)
        self.room.count(response.status)
        if response.getheader("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        answer = Answer(response.status, response.getheader("Location") or "", body.decode("utf-8", "replace"), path)
        wait = response.getheader("Retry-After")
        return answer, float(wait) if wait else None

    def _keep_cookies(self, response: HTTPResponse) -> None:
        for header in response.headers.get_all("Set-Cookie") or []:
            name, _, value = header.split(";")[0].partition("=")
            self.cookies[name] = value

    def sign_in(self, username: str, password: str, secret: str = SECRET) -> None:
        """Sign in, with a code of the app that holds `secret` where one is asked for; must succeed."""
        key = self.get("/sign-in").key("/sign-in")
        answer = self.post("/sign-in", {"username": username, "password": password}, key)
        assert answer.status in (302, 303), f"{username} could not sign in: {answer.status} {answer.text[:300]}"
        for turn in (-1, 0, 1) if answer.location.startswith("/sign-in/code") else ():  # each code counts once: another browser may have used one
            key = self.get(answer.location).key("/sign-in/code")
            shown = self.post("/sign-in/code", {"code": pyotp.TOTP(secret).generate_otp(int(time.time()) // 30 + turn)}, key)
            if shown.status in (302, 303):
                return
            assert turn < 1, f"{username} could not show the second factor: {shown.status} {shown.text[:300]}"
