"""Places on a picture: delivered without their key, numbered from top to bottom, marked as a question of many options."""

import re
from itertools import combinations
from random import Random
from typing import Any

import pytest
from flask import Flask, render_template
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.quizzes import KINDS, PaperItem, check_question, picture_faults
from lms.quizzes.kind import KindError

from .face.sitting import CANARY, question
from .pictures import JPEG, PNG, png

PLACES = KINDS["places"]
FOUND = {"_picture": {"token": "dau-hieu", "name": "ban.png", "width": 200, "height": 100}}


def raw_of(**more: Any) -> dict[str, Any]:
    """A question of five places, of which three are right."""
    return question("k-1", "mot", "places", **more)


def body_of(**more: Any) -> dict[str, Any]:
    """Its body, with the picture found."""
    return PLACES.parse({**raw_of(**more), **FOUND})


def test_what_an_author_wrote_comes_back_as_written() -> None:
    body = body_of(scoring="penalty")
    assert PLACES.parse({**PLACES.written(body), **FOUND}) == body
    assert PLACES.pictures(PLACES.written(body)) == ["ban.png"]


def test_it_can_be_checked_without_a_bank() -> None:
    assert check_question(raw_of()) == []
    assert PLACES.parse(raw_of())["picture"]["token"] == ""


def test_what_is_delivered_does_not_depend_on_the_key() -> None:
    places = [{**one, "correct": n in (1, 4), "why": "khác"} for n, one in enumerate(raw_of()["places"])]
    body, twin = body_of(), body_of(places=list(reversed(places)))
    order = PLACES.drawn(body, Random(1))
    assert PLACES.drawn(twin, Random(2)) == order
    assert PLACES.deliver(body, order) == PLACES.deliver(twin, order)
    assert not re.search(f"{CANARY}|correct|why", repr(PLACES.deliver(body, order)))


BOXES = st.lists(
    st.fixed_dictionaries({"x": st.integers(0, 150), "y": st.integers(0, 80), "w": st.integers(10, 50), "h": st.integers(10, 20)}),
    min_size=4,
    max_size=16,
)


@settings(deadline=None, max_examples=80)
@given(BOXES)
def test_every_number_lies_wholly_on_the_picture(boxes: list[dict[str, int]]) -> None:
    body = body_of(places=[{**box, "label": f"P{n}", "correct": n < 2, "why": "w"} for n, box in enumerate(boxes)])
    order = PLACES.drawn(body, Random(0))
    shown = PLACES.deliver(body, order)
    assert [mark["key"] for mark in shown["marks"]] == [option["key"] for option in shown["options"]] == order
    for mark in shown["marks"]:
        assert shown["radius"] <= mark["cx"] <= 200 - shown["radius"]
        assert shown["radius"] <= mark["cy"] <= 100 - shown["radius"]


@pytest.mark.parametrize(("scoring", "missed", "one_too_many"), [("whole", 0, 0), ("parts", 66, 0), ("penalty", 66, 66)])
def test_it_is_marked_as_a_question_of_many_options(scoring: str, missed: int, one_too_many: int) -> None:
    body = body_of(scoring=scoring)
    right = sorted(option["key"] for option in body["options"] if option["correct"])
    wrong = [option["key"] for option in body["options"] if not option["correct"]]
    assert PLACES.mark(body, PLACES.read(body, right), 100) == 100
    assert PLACES.mark(body, right[1:], 100) == missed
    assert PLACES.mark(body, [*right, wrong[0]], 100) == one_too_many
    assert PLACES.mark(body, [*right, *wrong], 100) in (0, 33)
    assert PLACES.mark(body, None, 100) == 0
    with pytest.raises(KindError):
        PLACES.read(body, ["z"])


@pytest.mark.parametrize("scoring", ["whole", "parts", "penalty"])
def test_the_random_guess_is_the_mean_of_all_answers(scoring: str) -> None:
    body = body_of(scoring=scoring)
    keys = PLACES.keys(body)
    points = [PLACES.mark(body, list(some), 100) or 0 for size in range(1, 6) for some in combinations(keys, size)]
    assert PLACES.guess(body) == round(sum(points) / len(points))


def changed(**changes: Any) -> list[dict[str, Any]]:
    """The places, the first one changed."""
    first, *others = raw_of()["places"]
    return [{**first, **changes}, *others]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"picture": None}, "`picture`"),
        ({"picture": "ban.png"}, "`picture`"),
        ({"picture": "files/../ban.png"}, "`picture`"),
        ({"places": []}, "`places`"),
        ({"places": changed(x="trái")}, "điểm ảnh"),
        ({"places": changed(x=-1)}, "điểm ảnh"),
        ({"places": changed(w=True)}, "điểm ảnh"),
        ({"places": changed(w=3)}, "nhỏ hơn"),
        ({"places": changed(label="P1 của k-1")}, "cùng nội dung"),
        ({"places": changed(why=None)}, "`why`"),
        ({"places": changed(correct="có")}, "`correct`"),
        ({"places": changed(colour="đỏ")}, "mục lạ"),
        ({"places": [{**one, "correct": True} for one in raw_of()["places"]]}, "phương án"),
        ({"scoring": "half"}, "`scoring`"),
    ],
)
def test_a_fault_is_one_sentence(changes: dict[str, Any], said: str) -> None:
    faults = check_question(raw_of() | changes)
    assert len(faults) == 1 and said in faults[0], faults


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "Không có hình"),
        ({"ban.png": b"<svg/>"}, "không phải hình"),
        ({"ban.png": JPEG}, "không phải hình"),
        ({"ban.png": PNG + b"\0" * 150_000}, "nặng"),
        ({"ban.png": png(100, 100)}, "nằm ngoài hình"),
    ],
)
def test_a_folder_is_told_what_is_wrong_with_a_picture(files: dict[str, bytes], said: str) -> None:
    assert picture_faults(raw_of(), {"ban.png": PNG}) == []
    faults = picture_faults(raw_of(), files)
    assert len(faults) == 1 and said in faults[0], faults


def test_the_page_is_a_picture_and_a_list_without_style_or_key(app: Flask) -> None:
    body = body_of()
    order = PLACES.drawn(body, Random(1))
    with app.test_request_context():
        html = render_template(PLACES.template, item=PaperItem(1, 1, PLACES.template, PLACES.deliver(body, order), [order[0]], "", 0, None))
    assert html.count('type="checkbox"') == html.count("<circle") == 5 and html.count(" checked") == 1
    assert 'href="/quizzes/files/dau-hieu/ban.png"' in html
    assert not re.search(rf"style=|onclick|{CANARY}|correct", html)
