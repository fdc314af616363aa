"""Inbox: drawn anew, delivered without its key, leading nowhere, marked by detections and false alarms, explained message by message."""

import gzip
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from flask import Flask, render_template
from hypothesis import given, settings
from hypothesis import strategies as st

import lms
from lms.quizzes import KINDS, PaperItem, check_question, result
from lms.quizzes.kind import KindError
from tests.cast import World

from .face.sitting import CANARY, Sitter, load, message, question

INBOX = KINDS["inbox"]
VERDICTS = ("safe", "report", "ask")
few = settings(deadline=None, max_examples=80)


def raw_of(**more: Any) -> dict[str, Any]:
    """An inbox of nine messages, three of each verdict."""
    return question("k-1", "mot", "inbox", **more)


def body_of(**more: Any) -> dict[str, Any]:
    """Its body."""
    return INBOX.parse(raw_of(**more))


def right_for(body: dict[str, Any], keys: list[str] | None = None) -> list[str]:
    """The wholly right answer, for these messages."""
    right = []
    for one in body["messages"]:
        if keys is None or one["key"] in keys:
            right += [f"{one['key']}:{one['verdict']}", *(f"{one['key']}:{spot['key']}" for spot in one["spots"] if spot["tell"])][:2]
    return right


def same_for_all(body: dict[str, Any], verdict: str) -> list[str]:
    """One verdict everywhere, with every right spot."""
    return [re.sub(r":(safe|report|ask)$", f":{verdict}", value) for value in right_for(body)]


def test_what_an_author_wrote_comes_back_as_written() -> None:
    body = body_of()
    assert INBOX.parse(INBOX.written(body)) == body
    assert check_question(raw_of()) == []


def test_what_is_delivered_does_not_depend_on_the_key() -> None:
    twins = [message("k-1", n, "khác") for n in range(9)]
    for twin, number in zip(twins, (1, 2, 0, 4, 5, 3, 7, 8, 6), strict=True):  # the texts stay, verdicts and tells go round
        other = message("k-1", number, "khác")
        twin["verdict"] = other["verdict"]
        tells = [spot.get("tell", False) for spot in other["spots"]]
        twin["spots"] = [{**{"label": spot["label"], "place": spot["place"]}, "tell": tell} for spot, tell in zip(twin["spots"], tells, strict=True)]
    body, twin_body = body_of(), body_of(messages=list(reversed(twins)))
    order = sorted(INBOX.keys(body))
    assert sorted(INBOX.keys(twin_body)) == order
    delivered = INBOX.deliver(body, order)
    assert delivered == INBOX.deliver(twin_body, order)
    assert not re.search(f"{CANARY}|verdict|tell|why", repr(delivered))


@few
@given(st.integers(6, 9), st.integers())
def test_every_draw_holds_a_third_of_threats_and_a_third_of_safe_messages(take: int, seed: int) -> None:
    body = body_of(take=take)
    order = INBOX.drawn(body, Random(seed))
    threats = {one["key"] for one in body["messages"] if one["verdict"] != "safe"}
    assert len(set(order)) == len(order) == take
    assert 3 * len(threats & set(order)) >= take <= 3 * len(set(order) - threats)
    assert order == INBOX.drawn(body, Random(seed))


def test_messages_are_drawn_anew_for_each_paper() -> None:
    body = body_of()
    draws = {tuple(INBOX.drawn(body, Random(seed))) for seed in range(20)}
    assert len({frozenset(draw) for draw in draws}) > 5 and len(draws) > 15


ANSWERS = st.lists(st.tuples(st.sampled_from(("", *VERDICTS)), st.sampled_from(("", "1", "2"))), min_size=9, max_size=9)


def values_of(body: dict[str, Any], said: list[tuple[str, str]]) -> list[str]:
    """An answer as a form sends it."""
    return [f"{one['key']}:{value}" if value else "" for one, pair in zip(body["messages"], said, strict=True) for value in pair]


@few
@given(ANSWERS, st.integers())
def test_the_maximum_is_only_for_an_inbox_that_is_right_in_every_message(said: list[tuple[str, str]], seed: int) -> None:
    body = body_of()
    order = INBOX.drawn(body, Random(seed))
    answer = INBOX.read(body, values_of(body, said))
    told = INBOX.explain(body, answer, order)
    points = INBOX.mark(body, answer, 100, order)
    assert points is not None and 0 <= points <= 100
    assert (points == 100) == all(one["is_right"] for one in told["messages"])
    assert INBOX.mark(body, right_for(body), 100, order) == 100


