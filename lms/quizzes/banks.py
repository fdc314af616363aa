"""What changes banks on the site: a new bank, and its topics, which form a tree."""

import re
from typing import Any

import sqlalchemy as sa

from lms.base import TRAINER, Refused, db, fold, insert_once, nfc
from lms.base import gettext as _
from lms.site import record

from .checks import DEEPEST_TOPIC
from .models import AttemptLevel, Bank, Question, Quiz, QuizVersion, Topic

LONGEST_TITLE = 200


def key_from(title: str, longest: int = 56) -> str:
    """A key made from a title: "Mật khẩu & mã OTP" becomes mat-khau-ma-otp."""
    return re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:longest].strip("-") or "muc"


def open_bank(actor: Any, title: str, agency_id: int) -> int:
    """Open a bank owned at an agency of the actor's reach; returns its id. Refused for an agency out of reach."""
    if db.session.scalar(sa.select(sa.literal(True)).where(sa.literal(agency_id).in_(actor.reach(TRAINER)))) is None:
        raise Refused(_("Anh/Chị chọn một đơn vị trong phạm vi của mình."), "agency_id")
    title, stem, number = nfc(title).strip(), key_from(title), 1
    while not insert_once(
        Bank, key=f"{stem}-{number}" if number > 1 else stem, agency_id=agency_id, is_from_folder=False, title={"vi": title, "en": title}
    ):
        number += 1
    key = f"{stem}-{number}" if number > 1 else stem
    bank_id = db.session.scalars(sa.select(Bank.id).where(Bank.key == key)).one()
    record(actor, "open", "bank", bank_id, agency_id=agency_id, key=key, name=title)
    return bank_id


def _locked_topics(bank_id: int) -> list[Topic]:
    """The topics of a bank in their order; the bank is locked, so that the tree stays a tree."""
    db.session.execute(sa.select(Bank.id).where(Bank.id == bank_id).with_for_update())
    found = sa.select(Topic).where(Topic.bank_id == bank_id).order_by(Topic.position, Topic.id).execution_options(populate_existing=True)
    return list(db.session.scalars(found))


def _title(vi: str, en: str) -> dict[str, str]:
    return {"vi": nfc(vi).strip(), "en": nfc(en).strip() or nfc(vi).strip()}


def _refuse_depth(topics: list[Topic], topic: Topic | None, parent_id: int | None) -> None:
    """Refused when the topic would stand below itself or too deep."""
    parents = {one.id: one.parent_id for one in topics}
    if parent_id is not None and parent_id not in parents:
        raise Refused(_("Anh/Chị chọn một chủ đề của ngân hàng này."), "parent_id")
    above = 0
    upper = parent_id
    while upper is not None and above <= len(topics):
        if topic is not None and upper == topic.id:
            raise Refused(_("Một chủ đề không thể nằm dưới chính nó."), "parent_id")
        above, upper = above + 1, parents[upper]
    if above + _height(topics, topic) > DEEPEST_TOPIC:
        raise Refused(_("Cây chủ đề sâu nhất %(n)s cấp.", n=DEEPEST_TOPIC), "parent_id")


def _height(topics: list[Topic], topic: Topic | None) -> int:
    """How many levels the topic and what lies below it take."""
    below = [one for one in topics if topic is not None and one.parent_id == topic.id]
    return 1 + max((_height(topics, one) for one in below), default=0)


def add_topic(actor: Any, bank: Bank, vi: str, en: str = "", parent_id: int | None = None) -> int:
    """A new topic at the end; returns its id. Refused when a topic of this name stands at the same place."""
    topics = _locked_topics(bank.id)
    _refuse_depth(topics, None, parent_id)
    _refuse_twin(topics, None, vi, parent_id)
    used, stem, number = {topic.key for topic in topics}, key_from(vi), 1
    while (key := f"{stem}-{number}" if number > 1 else stem) in used:
        number += 1
    position = max((topic.position for topic in topics), default=0) + 1
    topic = Topic(bank_id=bank.id, key=key, title=_title(vi, en), parent_id=parent_id, position=position)
    db.session.add(topic)
    db.session.flush()
    record(actor, "add-topic", "bank", bank.id, agency_id=bank.agency_id, key=bank.key, name=topic.title["vi"])
    return topic.id


def _refuse_twin(topics: list[Topic], topic: Topic | None, vi: str, parent_id: int | None) -> None:
    twins = [one for one in topics if one is not topic and one.parent_id == parent_id and fold(one.title.get("vi", "")) == fold(vi)]
    if twins:
        raise Refused(_("Đã có chủ đề “%(name)s” ở chỗ này.", name=twins[0].title["vi"]), "title_vi")


def change_topic(actor: Any, bank: Bank, topic_id: int, vi: str, en: str, parent_id: int | None) -> None:
    """Rename a topic or move it under another (None: to the top). Its key stays. Refused when it would stand below itself."""
    topics = _locked_topics(bank.id)
    topic = next(one for one in topics if one.id == topic_id)
    _refuse_depth(topics, topic, parent_id)
    _refuse_twin(topics, topic, vi, parent_id)
    old = topic.title.get("vi", "")
    topic.title, topic.parent_id = _title(vi, en), parent_id
    record(actor, "change-topic", "bank", bank.id, agency_id=bank.agency_id, key=bank.key, old_name=old, new_name=topic.title["vi"])


def shift_topic(bank: Bank, topic_id: int, step: int) -> None:
    """Move a topic one place up (-1) or down (+1) among those beside it; at the end nothing happens."""
    topics = _locked_topics(bank.id)
    topic = next(one for one in topics if one.id == topic_id)
    beside = [one for one in topics if one.parent_id == topic.parent_id]
    place = beside.index(topic)
    if not 0 <= place + step < len(beside):
        return
    for position, one in enumerate(topics, 1):
        one.position = position
    other = beside[place + step]
    topic.position, other.position = other.position, topic.position


def delete_topic(actor: Any, bank: Bank, topic_id: int) -> None:
    """Delete an empty topic. Refused while a question, another topic, a quiz (of any version) or a result names it."""
    topics = _locked_topics(bank.id)
    topic = next(one for one in topics if one.id == topic_id)
    blueprints = db.session.scalars(sa.select(QuizVersion.blueprint).join(Quiz, Quiz.id == QuizVersion.quiz_id).where(Quiz.bank_id == bank.id))
    reasons = [
        (any(one.parent_id == topic.id for one in topics), _("Chủ đề còn chủ đề con. Anh/Chị chuyển chúng đi trước.")),
        (_has(Question, topic), _("Chủ đề còn câu hỏi (kể cả câu ngừng dùng). Anh/Chị chuyển chúng sang chủ đề khác trước.")),
        (any(line.get("topic") == topic.key for lines in blueprints for line in lines), _("Một bài kiểm tra lấy câu từ chủ đề này.")),
        (_has(AttemptLevel, topic), _("Có kết quả xếp mức theo chủ đề này.")),
    ]
    if told := [sentence for holds, sentence in reasons if holds]:
        raise Refused(told[0])
    db.session.delete(topic)
    record(actor, "delete-topic", "bank", bank.id, agency_id=bank.agency_id, key=bank.key, name=topic.title.get("vi", ""))


def _has(model: Any, topic: Topic) -> bool:
    return db.session.scalar(sa.select(model.id).where(model.topic_id == topic.id).limit(1)) is not None
