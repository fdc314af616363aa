"""The language of lessons: keys, footnotes, recordings, terms, ids; and what is wrong in a text, told line by line."""

import re

import pytest
from flask import Flask, render_template

from lms.base import db, inline, render_markdown, sanitise, trusted
from lms.courses import Course, CourseFile
from lms.courses.drafts import Surroundings, faults_of
from lms.courses.folder import companions, read_markdown
from lms.courses.rendering import Parts, preview_parts, render_lesson, split_at_places, terms_in, tokens_in, with_lesson_links, with_own_ids
from lms.courses.teaching import surroundings_of
from tests.cast import World

AROUND = Surroundings({"a.png", "phim.mp4", "mau.docx"}, {"02-la"}, {"kiem-tra"}, {"ma-doc"})


def file(name: str, token: str, octets: int = 4_200_000) -> CourseFile:
    """A file of course 7."""
    return CourseFile(course_id=7, token=token, name=name, octets=octets, width=None, height=None)


FILES = {
    one.name: one
    for one in (file("phim.mp4", "tokfilm"), file("phim.vtt", "tokcap", 900), file("phim.txt", "toktext", 1_900), file("loi.mp3", "tokloi"))
}


def shown(source: str) -> str:
    """A lesson as it is stored."""
    return render_lesson(source, FILES)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Bấm ++Ctrl+C++.", "<p>Bấm <kbd>Ctrl+C</kbd>.</p>"),
        ("++Ctrl++++ và ++F2++", "<p><kbd>Ctrl++</kbd> và <kbd>F2</kbd></p>"),
        ("C++ và C++, Java++/C++", "<p>C++ và C++, Java++/C++</p>"),
        ("\\++Ctrl++ `++Ctrl++`", "<p>++Ctrl++ <code>++Ctrl++</code></p>"),
        ("++<b>*x*++", "<p><kbd>&lt;b&gt;*x*</kbd></p>"),
        ("~~cũ~~ mới", "<p><s>cũ</s> mới</p>"),
        ("một\nhai", "<p>một hai</p>"),
        ("- a\n\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    ],
)
def test_short_marks(source: str, html: str) -> None:
    assert shown(source).strip() == html


def test_keys_are_known_in_questions_too() -> None:
    assert inline("Bấm ++F5++?") == "Bấm <kbd>F5</kbd>?"


def test_footnotes_lead_there_and_back() -> None:
    html = shown("Một[^1], hai[^luat], lại một[^1].\n\n[^luat]: Điều 8.\n[^1]: Theo *quy chế*.")
    assert '<sup><a href="#note-1" id="note-from-1">[1]</a></sup>' in html and 'id="note-from-2"' in html and 'id="note-from-1-2"' in html
    first, second = re.findall(r'<li id="note-\d">.*?</li>', html, re.DOTALL)
    assert "Theo <em>quy chế</em>." in first and first.count('href="#note-from-1') == 2
    assert "Điều 8." in second and 'aria-label="Về chỗ có chú thích 2"' in second
    assert html.index('class="footnotes"') > html.index("lại một")


def test_headings_have_ids_and_pictures_wait_until_they_are_seen() -> None:
    html = shown("## Một\n\n### Hai\n\n#### Ba\n\n## Bốn\n\n![ảnh](files/khong-co.png)")
    assert re.findall(r"<h(\d)(?: id=\"(.*?)\")?>", html) == [("2", "muc-1"), ("3", "muc-2"), ("4", ""), ("2", "muc-3")]
    assert 'loading="lazy"' in html
    assert "muc-" not in render_markdown("## Câu hỏi")


