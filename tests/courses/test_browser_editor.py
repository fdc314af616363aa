"""The lesson editor in real Chromium: by keyboard, pasting from Word, pictures, questions, saving by itself; never against the page's policy."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Dialog, Page, expect

from tests.browser.test_accessibility import faults
from tests.cast import COURSES
from tests.courses.test_loading import lesson
from tests.courses.test_trainer import edit as edit

pytestmark = pytest.mark.browser
SitDown = Callable[..., Page]
PAGE = "[data-page] [contenteditable=true]"
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Microsoft Word 15">
<style>p.MsoNormal {font-family:"Times New Roman"}</style><!--[if gte mso 9]><xml><o:Office>x</o:Office></xml><![endif]--></head><body lang=VI>
<!--StartFragment--><h1 style='margin-left:0cm'><span style='font-family:"Arial"'>Sao lưu dữ liệu<o:p></o:p></span></h1>
<p class=MsoNormal style='text-indent:1cm'>
<b style='mso-bidi-font-weight:normal'>Mỗi tuần</b> một lần, <span style='color:red;font-style:italic'>đừng quên</span>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18pt;mso-list:l0 level1 lfo1'><!--[if !supportLists]--><span style='mso-list:Ignore'>1.<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><!--[endif]-->Cắm ổ đĩa<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>Ổ đĩa riêng</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>2.<span>&nbsp; </span></span>Chép thư mục</p>
<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr><td width=200 style='width:150pt'><p class=MsoNormal>Ngày</p></td>
<td><p>Việc</p><ul><li>một</li></ul></td></tr></table>
<p class=MsoNormal><img width=10 src="file:///C:/anh.png"><a href="https://example.com">trang web</a></p><!--EndFragment--></body></html>"""
PASTE = """([selector, html]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  document.querySelector(selector).dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def desk(at_a_pc: SitDown, edit: str) -> Iterator[Page]:
    """Bình at the editor; at the end nothing was against the rules of the page and nothing failed."""
    page = at_a_pc("binh")
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.add_init_script("addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective, event.sample))")
    page.goto(edit)
    page.locator(PAGE).wait_for()
    yield page
    assert not [said for said in wrong if not said.startswith("Failed to load resource")]  # what was refused is no fault of the page


def empty(page: Page) -> None:
    """Begin with an empty text."""
    page.locator(PAGE).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")


def reach(page: Page, tool: str) -> None:
    """A button of the toolbar, by keyboard from the text."""
    page.keyboard.press("Alt+F10")
    for _step in range(20):
        if tool in str(page.evaluate("document.activeElement.textContent + document.activeElement.getAttribute('aria-label')")):
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")


def choose(page: Page, menu: str, item: str) -> None:
    """An entry of a menu of the toolbar, by keyboard from the text and back."""
    reach(page, menu)
    for _step in range(12):
        if page.evaluate("document.activeElement.textContent").strip() == item:
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def saved(page: Page) -> None:
    """Wait until the page says that the draft is saved."""
    expect(page.locator("[data-status]")).to_have_text(re.compile(r"^Đã lưu bản nháp lúc \d\d:\d\d$"))


def kept(app: Flask) -> str:
    """The draft that is kept, without its front matter."""
    with app.app_context():
        return str(lesson("01-dai").draft).split("---\n", 2)[2]


def test_a_lesson_is_written_by_keyboard_only_saves_itself_and_is_the_same_after_reload(desk: Page, app: Flask) -> None:
    desk.focus(PAGE)
    desk.keyboard.press("Control+a")
    desk.keyboard.press("Delete")
    choose(desk, "Kiểu đoạn", "Tiêu đề lớn")
    desk.keyboard.type("Khóa máy")
    desk.keyboard.press("Enter")
    desk.keyboard.type("Trước khi rời bàn, bấm ")
    reach(desk, "Phím")
    desk.keyboard.type("Win+L")
    desk.keyboard.press("Enter")
    desk.keyboard.type("- một")
    desk.keyboard.press("Enter")
    desk.keyboard.type("hai")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")
    choose(desk, "Khối", "Ghi nhớ")
    desk.keyboard.type("Khóa rồi mới đi.")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")
    choose(desk, "Bảng", "Chèn bảng")
    for cell in ("Lúc", "Việc", "Ai", "Rời bàn"):
        desk.keyboard.type(cell)
        desk.keyboard.press("Tab")
    choose(desk, "Bảng", "Xóa cột")
    choose(desk, "Bảng", "Thêm hàng dưới")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.type("Mọi người")
    saved(desk)
    text = kept(app)
    assert text.startswith("## Khóa máy\n\nTrước khi rời bàn, bấm ++Win+L++\n\n- một\n- hai\n\n::: remember\nKhóa rồi mới đi.\n:::\n\n"), text
    assert "| Lúc | Ai |\n| --- | --- |\n| Rời bàn |" in text and "| Mọi người |" in text, text
    desk.reload()
    desk.locator(PAGE).wait_for()
    assert desk.locator(f"{PAGE} h2").inner_text() == "Khóa máy" and desk.locator(f"{PAGE} .call-out-remember").inner_text() == "Khóa rồi mới đi."
    assert desk.locator(f"{PAGE} kbd").inner_text() == "Win+L" and desk.locator(f"{PAGE} tr").count() == 3
    assert not faults(desk)


def test_what_is_pasted_from_word_is_clean_structure(desk: Page, app: Flask) -> None:
    empty(desk)
    desk.evaluate(PASTE, [PAGE, WORD])
    expect(desk.locator(f"{PAGE} h2")).to_have_text("Sao lưu dữ liệu")
    expect(desk.locator("[data-lost]")).to_have_text("Hình trong đoạn vừa dán không theo được. Anh/Chị chèn lại bằng nút “Hình”.")
    assert desk.locator(f"{PAGE} > ol > li").count() == 2 and desk.locator(f"{PAGE} ol ul li").inner_text() == "Ổ đĩa riêng"
    saved(desk)
    text = kept(app)
    assert "**Mỗi tuần** một lần, *đừng quên*." in text and "trang web" in text
    assert re.search(r"^1\. Cắm ổ đĩa\n +- Ổ đĩa riêng\n2\. Chép thư mục$", text, re.M), text
    assert not re.search(r"mso|style|class|<|example\.com|file:|Generator", text, re.I)


def test_a_picture_needs_words_that_tell_it(desk: Page, app: Flask) -> None:
    empty(desk)
    desk.click(".tool[data-do=picture]")
    dialog = desk.locator("[data-dialog=picture]")
    dialog.get_by_role("button", name="Chèn hình").click()
    expect(dialog.get_by_role("alert")).to_have_text("Anh/Chị chọn một hình hoặc tải hình mới lên.")
    assert not faults(desk)
    dialog.locator("select").select_option("files/xanh.png")
    dialog.get_by_role("button", name="Chèn hình").click()
    expect(dialog.get_by_role("alert")).to_contain_text("lời mô tả")
    dialog.locator("[data-alt]").fill("Hình vuông màu xanh")
    dialog.get_by_role("button", name="Chèn hình").click()
    expect(desk.locator(f"{PAGE} img")).to_have_attribute("src", re.compile(r"^/courses/\d+/files/[\w-]+/xanh\.png$"))
    desk.click(".tool[data-do=picture]")
    dialog.locator("[data-upload]").set_input_files(COURSES / "M" / "files" / "xanh.png")
    expect(dialog.locator("select")).to_have_value("files/xanh-2.png")
    dialog.locator("[data-alt]").fill("Hình tải lên")
    dialog.get_by_role("button", name="Chèn hình").click()
    expect(desk.locator(f"{PAGE} img")).to_have_count(2)
    saved(desk)
    assert kept(app) == "![Hình vuông màu xanh](files/xanh.png)\n\n![Hình tải lên](files/xanh-2.png)\n"


def test_a_question_is_written_in_place_and_the_source_can_be_seen(desk: Page, app: Flask) -> None:
    empty(desk)
    desk.keyboard.type("Hỏi nhanh:")
    desk.click(".tool[data-do=check]")
    own = desk.locator("[data-new-check]")
    own.locator("[name=stem]").fill("Khi rời bàn, làm gì?")
    own.get_by_role("button", name="Viết và chèn").click()
    expect(own.get_by_role("alert")).to_contain_text("phương án")
    for n, text in enumerate(("Khóa máy", "Tắt màn hình", "Không làm gì"), 1):
        own.locator(f"[name=option_{n}]").fill(text)
        own.locator(f"[name=why_{n}]").fill(f"Vì {text}.")
    own.get_by_role("button", name="Viết và chèn").click()
    expect(desk.locator(f"{PAGE} .check")).to_contain_text("Khi rời bàn, làm gì?")
    saved(desk)
    key = re.search(r"\[\[self-check: ([a-z0-9-]+)\]\]", kept(app))
    assert key and kept(app).startswith("Hỏi nhanh:\n\n[[self-check: ")
    desk.click("[data-switch]")
    area = desk.locator("#source")
    expect(area).to_have_value(re.compile(rf"self-check: {key[1]}"))
    area.fill("## Từ mã nguồn\n\n::: try\nThử đi.\n:::")
    desk.click("[data-switch]")
    expect(desk.locator(f"{PAGE} .call-out-try")).to_have_text("Thử đi.")
    desk.get_by_role("button", name="Lưu bản nháp").click()
    desk.wait_for_url(re.compile(r"/(edit|courses/\d+)$"))
    assert kept(app) == "## Từ mã nguồn\n\n::: try\nThử đi.\n:::\n"


def test_what_is_not_sent_yet_is_sent_when_the_network_is_back_and_closing_warns(desk: Page, app: Flask) -> None:
    desk.context.route("**/autosave", lambda route: route.abort())
    empty(desk)
    desk.keyboard.type("Mất mạng.")
    expect(desk.locator("[data-status]")).to_have_text("Chưa gửi được. Máy sẽ tự gửi lại khi có mạng.")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    desk.on("dialog", stay)
    desk.close(run_before_unload=True)
    desk.wait_for_timeout(300)
    assert asked == ["beforeunload"] and not desk.is_closed()
    desk.context.unroute("**/autosave")
    desk.evaluate("dispatchEvent(new Event('online'))")
    saved(desk)
    assert kept(app) == "Mất mạng.\n"
