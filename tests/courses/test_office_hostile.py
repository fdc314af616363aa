"""Hostile, huge and broken Office files: each ends in one sentence, within ten seconds, and leaves nothing behind."""

import io
import random
import socket
import struct
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest

from lms.base import Refused, docx_child, office, pdf_child, pptx_child, read_office, render_markdown
from lms.courses.office import taking
from lms.courses.office.splitting import WHOLE, lessons_of
from lms.courses.office.taking import take_file
from tests.courses.slide_decks import deck, scans
from tests.courses.word_documents import W, changed, picture, saved, screenshot, with_footnotes

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DOCUMENT = "word/document.xml"
STYLES = b'<w:styles xmlns:w="' + W.encode() + b'"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>'
Change = Callable[[bytes], bytes]


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No file stays in the folder of temporary files, whatever a test does."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def small() -> bytes:
    """A small sound document with a picture and a footnote."""
    document = docx.Document()
    document.add_heading("Mật khẩu", 1)
    document.add_paragraph("Chữ của bài.")
    picture(document, screenshot(1, (200, 100)), "Hình")
    return with_footnotes(saved(document), {1: "Chú thích."})


def refusal(content: bytes, name: str = "a.docx") -> str:
    """The sentence with which the file is refused within ten seconds."""
    began = time.monotonic()
    with pytest.raises(Refused) as caught:
        take_file(name, content)
    assert time.monotonic() - began < 20, "ten seconds, twice that on a busy machine"
    assert caught.value.field == "file" and caught.value.sentence.endswith(".") and "Anh/Chị" in caught.value.sentence
    return caught.value.sentence