def test_a_recording_has_player_name_weight_captions_and_transcript() -> None:
    html = shown("![Đổi mật khẩu](files/phim.mp4)\n\n![Lời dặn](files/loi.mp3)\n\nTải [phim](files/phim.mp4)")
    video, audio = re.findall(r'<figure class="media">.*?</figure>', html)
    assert '<video controls="" preload="none"' in video.replace("controls ", 'controls="" ') and 'aria-label="Đổi mật khẩu"' in video
    assert '<track kind="captions" srclang="vi" label="Phụ đề" src="/courses/7/files/tokcap/phim.vtt" default' in video
    assert "Đổi mật khẩu (MP4, 4,2 MB)</a>" in video and 'href="/courses/7/files/toktext/phim.txt">Lời thoại (TXT, 2 KB)</a>' in video
    assert "<audio " in audio and "<track" not in audio and "autoplay" not in html
    assert set(tokens_in(html)) == {"tokfilm", "tokcap", "toktext", "tokloi"}
    assert "<p><figure" not in html


def test_only_recordings_have_companions() -> None:
    assert companions("phim.webm") == ("phim.vtt", "phim.txt")
    assert companions("phim.png") == () and companions("phim") == ()


def test_terms_lead_to_the_glossary_and_the_first_has_the_way_back() -> None:
    html = shown("[mã độc](term:ma-doc) và [nó](term:ma-doc), [x](term:MA_DOC)")
    assert html.count('href="#term-ma-doc"') == 2 and html.count('id="term-back-ma-doc"') == 1
    assert "MA_DOC" not in html
    assert terms_in([("html", html), ("self-check", "ma-doc")]) == {"ma-doc"}


def parts_of(source: str) -> Parts:
    """A lesson in parts, without its seal."""
    return split_at_places(shown(source), "unsealed")


def test_several_lessons_fit_on_one_page(app: Flask) -> None:
    source = "## A\n\nx[^1] [t](term:ma-doc)\n\n[[self-check: k]]\n\n[^1]: y"
    with app.app_context():
        first, second = parts_of(source), with_own_ids(parts_of(source), "b2-")
    html = "".join(part for kind, part in [*first, *second] if kind == "html")
    ids = re.findall(r'id="(.*?)"', html)
    assert len(ids) == len(set(ids)) == 8
    assert all(target in ids or target == "term-ma-doc" for target in re.findall(r'href="#(.*?)"', html))
    assert [kind for kind, _part in second] == ["html", "self-check", "html"]


def test_links_within_the_lesson_stay_within_when_links_to_lessons_lead_elsewhere(app: Flask) -> None:
    with app.app_context():
        html = with_lesson_links(parts_of("[bài](lesson:02-la) x[^1]\n\n[^1]: y"), "/courses/7")[0][1]
    assert '<a href="/courses/7">bài</a>' in html and 'href="#note-1"' in html and 'href="#note-from-1"' in html


def test_what_was_stored_before_is_shown_as_it_was(app: Flask) -> None:
    old = '<h2>Cũ</h2>\n<p><img src="/courses/1/files/t/a.png" alt="a" width="3" height="4"></p>\n'
    old += '<div class="call-out-note">\n<ol start="3"><li>x</li></ol></div>\n'
    assert sanitise(old) == old
    with app.app_context():
        assert trusted(old, "wrong") == old


FAULTS = [
    ("x[^1]", 1, "[^1] chưa có lời"),
    ("x\n\n[^1]: y", 3, "[^1] không được nhắc tới"),
    ("x[^1]\n\n[^1]: y\n[^1]: z", 4, "[^1] đã có ở trên"),
    ("a\n\n![x](files/a.bmp)", 3, "PNG, JPEG, GIF hoặc WebP"),
    ("a\n\n![](files/phim.mp4)", 3, "chưa có tên"),
    ("a ![x](files/phim.mp4)", 1, "đứng một mình"),
    ("- a\n- b\n\n  c\n  ![x](files/a.png)", 5, "đứng một mình"),
    ("a\nb\n[x](term:la)", 3, "thuật ngữ của khóa học không có “la”"),
    ("a\\\nb\\\n[x](http://a.example)", 3, "term:mã-thuật-ngữ"),
    ("| a |\n|---|\n| b |\n| [x](lesson:09-la) |", 4, "không có bài “09-la”"),
    ("a\n\n[x](files/b.docx)\n\nfiles/b.docx [x](files/b.docx)", 5, "không có tệp “b.docx”"),
    ("> a\n>\n> [x](files/b.docx)", 3, "không có tệp “b.docx”"),
]


