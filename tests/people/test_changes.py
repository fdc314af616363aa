"""Changes of the tree over HTTP: the form, the preview that keeps nothing, the deed once, and the way back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.agencies import Agency, AgencyEvent, agencies_below, open_agency
from lms.base import clock, commit, db
from lms.people import Membership, create_person
from tests.cast import OPENED, World
from tests.pages import Page, Visitor

DAY = "2024-07-01"
KINDS = ("rename", "move", "merge", "split", "close", "undo", "import")
NEW = {"name": "Xã Tân An", "agency_code": "XTA", "kind": "commune", "position": "5"}


def address(world: World, code: str, kind: str) -> str:
    return f"/people/agencies/{world.agencies[code]}/{kind}"


def hidden(page: Page) -> dict[str, Any]:
    """What the page carries, as the browser would send it."""
    fields: dict[str, Any] = {}
    for field in page.all("input"):
        if field.get("type") == "hidden" and field.get("name") not in ("_key", "next"):
            fields.setdefault(field.get("name", ""), []).append(field.get("value", ""))
    return fields


def one_time(page: Page) -> str:
    """The key of the form of the page itself."""
    return next(key for key in page.keys() if not key.startswith("0.0."))


def steps(visitor: Visitor, path: str, typed: Mapping[str, Any]) -> tuple[Page, Page]:
    """(the preview, the answer to its confirmation)."""
    preview = visitor.post(path, {**typed, "step": "preview"}, status=200)
    return preview, visitor.post(path, {**hidden(preview), "step": "confirm"}, page=preview, status=302)


def count(app: Flask, model: Any = AgencyEvent) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def agency(app: Flask, agency_id: int) -> Agency:
    with app.app_context():
        return db.session.get_one(Agency, agency_id)


def place_of(app: Flask, person_id: int, on: date) -> int | None:
    with app.app_context():
        there = sa.select(Membership.agency_id).where(Membership.person_id == person_id, Membership.is_main, Membership.from_on <= on)
        return db.session.scalar(there.where(sa.or_(Membership.to_on.is_(None), Membership.to_on > on)))


def lies_below(app: Flask, ancestor_id: int, agency_id: int, on: date | None = None) -> bool:
    with app.app_context():
        return agency_id in set(db.session.scalars(agencies_below([ancestor_id], on)))


def a_school(app: Flask, world: World, parent: str = "XP", code: str = "TH") -> int:
    with app.app_context():
        school = open_agency(None, code, "school", f"Trường {code}", world.agencies[parent], 1, OPENED)
        commit()
        return school.id


@pytest.mark.parametrize("kind", KINDS)
def test_only_an_administrator_within_reach_changes_the_tree(
    kind: str, world: World, dung: Visitor, giang: Visitor, chi: Visitor, nobody: Visitor
) -> None:
    dung.get(address(world, "XP", kind))
    dung.get(address(world, "HL", kind), 404)
    dung.get(address(world, "T", kind), 404)
    dung.post(address(world, "HL", kind), {"step": "confirm"}, page="/agencies/new", status=404)
    giang.get(address(world, "XP", kind), 403)
    chi.get(address(world, "XP", kind), 403)
    nobody.get(address(world, "XP", kind), 302)


def test_the_page_of_an_agency_offers_its_changes(dung: Visitor, world: World) -> None:
    links = dung.get(f"/agencies/{world.agencies['XP']}").links()
    assert {address(world, "XP", kind) for kind in KINDS} - {address(world, "XP", "undo")} <= set(links)


def test_a_rename_is_shown_first_then_recorded(app: Flask, dung: Visitor, world: World) -> None:
    path, before = address(world, "XP", "rename"), count(app)
    preview, answer = steps(dung, path, {"name": "Phường An Phúc", "on": DAY, "decision": "05/NQ"})
    assert "Xã An Phúc" in preview.text and "Phường An Phúc" in preview.text and "05/NQ" in preview.text
    page = dung.get(answer.response.headers["Location"])
    assert page.h1 == "Phường An Phúc" and "Xã An Phúc" in page.text and "05/NQ" in page.text
    assert count(app) == before + 1


def test_a_preview_keeps_nothing(app: Flask, dung: Visitor, world: World) -> None:
    before = count(app), count(app, Membership)
    dung.post(address(world, "XP", "rename"), {"name": "Phường An Phúc", "on": DAY, "step": "preview"}, status=200)
    dung.post(address(world, "XP", "close"), {"people_to": str(world.agencies["XM"]), "on": DAY, "step": "preview"}, status=200)
    assert (count(app), count(app, Membership)) == before
    assert agency(app, world.agencies["XP"]).name == "Xã An Phúc"


def test_a_confirmation_sent_twice_is_carried_out_once(app: Flask, dung: Visitor, world: World) -> None:
    path, before = address(world, "XP", "rename"), count(app)
    preview = dung.post(path, {"name": "Phường An Phúc", "on": DAY, "step": "preview"}, status=200)
    key = one_time(preview)
    answers = [dung.post(path, {**hidden(preview), "step": "confirm"}, key=key, status=302) for _time in range(2)]
    assert answers[0].response.headers["Location"] == answers[1].response.headers["Location"]
    assert count(app) == before + 1


def test_the_same_preview_asked_for_again_is_made_again(dung: Visitor, world: World) -> None:
    form = dung.get(address(world, "XP", "rename"))
    for _time in range(2):
        page = dung.post(address(world, "XP", "rename"), {"name": "Phường A", "on": DAY, "step": "preview"}, key=one_time(form), status=200)
        assert "Phường A" in page.text and page.h1.startswith("Xem trước")


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(app: Flask, dung: Visitor, world: World) -> None:
    path = address(world, "XP", "move")
    mine = dung.post(path, {"parent_id": str(world.agencies["XM"]), "on": "2025-01-01", "decision": "5/NQ", "step": "preview"}, status=200)
    steps(dung, address(world, "XP", "rename"), {"name": "Phường Hai", "on": DAY})
    page = dung.post(path, {**hidden(mine), "step": "confirm"}, page=mine, status=422)
    assert "vừa được người khác thay đổi" in page.text and 'value="5/NQ"' in page.html
    assert not lies_below(app, world.agencies["XM"], world.agencies["XP"])


def test_editing_again_brings_back_what_was_typed(dung: Visitor, world: World) -> None:
    path = address(world, "XP", "rename")
    preview = dung.post(path, {"name": "Phường An Phúc", "on": DAY, "decision": "05/NQ", "step": "preview"}, status=200)
    form = dung.post(path, {**hidden(preview), "step": "edit"}, page=preview, status=200)
    for typed in ("Phường An Phúc", DAY, "05/NQ"):
        assert f'value="{typed}"' in form.html


def test_refused_input_comes_back_with_its_sentence(dung: Visitor, world: World) -> None:
    page = dung.post(address(world, "XP", "rename"), {"name": "", "on": "31/02/2024", "decision": "05/NQ", "step": "preview"}, status=422)
    assert "nhập tên đơn vị" in page.text and "ngày/tháng/năm" in page.text and 'value="05/NQ"' in page.html
    page = dung.post(address(world, "XP", "rename"), {"name": "Phường A", "on": "2019-01-01", "step": "preview"}, status=422)
    assert "01/01/2020" in page.text and 'value="Phường A"' in page.html
    page = dung.post(address(world, "XP", "move"), {"parent_id": str(world.agencies["HL"]), "on": DAY, "step": "preview"}, status=422)
    assert "chọn một mục trong danh sách" in page.text


def test_a_move_takes_along_what_is_below(app: Flask, dung: Visitor, world: World) -> None:
    school = a_school(app, world)
    preview, _answer = steps(
        dung, address(world, "TH" if "TH" in world.agencies else "XP", "move"), {"parent_id": str(world.agencies["XM"]), "on": DAY}
    )
    assert "Xã Bình Minh" in preview.text and "Trường TH" in preview.text
    assert lies_below(app, world.agencies["XM"], school) and not lies_below(app, world.agencies["XM"], school, date(2024, 6, 30))


def test_a_merger_into_another_moves_people_and_agencies(app: Flask, dung: Visitor, world: World) -> None:
    school = a_school(app, world)
    typed = {"into": "other", "into_id": str(world.agencies["XM"]), "on": DAY, "decision": "1191/NQ"}
    preview, _answer = steps(dung, address(world, "XP", "merge"), typed)
    assert "Nguyễn Văn An" in preview.text and "Trường TH" in preview.text
    assert place_of(app, world.people["an"], clock.today()) == world.agencies["XM"]
    assert place_of(app, world.people["an"], date(2024, 6, 30)) == world.agencies["XP"]
    assert lies_below(app, world.agencies["XM"], school)
    assert "Nay thuộc: Xã Bình Minh" in dung.get(f"/agencies/{world.agencies['XP']}").text
    assert "Kế thừa từXã An Phúc" in dung.get(f"/agencies/{world.agencies['XM']}").text


def test_a_merger_into_this_one_and_into_a_new_one(app: Flask, dung: Visitor, world: World) -> None:
    path, other = address(world, "XP", "merge"), str(world.agencies["XM"])
    page = dung.post(path, {"into": "this", "on": DAY, "step": "preview"}, status=422)
    assert "đánh dấu ít nhất một đơn vị" in page.text
    preview = dung.post(path, {"into": "this", "from_ids": [other], "on": DAY, "step": "preview"}, status=200)
    assert "Đặng Thị Ánh" in preview.text and "Nguyễn Văn An" not in preview.text
    typed = {**NEW, "into": "new", "parent_id": str(world.agencies["HT"]), "from_ids": [other], "on": DAY}
    preview, _answer = steps(dung, path, typed)
    assert "Xã Tân An" in preview.text
    page = dung.get("/agencies")
    assert "Xã Tân An" in page.text and "sáp nhập, giải thể (2)" in page.text


def test_a_new_agency_of_a_merger_needs_name_and_a_code_of_its_own(dung: Visitor, world: World) -> None:
    typed = {**NEW, "into": "new", "parent_id": str(world.agencies["HT"]), "on": DAY, "step": "preview"}
    page = dung.post(address(world, "XP", "merge"), {**typed, "name": "", "agency_code": "", "position": "ba"}, status=422)
    for sentence in ("nhập tên đơn vị", "nhập mã đơn vị", "một số từ 0"):
        assert sentence in page.text
    page = dung.post(address(world, "XP", "merge"), {**typed, "agency_code": "XM"}, status=422)
    assert "Mã này đã có" in page.text and 'value="Xã Tân An"' in page.html


def test_old_agencies_are_searched_and_stay_ticked(dung: Visitor, world: World) -> None:
    path, other = address(world, "HT", "merge"), str(world.agencies["XM"])
    page = dung.post(path, {"into": "this", "from_ids": [other], "q": "an phuc", "step": "search"}, status=200)
    values = [(one.get("value"), one.get("checked")) for one in page.all("input") if one.get("name") == "from_ids"]
    assert values == [(other, ""), (str(world.agencies["XP"]), None)]
    enter = dung.post(path, {"q": "lac thuy", "asked": "", "into": "this", "on": DAY, "step": "preview"}, status=200)
    assert "Không tìm thấy" in enter.text and enter.h1.startswith("Sáp nhập")


def test_an_agency_out_of_reach_is_never_merged(app: Flask, dung: Visitor, world: World) -> None:
    far, before = str(world.agencies["HL"]), count(app)
    for typed in ({"into": "this", "from_ids": [far]}, {"into": "other", "into_id": far}, {"into": "new", **NEW, "parent_id": far}):
        page = dung.post(address(world, "XP", "merge"), {**typed, "on": DAY, "step": "confirm", "seen": "0"}, status=422)
        assert "chọn một mục trong danh sách" in page.text
    assert count(app) == before


def part(number: int, **values: str) -> dict[str, str]:
    given = {"agency_id": "", "name": "", "code": "", "kind": "unit", "position": "1", **values}
    return {f"parts-{number}-{name}": value for name, value in given.items()}


def test_a_part_is_split_off_in_three_pages(app: Flask, dung: Visitor, world: World) -> None:
    path, an = address(world, "XP", "split"), world.people["an"]
    school = a_school(app, world)
    typed = {"way": "keeps", "on": DAY, "decision": "7/NQ", "parent_id": str(world.agencies["HT"]), **part(0, name="Xã Mới", code="XN")}
    allot = dung.post(path, {**typed, "step": "allot"}, status=200)
    assert "Nguyễn Văn An" in allot.text and "Trường TH" in allot.text and "ở lại Xã An Phúc" in allot.text
    chosen = {**hidden(allot), "rest": "0", f"person-{an}": "1", f"child-{school}": "", "step": "preview"}
    preview = dung.post(path, chosen, page=allot, status=200)
    assert "Xã Mới" in preview.text and "Nguyễn Văn An" in preview.text
    back = dung.post(path, {**hidden(preview), "step": "allot"}, page=preview, status=200)
    selected = [option.get("value") for option in back.all("option") if option.get("selected") is not None]
    assert selected == ["0", "1"]
    form = dung.post(path, {**hidden(back), "rest": "0", f"person-{an}": "1", "step": "edit"}, page=back, status=200)
    assert 'value="Xã Mới"' in form.html and f'name="person-{an}" value="1"' in form.html
    dung.post(path, {**hidden(preview), "step": "confirm"}, page=preview, status=302)
    new = place_of(app, an, clock.today())
    assert new not in (None, world.agencies["XP"]) and place_of(app, an, date(2024, 6, 30)) == world.agencies["XP"]
    assert lies_below(app, world.agencies["XP"], school)


def test_an_agency_is_divided_and_the_rest_follows_the_common_choice(app: Flask, dung: Visitor, world: World) -> None:
    path = address(world, "XP", "split")
    school = a_school(app, world)
    typed = {"way": "ends", "on": DAY, "parent_id": str(world.agencies["HT"]), **part(0, name="Xã Một", code="X1")}
    page = dung.post(path, {**typed, "step": "allot"}, status=422)
    assert "ít nhất 2 đơn vị nhận" in page.text and 'value="Xã Một"' in page.html
    typed |= part(1, agency_id=str(world.agencies["XM"]))
    allot = dung.post(path, {**typed, "step": "allot"}, status=200)
    assert "ở lại" not in allot.text
    preview = dung.post(path, {**hidden(allot), "rest": "2", f"child-{school}": "1", "step": "preview"}, page=allot, status=200)
    dung.post(path, {**hidden(preview), "step": "confirm"}, page=preview, status=302)
    assert place_of(app, world.people["an"], clock.today()) == world.agencies["XM"]
    assert not lies_below(app, world.agencies["XM"], school) and agency(app, world.agencies["XP"]).closed_on == date(2024, 7, 1)


def test_three_hundred_people_are_split(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        ids = [create_person(None, full_name=f"Lê Văn Tư {n}", agency_id=world.agencies["XP"], from_on=OPENED).id for n in range(300)]
        commit()
    path = address(world, "XP", "split")
    typed = {"way": "keeps", "on": DAY, "parent_id": str(world.agencies["HT"]), **part(0, name="Xã Mới", code="XN")}
    key = one_time(dung.get(path))
    for _time in range(2):  # a double click: the page is too large to be remembered as an answer, and comes all the same
        allot = dung.post(path, {**typed, "step": "allot"}, key=key, status=200)
        assert "Lê Văn Tư 299" in allot.text
    choices = {f"person-{one}": "1" if one % 2 else "" for one in ids}
    preview = dung.post(path, {**hidden(allot), **choices, "rest": "0", "step": "preview"}, page=allot, status=200)
    assert "150 người chuyển đơn vị" in preview.text
    dung.post(path, {**hidden(preview), "step": "confirm"}, page=preview, status=302)
    assert place_of(app, ids[0], clock.today()) != place_of(app, ids[1], clock.today())


def test_a_closure_says_who_receives_the_people(app: Flask, dung: Visitor, world: World) -> None:
    path = address(world, "XP", "close")
    assert "1 người thuộc đơn vị này" in dung.get(path).text
    page = dung.post(path, {"people_to": "", "on": DAY, "step": "preview"}, status=422)
    assert "Anh/Chị chọn đơn vị tiếp nhận" in page.text
    preview, _answer = steps(dung, path, {"people_to": str(world.agencies["HT"]), "on": DAY})
    assert "Huyện Thuận An" in preview.text
    assert place_of(app, world.people["an"], clock.today()) == world.agencies["HT"]
    page = dung.get(f"/agencies/{world.agencies['XP']}")
    assert "kết thúc hoạt động" in page.text and address(world, "XP", "rename") not in page.links()


def test_a_change_is_undone_from_the_page_of_the_agency(app: Flask, dung: Visitor, world: World) -> None:
    steps(dung, address(world, "XP", "merge"), {"into": "other", "into_id": str(world.agencies["XM"]), "on": DAY})
    path = address(world, "XP", "undo")
    assert path in dung.get(f"/agencies/{world.agencies['XP']}").links()
    page = dung.get(path)
    assert "Sáp nhập" in page.text and "Xã Bình Minh" in page.text
    key, data = one_time(page), hidden(page)
    for _time in range(2):
        dung.post(path, data, key=key, status=302)
    assert place_of(app, world.people["an"], clock.today()) == world.agencies["XP"]
    shown = dung.get(f"/agencies/{world.agencies['XP']}")
    assert "đã hoàn tác" in shown.text and agency(app, world.agencies["XP"]).closed_on is None


def test_an_undo_that_is_no_longer_possible_says_so(dung: Visitor, world: World) -> None:
    path, rename = address(world, "XP", "undo"), address(world, "XP", "rename")
    steps(dung, rename, {"name": "Phường Một", "on": DAY})
    page = dung.get(path)
    steps(dung, rename, {"name": "Phường Hai", "on": "2025-07-01"})
    answer = dung.post(path, hidden(page), page=page, status=422)
    assert "không hoàn tác được nữa" in answer.text
    assert "chọn" not in dung.post(path, {"event": "x"}, status=422).h1
