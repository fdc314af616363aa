"""Files by content: a folder in which a file's name is the hash of what it holds, so that nothing is ever overwritten."""

import os
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from flask import Response, current_app, has_request_context, request
from werkzeug.http import is_resource_modified

PICTURES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
MEDIA = {"mp4": "video/mp4", "webm": "video/webm", "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg"}
INLINE = {**PICTURES, **MEDIA, "pdf": "application/pdf", "vtt": "text/vtt; charset=utf-8"}
PIECE = 64 * 1024  # octets of a file that are in memory at once


def store_file(content: bytes) -> str:
    """Keep the content; returns its digest (sha256, hex). On disk before this returns."""
    digest = sha256(content).hexdigest()
    path = _path(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
        _sync_folder(path.parent)
    return digest


def _sync_folder(folder: Path) -> None:
    """The name of a new file is on disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _path(digest: str) -> Path:
    if len(digest) != 64 or not digest.isalnum():
        raise ValueError("not a digest")
    folder: Path = current_app.config["FILES"]
    return folder / digest[:2] / digest


def read_stored(digest: str) -> bytes:
    """The whole content of a stored file."""
    return _path(digest).read_bytes()


def send_stored(digest: str, name: str, seconds: int = 86_400) -> Response:
    """Answer with a stored file: a known picture, PDF, video or audio in place, everything else as a download. Type by our own table.

    Read piece by piece; a player that asks for a part of it gets that part.
    """
    ending, path = name.rpartition(".")[2].lower(), _path(digest)
    size = path.stat().st_size
    answer = Response(_pieces(path, 0, size), content_type=INLINE.get(ending, "application/octet-stream"))
    answer.content_length = size
    if ending not in INLINE:
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = f"private, max-age={seconds}"
    answer.headers["Accept-Ranges"] = "bytes"
    answer.set_etag(digest[:20])
    if has_request_context() and request.method in ("GET", "HEAD"):
        answer.make_conditional(request)
        _cut(answer, path, size)
    return answer


def _pieces(path: Path, start: int, stop: int) -> Iterator[bytes]:
    """Opened when the first piece is sent, closed after the last."""
    with path.open("rb") as file:
        file.seek(start)
        while start < stop and (piece := file.read(min(PIECE, stop - start))):
            start += len(piece)
            yield piece


def _cut(answer: Response, path: Path, size: int) -> None:
    """Only the part that the request asks for (206), or that there is none (416). Several parts at once are the whole file."""
    asked, tag = request.range, answer.headers["ETag"]
    is_changed = "If-Range" in request.headers and is_resource_modified(request.environ, tag, ignore_if_range=False)
    if answer.status_code != 200 or asked is None or asked.units != "bytes" or len(asked.ranges) > 1 or is_changed:
        return
    start, stop = asked.range_for_length(size) or (0, 0)
    answer.status_code = 206 if stop else 416
    answer.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}" if stop else f"bytes */{size}"
    answer.response = _pieces(path, start, stop)
    answer.content_length = stop - start


def send_made(content: bytes, name: str, content_type: str, attachment: bool = True) -> Response:
    """Answer with a file made just now (PDF, .xlsx)."""
    answer = Response(content, content_type=content_type)
    answer.headers.set("Content-Disposition", "attachment" if attachment else "inline", filename=name)
    return answer


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