@few
@given(ANSWERS, st.integers(0, 8))
def test_putting_one_message_right_never_costs_points(said: list[tuple[str, str]], place: int) -> None:
    body = body_of()
    own = body["messages"][place]["key"]
    before = INBOX.read(body, values_of(body, said)) or []
    after = [value for value in before if not value.startswith(f"{own}:")] + right_for(body, [own])
    assert (INBOX.mark(body, after, 100) or 0) >= (INBOX.mark(body, before, 100) or 0)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_same_decision_everywhere_gives_nothing_without_the_right_spots(verdict: str) -> None:
    body = body_of()
    assert INBOX.mark(body, [value for value in same_for_all(body, verdict) if verdict in value], 100) == 0


def test_reporting_everything_gives_nothing_even_with_every_spot() -> None:
    body = body_of()
    assert INBOX.mark(body, same_for_all(body, "report"), 100) == 0
    assert INBOX.explain(body, same_for_all(body, "report"), INBOX.keys(body))["tally"].false_alarms == 3


def test_the_other_cautious_way_and_a_missed_spot_cost_a_part() -> None:
    body = body_of()
    threat = next(one["key"] for one in body["messages"] if one["verdict"] == "report")
    whole = right_for(body)
    asked = [f"{threat}:ask" if value == f"{threat}:report" else value for value in whole]
    spotless = [value for value in whole if not value.startswith(f"{threat}:") or value.endswith("report")]
    assert INBOX.mark(body, asked, 600) == 600 - 600 // 6 // 4
    assert INBOX.mark(body, spotless, 600) == 600 - 600 // 6 // 2
    safe = next(one["key"] for one in body["messages"] if one["verdict"] == "safe")
    assert INBOX.mark(body, [value for value in whole if not value.startswith(f"{safe}:")], 600) == 600 - 600 // 3 // 2
    assert INBOX.mark(body, [f"{safe}:report" if value.startswith(f"{safe}:") else value for value in whole], 600) == 600 - 600 // 3


def test_a_message_that_was_not_drawn_counts_for_nothing() -> None:
    body = body_of()
    order = INBOX.drawn(body, Random(1))
    assert INBOX.mark(body, right_for(body, order), 100, order) == 100
    assert INBOX.mark(body, None, 100, order) == 0


def test_filling_in_at_random_is_worth_little() -> None:
    assert INBOX.guess(body_of()) == INBOX.guess(body_of()) < 15


def test_only_one_decision_and_one_spot_of_known_messages_are_read() -> None:
    body = body_of()
    assert INBOX.read(body, ["", ""]) is None
    right = right_for(body)
    assert INBOX.read(body, [*reversed(right), ""]) == INBOX.read(body, right)
    for values in (["a:safe", "a:report"], ["a:1", "a:2"], ["z:safe"], ["a:other"], ["a"], ["a:safe:1"], ["a:9"]):
        with pytest.raises(KindError):
            INBOX.read(body, values)


def test_detections_and_false_alarms_are_counted_and_each_message_is_explained() -> None:
    body = body_of()
    answer = [value for value in right_for(body) if not value.startswith("a:")]
    told = INBOX.explain(body, answer, INBOX.keys(body))
    missed = body["messages"][INBOX.keys(body).index("a")]
    tally = told["tally"]
    assert (tally.threats, tally.safes, tally.false_alarms) == (6, 3, 0)
    assert tally.detections == 6 - (missed["verdict"] != "safe")
    assert all(CANARY in one["why"] for one in told["messages"])
    assert all(one["tells"] for one in told["messages"] if one["verdict"] != "safe")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"messages": [message("k", n, "w") for n in range(5)]}, "`messages`"),
        ({"take": 10}, "`take`"),
        ({"take": 5}, "`take`"),
        ({"account": "An"}, "`account`"),
        ({"messages": [message("k", 1, "w") | {"subject": str(n)} for n in range(9)]}, "một phần ba"),
        ({"messages": [message("k", 0, "w") for n in range(9)]}, "cùng nội dung"),
        ({"messages": [message("k", n, "w") | {"channel": "fax"} for n in range(9)]}, "`channel`"),
        ({"messages": [message("k", n, "w") | {"verdict": "delete"} for n in range(9)]}, "`verdict`"),
        ({"messages": [message("k", n, "w") | {"from_address": ""} for n in range(9)]}, "`from_address`"),
        ({"messages": [message("k", n, "w") | {"text": "Xem <https://a.example>"} for n in range(9)]}, "liên kết"),
        ({"messages": [message("k", n, "w") | {"text": f"## Lớn {n}"} for n in range(9)]}, "đoạn văn"),
        ({"messages": [message("k", n, "w") | {"text": "![x](y.png)"} for n in range(9)]}, "hình"),
        ({"messages": [message("k", n, "w") | {"lạ": "x"} for n in range(9)]}, "mục lạ"),
        ({"messages": [message("k", n, "w") | {"spots": [{"label": f"S{i}", "place": "link"} for i in (1, 2)]} for n in range(9)]}, "`tell: true`"),
        ({"messages": [message("k", n, "w") | {"spots": [{"label": "S", "place": "trời"}] * 2} for n in range(9)]}, "cùng nội dung"),
    ],
)
def test_a_fault_is_one_sentence(changes: dict[str, Any], said: str) -> None:
    faults = check_question(raw_of() | changes)
    assert len(faults) == 1 and said in faults[0], faults


