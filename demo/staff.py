"""The people of the demonstration district: about 3,000 with accounts, positions, leave, and the cast."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from lms.base import clock, db
from lms.people import LEAVE_REASONS, Account, agree_to_privacy, create_person, go_on_leave, grant_role, hash_password

from .agencies import Tree
from .names import full_name

CAST = (
    # user name, name, gender, agency, position, role and where it is held
    ("an", "Nguyễn Thị An", "female", "X02", "Công chức Văn phòng - thống kê", "", ""),
    ("binh", "Trần Văn Bình", "male", "P15", "Giảng viên", "trainer", "HTA"),
    ("chi", "Lê Thị Chi", "female", "P02", "Phó Trưởng phòng", "manager", "HTA"),
    ("dung", "Phạm Tiến Dũng", "male", "P01", "Phụ trách công nghệ thông tin", "administrator", "HTA"),
    ("mai", "Đỗ Thị Mai", "female", "MN07", "Hiệu trưởng", "administrator", "MN07"),
    ("long", "Ngô Đức Long", "male", "T", "Chuyên viên, phụ trách công nghệ thông tin", "administrator", "T"),
    ("giang", "Vũ Thị Giang", "female", "HLT01", "Trưởng phòng", "manager", "HLT"),
)
NEW_SCHOOL = "MN07"  # only its head has an account: she sends the list of her teachers
POSITIONS = {
    "department": (("Chuyên viên", "civil_servant"), ("Cán sự", "civil_servant"), ("Văn thư", "civil_servant"), ("Kế toán", "contract")),
    "commune": (
        ("Công chức Tư pháp - hộ tịch", "civil_servant"),
        ("Công chức Địa chính - xây dựng", "civil_servant"),
        ("Công chức Văn hóa - xã hội", "civil_servant"),
        ("Công chức Tài chính - kế toán", "civil_servant"),
        ("Chủ tịch Hội Nông dân", "official"),
        ("Văn thư", "civil_servant"),
    ),
    "school": (("Giáo viên", "public_employee"), ("Giáo viên", "public_employee"), ("Nhân viên văn thư", "public_employee"), ("Kế toán", "contract")),
}
HEADS = {"department": ("Trưởng phòng", "civil_servant"), "commune": ("Chủ tịch UBND", "official"), "school": ("Hiệu trưởng", "public_employee")}


@dataclass
class Staff:
    """Ids of the people: the cast by user name, the learners with the code of their agency."""

    cast: dict[str, int] = field(default_factory=dict)
    learners: list[tuple[int, str]] = field(default_factory=list)
    neighbours: list[int] = field(default_factory=list)

    def cast_at_work(self) -> list[tuple[int, str]]:
        """The cast of the district (not Giang) with the codes of their agencies."""
        return [(self.cast[username], agency) for username, _name, _gender, agency, *_role in CAST if not agency.startswith("HLT")]


class Register:
    """Creates people one after the other, with rising staff codes and one password for all."""

    def __init__(self, tree: Tree, random: Random, password: str) -> None:
        self.tree, self.random, self.hash = tree, random, hash_password(password)
        self.number = 0

    def add(self, agency: str, name: str, gender: str, position: str, kind: str, username: str | None = None) -> int:
        """Create one person who may sign in at once (the demonstration needs no slips)."""
        self.number += 1
        born = date(1966, 1, 1) + timedelta(days=self.random.randrange(35 * 365))
        person = create_person(
            None,
            full_name=name,
            agency_id=self.tree.ids[agency],
            staff_code=f"TA{self.number:05d}",
            username=username,
            position=position,
            staff_kind=kind,
            birth_on=born,
            gender=gender,
            from_on=date(2019, 1, 1) + timedelta(days=self.random.randrange(1500)),
            password_hash=self.hash,
        )
        db.session.flush()
        account = db.session.get_one(Account, person.id)
        account.must_change, account.slip_expires_at = False, None
        agree_to_privacy(person.id)
        return person.id

    def crew(self, agency: str, kind: str, count: int) -> list[int]:
        """A head and `count - 1` others of an agency."""
        made = []
        for index in range(count):
            gender = "female" if self.random.random() < (0.72 if kind == "school" else 0.48) else "male"
            position, staff_kind = HEADS[kind] if index == 0 else self.random.choice(POSITIONS[kind])
            made.append(self.add(agency, full_name(self.random, gender), gender, position, staff_kind))
        return made


def _sizes(tree: Tree) -> list[tuple[str, str, int]]:
    offices = [(code, "department", 13) for code in tree.ids if code.startswith("P")]
    communes = [(code, "commune", 24 if len(code) == 3 and code < "X90" else 12) for code in tree.ids if code.startswith("X")]
    return offices + communes + [(code, "school", 33) for code in tree.schools if code != NEW_SCHOOL]


def hire(tree: Tree, random: Random, password: str, share: float = 1.0, say: Callable[[str], None] = lambda _text: None) -> Staff:
    """Create the staff of every agency; `share` below 1 makes a smaller district for tests."""
    staff, register = Staff(), Register(tree, random, password)
    for username, name, gender, agency, position, role, place in CAST:
        staff.cast[username] = register.add(agency, name, gender, position, "civil_servant", username)
        if role:
            grant_role(None, staff.cast[username], tree.ids[place], role, date(2024, 1, 1))
    for code, kind, count in _sizes(tree):
        size = max(2, round(count * share + random.uniform(-2, 2)))
        say(f"người và tài khoản: {len(staff.learners)}")
        staff.learners += [(person_id, code) for person_id in register.crew(code, kind, size)]
    staff.neighbours = register.crew("HLT01", "department", 8)
    for person_id, _code in random.sample(staff.learners, len(staff.learners) // 50):
        go_on_leave(None, person_id, random.choice(LEAVE_REASONS), clock.today() - timedelta(days=random.randrange(20, 60)))
    return staff