def archive(parts: dict[str, bytes]) -> bytes:
    """A zip archive of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def package(parts: dict[str, bytes]) -> bytes:
    """A package whose main part is a Word document, with these parts."""
    return archive({"[Content_Types].xml": b"<Types/>", DOCUMENT: b"<w:document/>", **parts})


def without_text(old: bytes, inner: bytes) -> bytes:
    """A document with another body."""
    return old[: old.index(b"<w:body>")] + b"<w:body>" + inner + b"</w:body></w:document>"


LOCKED_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"3 0 obj<</Filter/Standard/V 1/R 2/O<" + b"28" * 32 + b">/U<" + b"37" * 32 + b">/P -4>>endobj\n"
    b"trailer<</Root 1 0 R/Encrypt 3 0 R/ID[<31><31>]>>\n%%EOF"
)
UNSAFE, BOMB, HEAVY, BROKEN = "có phần không an toàn", "lớn bất thường", "quá nặng", "bị hỏng"
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "không được trống"),
    "nothing but zeros": (lambda: b"\0" * 2000, "trống"),
    "old Word": (lambda: OLE + "WordDocument".encode("utf-16-le"), "(.docx)"),
    "old PowerPoint": (lambda: OLE + "PowerPoint Document".encode("utf-16-le"), ".ppt là định dạng cũ"),
    "password": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
    "Excel": (lambda: archive({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"}), "Excel"),
    "OpenDocument": (lambda: archive({"mimetype": b"application/vnd.oasis.opendocument.text"}), "LibreOffice"),
    "a zip": (lambda: archive({"a.txt": b"x"}), "tệp nén"),
    "a picture": (lambda: screenshot(1, (20, 20)), "hình ảnh"),
    "text": (lambda: b"Xin ch\xc3\xa0o", "không phải Word"),
    "one part of high ratio": (lambda: package({"word/media/a.bin": b"\0" * (60 << 20)}), BOMB),
    "one huge part of XML": (lambda: package({"word/styles.xml": b"<a>" + random.Random(1).randbytes(200_000) + b" " * (17 << 20)}), BOMB),
    "many parts": (lambda: archive({f"word/{n}.bin": b"" for n in range(5_001)} | {"[Content_Types].xml": b"<a/>"}), BOMB),
    "a document type": (lambda: package({DOCUMENT: b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), UNSAFE),
    "a document type in UTF-16": (lambda: package({DOCUMENT: "<?xml?><!doctype a><a/>".encode("utf-16")}), UNSAFE),
    "a document type beyond a megabyte": (lambda: package({DOCUMENT: b"<a>" + b" " * ((1 << 20) - 8) + b"<!DOCTYPE a>"}), UNSAFE),
    "a document type in a part called picture": (lambda: package({"word/media/a.png": b" <!DOCTYPE a><a/>"}), UNSAFE),
    "a name that leads out": (lambda: package({"../../etc/cron.d/a": b"x"}), UNSAFE),
    "a name from the root": (lambda: package({"/etc/passwd": b"x"}), UNSAFE),
    "a name of Windows": (lambda: package({"word\\..\\..\\a": b"x"}), UNSAFE),
    "more than fifteen megabytes": (lambda: b"PK" + b"x" * (15 << 20), "lớn hơn 15 MB"),
    "a PDF that is none": (lambda: b"%PDF-1.7\n" + b"x" * 5000, BROKEN),
    "a PDF with a password": (lambda: LOCKED_PDF, "mật khẩu"),
    "a PDF of 61 pages": (lambda: scans(61, (8, 8)), "hơn 60 trang"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_not_read_is_refused_in_one_sentence(case: str) -> None:
    make, said = REFUSED[case]
    assert said in refusal(make())


def test_the_names_of_parts_are_judged_before_any_is_read() -> None:
    doubled = io.BytesIO(package({}))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(doubled, "a") as made:
        made.writestr(DOCUMENT, b"<a/>")
    assert UNSAFE in refusal(doubled.getvalue())


def test_a_part_that_says_it_is_locked_asks_for_the_password_to_be_removed(small: bytes) -> None:
    locked = bytearray(small)
    at = -1
    while (at := locked.find(b"PK\x01\x02", at + 1)) >= 0:
        locked[at + 8] |= 1
    assert "mật khẩu" in refusal(bytes(locked))


def test_xml_of_a_hundred_thousand_levels_ends_in_one_sentence(small: bytes) -> None:
    deep = b"<w:sdt><w:sdtContent>" * 50_000 + b"<w:p/>" + b"</w:sdtContent></w:sdt>" * 50_000
    assert HEAVY in refusal(changed(small, {DOCUMENT: lambda old: without_text(old, deep)}))
    shapes = b"<p:grpSp>" * 100_000 + b"</p:grpSp>" * 100_000
    slides = changed(deck(), {"ppt/slides/slide2.xml": lambda old: old.replace(b"</p:spTree>", shapes + b"</p:spTree>")})
    assert lessons_of(take_file("a.pptx", slides), WHOLE), "groups below the thirtieth are not looked into"


def test_a_document_that_swells_in_memory_is_stopped(small: bytes) -> None:
    swollen = b"<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 200_000
    assert HEAVY in refusal(changed(small, {DOCUMENT: lambda old: without_text(old, swollen)}))


def test_two_thousand_pictures_are_refused_before_one_is_opened(small: bytes) -> None:
    many = {f"word/media/p{number}.png": b"\x89PNG" for number in range(2_000)}
    assert "quá nhiều hình" in refusal(changed(small, {}, many))
    slides = changed(deck(), {}, {f"ppt/media/p{number}.png": b"\x89PNG" for number in range(2_000)})
    assert "quá nhiều hình" in refusal(slides, "a.pptx")


def test_a_gigantic_picture_is_left_out_and_the_text_is_kept(small: bytes) -> None:
    rows = zlib.compress(b"\0" * 40_000_000)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts]
    giant = b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
    taken = take_file("a.docx", changed(small, {"word/media/image1.png": lambda _old: giant}))
    assert taken.pictures == [None] and taken.lost[0].startswith("1 hình không đọc được") and "Chữ của bài." in taken.blocks[0]["html"]


def test_a_file_whose_pictures_take_too_long_is_refused(monkeypatch: pytest.MonkeyPatch, small: bytes) -> None:
    for name in ("LONGEST_SECONDS", "MOST_WORK"):
        assert take_file("a.docx", small).pictures, "one limit alone is not enough"
        monkeypatch.setattr(taking, name, 0)
    assert "quá nhiều hình lớn" in refusal(small)


def test_what_lies_outside_the_file_is_never_fetched(small: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/x.png".encode()
        linked = changed(
            small,
            {
                DOCUMENT: lambda old: old.replace(b"r:embed=", b"r:link="),
                "word/_rels/document.xml.rels": lambda old: old.replace(
                    b'Target="media/image1.png"', b'TargetMode="External" Target="' + address + b'"'
                ),
            },
        )
        taken = take_file("a.docx", linked)
        assert taken.pictures == [] and taken.lost[0].startswith("1 hình hoặc tệp nối từ nơi khác")
        slides = changed(
            deck(),
            {
                "ppt/slides/_rels/slide2.xml.rels": lambda old: old.replace(
                    b'Target="../media/image1.jpg"', b'TargetMode="External" Target="' + address + b'"'
                )
            },
        )
        assert any(sentence.startswith("1 hình hoặc tệp nối từ nơi khác") for sentence in take_file("a.pptx", slides).lost)
        with pytest.raises(TimeoutError):
            listening.accept()


def test_a_local_file_is_no_picture(small: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".png") as secret:
        secret.write(screenshot(1, (20, 20)))
        secret.flush()
        address = f'Target="file://{secret.name}" TargetMode="External"'.encode()
        linked = changed(
            small,
            {
                DOCUMENT: lambda old: old.replace(b"r:embed=", b"r:link="),
                "word/_rels/document.xml.rels": lambda old: old.replace(b'Target="media/image1.png"', address),
            },
        )
        assert take_file("a.docx", linked).pictures == []


def test_a_style_map_that_the_file_brings_along_is_not_used(small: bytes) -> None:
    link = b'<Relationship Id="rMap" Type="http://schemas.zwobble.org/mammoth/style-map" Target="/mammoth/style-map"/></Relationships>'
    mapped = changed(
        small,
        {"word/_rels/document.xml.rels": lambda old: old.replace(b"</Relationships>", link)},
        {"mammoth/style-map": b"p => script.a"},
    )
    assert all("script" not in block["html"] for block in read_office(mapped)["blocks"])


def test_markup_in_the_text_stays_text(small: bytes) -> None:
    evil = b"&lt;script&gt;alert(1)&lt;/script&gt; [[self-check: a]] ![x](http://a/b.png)"
    taken = take_file("a.docx", changed(small, {DOCUMENT: lambda old: old.replace("Chữ của bài.".encode(), evil)}))
    (lesson,) = lessons_of(taken, WHOLE)
    html = render_markdown(lesson.source, lambda address: address)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; [[self-check: a]] ![x](http://a/b.png)" in html and "<script" not in html


def test_a_link_that_runs_something_is_no_link(small: bytes) -> None:
    link = b'<Relationship Id="rLink" TargetMode="External" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
    link += b'Target="javascript:alert(1)"/></Relationships>'
    text = b'<w:p><w:hyperlink r:id="rLink"><w:r><w:t>bam</w:t></w:r></w:hyperlink></w:p><w:sectPr'
    changes: dict[str, Change] = {
        DOCUMENT: lambda old: old.replace(b"<w:sectPr", text, 1),
        "word/_rels/document.xml.rels": lambda old: old.replace(b"</Relationships>", link),
    }
    (lesson,) = lessons_of(take_file("a.docx", changed(small, changes)), WHOLE)
    assert "bam" in lesson.source and "javascript" not in lesson.source


@pytest.mark.parametrize("kind", ["docx", "pptx", "pdf"])
def test_fifty_damaged_files_are_read_or_refused_and_nothing_else(kind: str, small: bytes, tmp_path: Path) -> None:
    """Fifty bytes are changed in each; in the unpacked parts, too, so that checksums hold. What a library raises, the child makes one sentence."""
    bare = changed(small, {"word/styles.xml": lambda _old: STYLES, "docProps/thumbnail.jpeg": lambda _old: b"x"})
    sound = {"docx": bare, "pptx": deck(), "pdf": scans(2, (60, 80))}[kind]
    read = {"docx": docx_child, "pptx": pptx_child, "pdf": pdf_child}[kind].read
    place = tmp_path / "damaged"
    for seed in range(18):
        chance = random.Random(seed)
        damaged = _damaged(sound, chance) if kind == "pdf" or seed % 3 == 0 else _damaged_inside(sound, chance)
        damaged = damaged[: len(damaged) // 2] if seed % 10 == 9 else damaged
        place.write_bytes(damaged)
        is_read, wrong = False, ""
        try:
            is_read = isinstance(read(str(place)).get("blocks", []), list)
        except Exception as error:
            wrong = type(error).__name__
        assert is_read or wrong
        if seed < 2:
            try:
                assert isinstance(read_office(damaged)["blocks"], list)
            except Refused as refused:
                assert refused.field == "file" and refused.sentence
    place.unlink()


def _damaged(content: bytes, chance: random.Random) -> bytes:
    changed_bytes = bytearray(content)
    for _turn in range(50):
        changed_bytes[chance.randrange(len(changed_bytes))] = chance.randrange(256)
    return bytes(changed_bytes)


def _damaged_inside(content: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as sound:
        names = [name for name in sound.namelist() if name.endswith((".xml", ".rels")) and "theme" not in name]
    return changed(content, {name: lambda old: _few(old, chance) for name in chance.sample(names, 3)})


def _few(content: bytes, chance: random.Random) -> bytes:
    """Some letters changed to other letters, some tags lost: XML that often is still well formed."""
    text = bytearray(content)
    for _turn in range(50):
        at = chance.randrange(len(text))
        if text[at : at + 1].isalnum():
            text[at] = chance.choice(b"0123456789abcdefXYZ")
    return bytes(text)


def test_the_children_keep_to_the_time_and_memory_that_was_promised() -> None:
    assert office.LOOKING + office.READING_PAGES <= 10 and office.LOOKING + office.READING + 2 <= 10 and office.MEGABYTES == 256
