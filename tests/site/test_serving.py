"""The one-machine server: a proxy's headers pass only where one stands, and nobody fills the disk with one long request."""

from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask import Flask, request

from lms.base import ANYONE
from lms.site.serving import server_settings
from tests.conftest import make_app
from tests.serving import served


def who_is_seen(app: Flask, **headers: str) -> str:
    """What the server answers at /who."""
    with served(app, **server_settings(app)) as address:
        connection = HTTPConnection(address.removeprefix("http://"), timeout=5)
        connection.request("GET", "/who", headers=headers)
        body = connection.getresponse().read().decode()
        connection.close()
    return body


def who() -> str:
    """The address that the sign-in waits are counted for."""
    return request.remote_addr or ""


who.door = ANYONE  # type: ignore[attr-defined]


@pytest.mark.parametrize(("has_proxy", "seen"), [(True, "10.0.0.9"), (False, "127.0.0.1")])
def test_the_visitors_address_is_the_one_that_the_proxy_says(address: str, tmp_path: Path, has_proxy: bool, seen: str) -> None:
    app = make_app(address, tmp_path, BEHIND_PROXY=has_proxy, HOST="127.0.0.1", PORT=0, THREADS=1)
    app.add_url_rule("/who", "who", who)
    assert who_is_seen(app, **{"X-Forwarded-For": "10.0.0.9"}) == seen


def test_a_body_far_over_the_limit_is_not_kept(app: Flask) -> None:
    assert app.config["MAX_CONTENT_LENGTH"] < server_settings(app)["max_request_body_size"] <= 20_000_000