def page_of(app: Flask, body: dict[str, Any]) -> str:
    """The question as it is served."""
    order = INBOX.drawn(body, Random(3))
    with app.test_request_context():
        return render_template(INBOX.template, item=PaperItem(1, 1, INBOX.template, INBOX.deliver(body, order), [], "", 0, None))


def test_no_link_leads_anywhere_and_every_target_can_be_read(app: Flask) -> None:
    html = page_of(app, body_of())
    assert not re.search(r"<a\b|href=|src=|action=|url\(", html)
    linked = re.findall(r'<span class="mail-link" tabindex="0" role="link" aria-describedby="([^"]+)">', html)
    assert len(linked) == len(set(linked)) == 6
    for one in linked:
        assert re.search(rf'role="tooltip" id="{one}">https://k-1-\d\.example/xem<', html)


def test_a_link_with_a_script_for_a_target_is_text_only(app: Flask) -> None:
    hostile = '[bấm](javascript:alert) [x"><img src=x>](data:a) [b](https://a.example/"onmouseover=x) [c](https://a.example/<script>)'
    html = page_of(app, body_of(messages=[message("k", n, "w") | {"text": f"{n} {hostile}"} for n in range(9)]))
    assert html.count(">javascript:alert<") == 6
    assert not re.search(r"<img|<script|<a\b|href=|<[^>]*onmouseover", html)


def test_a_link_that_is_no_plain_text_and_address_is_refused() -> None:
    with pytest.raises(KindError):
        body_of(messages=[message("k", n, "w") | {"text": f"{n} [bấm](javascript:alert(1))"} for n in range(9)])


def test_an_inbox_of_the_bundled_course_is_light(app: Flask) -> None:
    path = Path(lms.__file__).parents[1] / "courses" / "B" / "questions" / "luyen-hop-thu.yml"
    body = INBOX.parse(yaml.safe_load(path.read_text("utf-8"))[0])
    assert len(body["messages"]) == 14
    assert len(gzip.compress(page_of(app, {**body, "take": 12}).encode(), 9)) < 9_000


def test_an_inbox_is_sat_saved_marked_and_explained(app: Flask, world: World) -> None:
    report = load(app, world.agencies["T"], [question("k-1", "mot", "inbox")], blueprint=[{"topic": "mot", "take": 1}])
    an = Sitter(app, world.people["an"], world.agencies["XP"], report.quiz_versions["thi"])
    attempt_id = an.start()
    item = an.paper(attempt_id).items[0]
    assert CANARY not in repr(item) and len(item.question["messages"]) == 6
    right = [value for value in right_for(body_of()) if value[0] in {one["key"] for one in item.question["messages"]}]
    assert an.save(attempt_id, 1, right[:2], 1).answer
    assert an.submit(attempt_id, *[("answer-1", value) for value in [*right, ""]]).points == 100
    told = an.carry_out(lambda: result(attempt_id, an.person_id)).items[0]
    assert told.is_right
    with app.test_request_context():
        html = render_template(INBOX.result_template, item=told)
    assert html.count(CANARY) == 6 and "Phát hiện" in html and not re.search(r"<a\b|href=", html)
