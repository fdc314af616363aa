"""People on leave stand apart, with the reason, on every page and in the file."""

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.people import Membership
from tests.pages import Visitor
from tests.reports.conftest import FIGURES, District
from tests.reports.reading import opened, people_listed

REASONS = {"maternity": "nghỉ thai sản", "sick": "nghỉ ốm dài ngày", "study": "đi học", "secondment": "đi biệt phái", None: ""}


@pytest.mark.parametrize("reason", list(REASONS))
def test_why_somebody_is_on_leave_is_said(app: Flask, chi: Visitor, district: District, reason: str | None) -> None:
    person = district.people["Đỗ Thị Sinh"]
    with app.app_context():
        db.session.execute(sa.update(Membership).where(Membership.person_id == person).values(reason=reason))
        commit()
    said = f"Đang nghỉ ({REASONS[reason]})" if reason else "Đang nghỉ"
    page = chi.get("/reports/people?state=on_leave")
    cells = [" ".join("".join(cell.itertext()).split()) for cell in page.all("td")]
    assert said in cells
    assert opened(chi, "/reports/export.xlsx?state=on_leave")[2][0][14] == said
    assert said in chi.get(f"/reports/people/{person}").text


def test_the_list_of_all_says_how_many_are_not_in_it(chi: Visitor, district: District) -> None:
    page = chi.get("/reports/people")
    assert "Đỗ Thị Sinh" not in page.text
    assert len(people_listed(chi, "/reports/people")) == FIGURES["assigned"]
    assert f"Người đang nghỉ (không tính): {FIGURES['on_leave']}" in page.text
    assert "Đỗ Thị Sinh" in chi.get(next(link for link in page.links() if "state=on_leave" in link)).text