@pytest.mark.parametrize(("source", "line", "sentence"), FAULTS, ids=range(len(FAULTS)))
def test_what_is_wrong_is_told_with_its_line(source: str, line: int, sentence: str) -> None:
    assert any(at == line and sentence in said for at, said in faults_of(source, AROUND)), faults_of(source, AROUND)


def test_a_good_lesson_has_no_faults_and_all_is_found_in_it() -> None:
    source = (
        "## Mở đầu\n\nBấm ++Ctrl+C++[^1] và [mã độc](term:ma-doc).\n\n![Phim](files/phim.mp4)\n\n![Hình](files/a.png)\n\n"
        "[mẫu](files/mau.docx) [bài](lesson:02-la)\n\n### Hai `[^9]` \\[^8]\n\n[[self-check: kiem-tra]]\n\n[^1]: Lời.\n"
    )
    assert faults_of(source, AROUND) == []
    found = read_markdown(source, 10, lambda _line, _sentence: None)
    assert found.headings == [(10, 2, "Mở đầu"), (20, 3, "Hai [^9] [^8]")]
    names = {
        name: [(one.line, one.name) for one in getattr(found, name)] for name in ("media", "pictures", "terms", "lessons", "footnotes", "places")
    }
    assert names == {
        "media": [(14, "phim.mp4")],
        "pictures": [(16, "a.png")],
        "terms": [(12, "ma-doc")],
        "lessons": [(18, "02-la")],
        "footnotes": [(24, "1")],
        "places": [(22, "kiem-tra")],
    }
    assert [one.name for one in found.files] == ["phim.mp4", "a.png", "mau.docx"]
    assert found.words == 14


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.JPEG", "a.gif", "a.webp"])
def test_a_picture_may_be_of_these_kinds(name: str) -> None:
    assert faults_of(f"![x](files/{name})", Surroundings({name}, (), ())) == []


def test_the_preview_shows_recordings_and_terms(app: Flask) -> None:
    with app.app_context():
        ((_kind, html),) = preview_parts("![Phim](files/phim.mp4) \n\n[a](term:ma-doc) [b](lesson:02-la)", FILES, "/courses/7")
    assert "<video" in html and 'href="#term-ma-doc"' in html and 'href="/courses/7"' in html


def test_a_lesson_may_refer_to_the_terms_that_are_drafted(app: Flask, world: World) -> None:
    with app.app_context():
        course = db.session.get_one(Course, world.course)
        assert surroundings_of(course).terms == set()
        course.draft = (
            'title: {vi: "x", en: "x"}\nglossary:\n  - key: ma-doc\n    term: {vi: "Mã độc", en: "Malware"}\n    meaning: {vi: "x", en: "x"}\n'
        )
        db.session.flush()
        assert surroundings_of(course).terms == {"ma-doc"}
        db.session.rollback()


def test_the_glossary_lists_the_terms_that_are_used_each_with_its_way_back(app: Flask) -> None:
    entries = [{"key": key, "term": {"vi": key.upper(), "en": key}, "meaning": {"vi": f"nghĩa <{key}>", "en": "x"}} for key in ("ma-doc", "tan-cong")]
    with app.test_request_context():
        html = render_template("courses/_glossary.html", glossary=entries, used={"ma-doc"})
        assert render_template("courses/_glossary.html", glossary=entries, used=set()).strip() == ""
        assert 'id="term-tan-cong"' in render_template("courses/_glossary.html", glossary=entries)
    assert 'id="term-ma-doc"' in html and 'href="#term-back-ma-doc"' in html and "nghĩa &lt;ma-doc&gt;" in html
    assert "tan-cong" not in html
