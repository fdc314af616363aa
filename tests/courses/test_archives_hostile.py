"""Hostile and huge .zip files: each ends in one sentence, within seconds, and leaves nothing behind."""

import io
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.base import Refused
from lms.courses import archives
from tests.cast import COURSES, World
from tests.courses.test_archives import files_in, send, waiting, zipped
from tests.courses.test_loading import everything
from tests.pages import Visitor

GOOD = files_in(COURSES / "M")


def entry(name: str, mode: int = 0o100644, system: int = 3) -> zipfile.ZipInfo:
    """An entry with this mode."""
    made = zipfile.ZipInfo(name)
    made.create_system, made.external_attr = system, mode << 16
    return made


def with_entries(*more: tuple[zipfile.ZipInfo | str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """The good course with more in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for own, text in GOOD.items():
            archive.writestr(f"M/{own}", text)
        for name, content in more:
            archive.writestr(name, content)
    return out.getvalue()


def locked() -> bytes:
    """Every entry says that it is encrypted."""
    content = bytearray(zipped(GOOD))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        where = content.find(mark)
        while where >= 0:
            content[where + at] |= 1
            where = content.find(mark, where + 4)
    return bytes(content)


def lying() -> bytes:
    """The directory says that a lesson is small; it is not."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in GOOD.items():
            archive.writestr(f"M/{name}", text)
        archive.writestr("M/files/lon.csv", b"0" * 4_000_000)
    content = bytearray(out.getvalue())
    where = content.rfind(b"PK\x01\x02")
    content[where + 24 : where + 28] = struct.pack("<I", 10)
    return bytes(content)


def bomb() -> bytes:
    """A hundred megabytes of zeros."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("M/course.yml", GOOD["course.yml"])
        with archive.open("M/files/a.csv", "w", force_zip64=True) as part:
            for _piece in range(100):
                part.write(bytes(1_000_000))
    return out.getvalue()


def many() -> bytes:
    """A directory of a hundred thousand entries."""
    names = [f"M/files/{number:06d}.txt".encode() for number in range(100_000)]
    listed = [struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0) + name for name in names]
    size, end = sum(map(len, listed)), b"PK\x06\x06"
    big = struct.pack("<4sQ2H2L4Q", end, 44, 45, 45, 0, 0, 100_000, 100_000, size, 0) + struct.pack("<4sLQL", b"PK\x06\x07", 0, size, 1)
    return b"".join(listed) + big + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)


def nested() -> bytes:
    """Zips in zips in zips, where texts should be."""
    content = zipped(GOOD)
    for _level in range(20):
        content = zipped({"course.yml": GOOD["course.yml"], "lessons/a.zip": content})
    return content


def in_latin() -> bytes:
    """Names in an encoding of old Windows, without saying so."""
    return with_entries(("M/files/anh-XYZ.png", b"x")).replace(b"anh-XYZ", b"\x93\xff\xfe\x80XYZ")


def renamed(old: bytes, new: bytes) -> Callable[[], bytes]:
    """An entry under a name that zipfile would not write."""
    return lambda: with_entries((f"M/files/{old.decode()}", b"x")).replace(b"M/files/" + old, new)


ALIASES = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "no zip": (lambda: b"PK is not enough", "không phải tệp .zip"),
    "a picture": (lambda: GOOD["files/xanh.png"], "không phải tệp .zip"),
    "an empty zip": (lambda: zipped({}), "Không thấy course.yml"),
    "cut off": (lambda: zipped(GOOD)[:-700], "không phải tệp .zip"),
    "cut in the middle": (lambda: zipped(GOOD)[:900] + zipped(GOOD)[1900:], "không phải tệp .zip"),
    "a wrong checksum": (lambda: zipped(GOOD).replace(b"hours: 2", b"hours: 9", 1), "không phải tệp .zip"),
    "a way up": (lambda: with_entries(("M/../../../tmp/x.md", b"x")), "tên tệp không dùng được"),
    "a way up beside": (lambda: with_entries(("../x.md", b"x")), "tên tệp không dùng được"),
    "an absolute name": (lambda: with_entries(("/etc/passwd", b"x")), "tên tệp không dùng được"),
    "a drive": (lambda: with_entries(("C:/x.md", b"x")), "tên tệp không dùng được"),
    "a backslash": (renamed(b"a--b.txt", b"M\\files\\a--b.txt"), "tên tệp không dùng được"),
    "a NUL in a name": (renamed(b"a--b.txt", b"M/files/a\0-b.txt"), "tên tệp không dùng được"),
    "a very long name": (lambda: with_entries(("M/files/" + "a" * 300 + ".txt", b"x")), "tên tệp không dùng được"),
    "a name that turns around": (lambda: with_entries(("M/files/a\u202etxt.exe", b"x")), "tên tệp không dùng được"),
    "names in another encoding": (in_latin, "tên tệp không dùng được"),
    "a link": (lambda: with_entries((entry("M/files/a.txt", 0o120777), b"/etc/passwd")), "lối tắt"),
    "a device": (lambda: with_entries((entry("M/files/a.txt", 0o020666), b"")), "lối tắt"),
    "one name twice": (lambda: with_entries(("M/cours_.yml", b"key: X")).replace(b"cours_", b"course"), "hai tệp cùng tên"),
    "one name in two cases": (lambda: with_entries(("M/Course.yml", b"key: X")), "hai tệp cùng tên"),
    "one name in two compositions": (lambda: with_entries(("M/a\u0301", b"x"), ("M/\u00e1", b"x")), "hai tệp cùng tên"),
    "two tops": (lambda: with_entries(("N/course.yml", b"key: N")), "Không thấy course.yml"),
    "no course.yml": (lambda: zipped({name: text for name, text in GOOD.items() if name != "course.yml"}), "Không thấy course.yml"),
    "course.yml too deep": (lambda: zipped(GOOD, "a/b/"), "Không thấy course.yml"),
    "a password": (locked, "đang được đặt mật khẩu"),
    "a bomb": (bomb, "khi mở ra"),
    "a bomb under the cap": (lambda: with_entries(("M/files/a.csv", bytes(50_000_000)), compression=zipfile.ZIP_DEFLATED), "lớn bất thường"),
    "a size that is not true": (lying, "không phải tệp .zip"),
    "a hundred thousand entries": (many, "hơn 600 tệp"),
    "nested zips": (nested, "tên tệp chỉ gồm chữ thường"),
    "too much text": (lambda: with_entries(*((f"M/lessons/{n}-a.md", b"a " * 190_000) for n in range(10, 20))), "nặng hơn 3 MB"),
    "aliases in YAML": (lambda: zipped({**GOOD, "course.yml": ALIASES.encode()}), "bí danh"),
    "a web page": (lambda: with_entries(("M/files/a.html", b"<script>alert(1)</script>")), "tên tệp chỉ gồm chữ thường"),
    "a web page in disguise": (lambda: with_entries(("M/files/a.pdf", b"<script>alert(1)</script>")), "a.pdf:1:"),
    "a drawing in disguise": (lambda: with_entries(("M/files/a.png", b"<svg onload=alert(1)>")), "không phải hình PNG"),
    "a lesson with script": (lambda: zipped({**GOOD, "lessons/02-la.md": GOOD["lessons/02-la.md"] + b"\n<script>alert(1)</script>\n"}), "thẻ HTML"),
    "text that is none": (lambda: zipped({**GOOD, "course.yml": b"\xff\xfe\x00" * 50}), "không phải UTF-8"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_one_sentence(app: Flask, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, sentence = HOSTILE[name][0](), HOSTILE[name][1]
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    began = perf_counter()
    with app.app_context():
        try:
            told = "\n".join(map(str, archives.read_archive(content).problems))
        except Refused as refused:
            told = refused.sentence
    assert sentence in told and perf_counter() - began < 10
    assert not list(tmp_path.iterdir())


def heavy(lessons: int, text: str) -> bytes:
    """The good course with so many lessons of this text."""
    front = GOOD["lessons/02-la.md"].decode().split("---\n")[1]
    outline = GOOD["course.yml"].decode()
    more = {f"lessons/{n}-nang.md": f"---\n{front}---\n{text}" for n in range(10, 10 + lessons)}
    outline += "".join(f"  - lesson: {n}-nang\n" for n in range(10, 10 + lessons))
    return zipped({**GOOD, **more, "course.yml": outline})


SLOW: dict[str, Callable[[], bytes]] = {
    "brackets": lambda: heavy(25, "![" * 49_000),
    "lines": lambda: heavy(25, "a\n\n" * 33_000),
    "stars": lambda: heavy(25, "*a " * 33_000),
    "flow lists": lambda: zipped({**GOOD, **{f"questions/q{n}.yml": f"- [{'a,' * 18_000}]\n" for n in range(20)}}),
    "a number in base sixty": lambda: zipped({**GOOD, "questions/q.yml": "- 1" + ":1" * 190_000}),
    "questions": lambda: zipped({**GOOD, **{f"questions/q{n}.yml": question_file(n) for n in range(8)}}),
}


def question_file(number: int) -> bytes:
    """Some hundred questions whose text is hard to read."""
    text = GOOD["questions/bank.yml"].decode().split("\n- key:")[1]
    return "".join(f"- key:{text}\n".replace("m01-", f"q{number}-{n}-").replace("?", "?" + "![" * 900) for n in range(100)).encode()


@pytest.mark.parametrize("name", SLOW)
def test_what_takes_long_to_read_is_stopped(app: Flask, name: str) -> None:
    content = SLOW[name]()
    began = perf_counter()
    with app.app_context():
        try:
            told = "\n".join(map(str, archives.read_archive(content).problems))
        except Refused as refused:
            told = refused.sentence
    assert told and perf_counter() - began < 10


@pytest.mark.parametrize("name", ["a way up", "a link", "a password", "no zip", "nested zips", "a bomb under the cap"])
def test_nothing_of_it_stays_and_the_page_comes_back(app: Flask, binh: Visitor, world: World, name: str) -> None:
    files = sorted(Path(app.config["FILES"]).rglob("*"))
    with app.app_context():
        before = everything()
    for path in (f"/courses/{world.course}/import", "/courses/import"):
        answer = send(binh, path, HOSTILE[name][0]())
        assert answer.status == 422 and HOSTILE[name][1] in answer.text
    assert not waiting(app) and sorted(Path(app.config["FILES"]).rglob("*")) == files
    with app.app_context():
        assert everything() == before


def test_a_file_that_is_too_large_or_missing_is_told(app: Flask, binh: Visitor, world: World) -> None:
    path = f"/courses/{world.course}/import"
    assert "Tệp này trống" in send(binh, path, b"").text
    assert "chọn tệp .zip" in binh.post(path, {"step": "read"}, status=422).text
    with app.app_context(), pytest.raises(Refused, match="Tệp lớn hơn 15 MB"):
        archives.read_archive(bytes(archives.HEAVIEST + 1))


@given(st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_makes_the_reader_fall_over(app: Flask, data: st.DataObject) -> None:
    whole = zipped(GOOD)
    at = data.draw(st.integers(0, len(whole)))
    spoilt = whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + data.draw(st.integers(0, 20)) :]
    with app.app_context():
        try:
            told = [str(problem) for problem in archives.read_archive(spoilt).problems]
            assert all(told)
        except Refused as refused:
            assert refused.sentence
