"""Files by content: a folder in which a file's name is the hash of what it holds, so that nothing is ever overwritten."""

import os
import tempfile
from hashlib import sha256
from pathlib import Path

from flask import Response, current_app

PICTURES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
INLINE = {**PICTURES, "pdf": "application/pdf", "mp4": "video/mp4", "mp3": "audio/mpeg"}


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


def send_stored(digest: str, name: str, seconds: int = 86_400) -> Response:
    """Answer with a stored file: a known picture, PDF or video in place, everything else as a download. Type by our own table."""
    ending = name.rpartition(".")[2].lower()
    answer = Response(_path(digest).read_bytes(), content_type=INLINE.get(ending, "application/octet-stream"))
    if ending not in INLINE:
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = f"private, max-age={seconds}"
    answer.set_etag(digest[:20])
    return answer


def send_made(content: bytes, name: str, content_type: str, attachment: bool = True) -> Response:
    """Answer with a file made just now (PDF, .xlsx)."""
    answer = Response(content, content_type=content_type)
    answer.headers.set("Content-Disposition", "attachment" if attachment else "inline", filename=name)
    return answer


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
