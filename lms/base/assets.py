"""Style and script: one file per thing, joined, hashed and compressed once at start-up, cached by browsers for a year."""

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import brotli
from flask import Flask, Response, abort, request, url_for

from .doors import ANYONE

STATIC = Path(__file__).with_name("static")
TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """A file as it is sent: plain, gzip and brotli."""

    name: str
    content_type: str
    plain: bytes
    gz: bytes
    br: bytes


def _asset(stem: str, kind: str, content: bytes) -> Asset:
    name = f"{stem}-{sha256(content).hexdigest()[:12]}.{kind}"
    return Asset(name, TYPES[kind], content, gzip.compress(content, 9, mtime=0), brotli.compress(content))


def _joined(kind: str) -> bytes:
    files = sorted((STATIC / kind).glob(f"*.{kind}"))
    texts = [file.read_text("utf-8").strip() for file in files]
    if kind == "js":
        texts = [f"{{\n{text}\n}}" for text in texts]
    return "\n".join(texts).encode()


@cache
def assets() -> dict[str, Asset]:
    """Every asset by its stem: site.css, site.js, icon.svg."""
    return {
        "css": _asset("site", "css", _joined("css")),
        "js": _asset("site", "js", _joined("js")),
        "icon": _asset("icon", "svg", (STATIC / "icon.svg").read_bytes()),
    }


@cache
def write_assets() -> dict[str, Asset]:
    """What only the page of the lesson editor loads: its libraries and our modules, one module scope in the order of their names, and its style."""
    folder = STATIC / "write"
    joined = {kind: "\n".join(file.read_text("utf-8").strip() for file in sorted(folder.glob(f"*.{kind}"))).encode() for kind in ("css", "js")}
    return {f"write-{kind}": _asset("write", kind, content) for kind, content in joined.items()}


def asset_address(stem: str) -> str:
    """The address of an asset; it changes whenever the content does."""
    known = write_assets() if stem.startswith("write-") else assets()
    return url_for("asset", name=known[stem].name)


def asset(name: str) -> Response:
    """Send one asset, compressed as the browser can take it."""
    known = write_assets() if name.startswith("write-") else assets()
    found = next((one for one in known.values() if one.name == name), None)
    if found is None:
        abort(404)
    encodings = list(request.accept_encodings.values())
    body, encoding = (found.br, "br") if "br" in encodings else (found.gz, "gzip") if "gzip" in encodings else (found.plain, "")
    answer = Response(body, content_type=found.content_type)
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.vary.add("Accept-Encoding")
    return answer


def serve_assets(app: Flask) -> None:
    """Open /assets/… to anyone."""
    asset.door, asset.is_once, asset.is_late = ANYONE, True, False  # type: ignore[attr-defined]
    app.add_url_rule("/assets/<name>", "asset", asset)
    app.add_url_rule("/favicon.ico", "favicon", _favicon)


def _favicon() -> Response:
    icon = assets()["icon"]
    answer = Response(icon.plain, content_type=icon.content_type)
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


_favicon.door, _favicon.is_once, _favicon.is_late = ANYONE, True, False  # type: ignore[attr-defined]
