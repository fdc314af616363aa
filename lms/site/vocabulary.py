"""What the audit trail says, in words for people."""

from lms.base import gettext as _


def deeds() -> dict[tuple[str, str], str]:
    """(action, thing) -> what was done, as a line of the trail says it."""
    return {
        ("add-trainer", "course"): _("Giao giảng viên phụ trách khóa học"),
        ("appoint", "signatory"): _("Ghi người ký giấy chứng nhận"),
        ("assign", "course"): _("Giao khóa học"),
        ("change", "agency"): _("Sửa thông tin đơn vị"),
        ("change-password", "person"): _("Đổi mật khẩu"),
        ("close", "agency"): _("Giải thể đơn vị"),
        ("complete", "enrolment"): _("Hoàn thành khóa học"),
        ("create", "person"): _("Thêm cán bộ"),
        ("discard-draft", "lesson"): _("Bỏ bản nháp bài học"),
        ("enrol", "enrolment"): _("Ghi danh khóa học"),
        ("expire", "attempt"): _("Hết giờ làm bài"),
        ("follow-merger", "agency"): _("Chuyển người theo sáp nhập"),
        ("grant-role", "person"): _("Giao vai trò"),
        ("issue", "certificate"): _("Cấp giấy chứng nhận"),
        ("load", "bank"): _("Nạp ngân hàng câu hỏi"),
        ("load", "course"): _("Nạp khóa học"),
        ("merge", "agency"): _("Sáp nhập đơn vị"),
        ("move", "agency"): _("Chuyển cấp trên của đơn vị"),
        ("open", "agency"): _("Thêm đơn vị"),
        ("open", "issuer"): _("Mở nơi cấp giấy chứng nhận"),
        ("publish", "course"): _("Công bố khóa học"),
        ("rename", "agency"): _("Đổi tên đơn vị"),
        ("reset-password", "person"): _("Đặt lại mật khẩu"),
        ("restore", "person"): _("Mở khóa tài khoản"),
        ("revoke", "certificate"): _("Thu hồi giấy chứng nhận"),
        ("save-draft", "lesson"): _("Lưu bản nháp bài học"),
        ("set", "setting"): _("Đổi thiết lập"),
        ("set-state", "person"): _("Đổi trạng thái công tác"),
        ("sign-out-everywhere", "person"): _("Đăng xuất mọi nơi"),
        ("start", "attempt"): _("Bắt đầu làm bài"),
        ("submit", "attempt"): _("Nộp bài"),
        ("suspend", "person"): _("Khóa tài khoản"),
        ("transfer", "person"): _("Chuyển đơn vị công tác"),
        ("withdraw", "enrolment"): _("Rút khỏi khóa học"),
    }


def detail_words() -> dict[str, str]:
    """The name of a detail -> how the trail calls it. What stands here neither is not shown."""
    return {
        "name": _("tên"),
        "staff_code": _("mã cán bộ"),
        "username": _("tên đăng nhập"),
        "on": _("từ ngày"),
        "due_on": _("hạn"),
        "number": _("số"),
        "why": _("lý do"),
        "points": _("điểm"),
        "of": _("trên"),
        "percent": _("tỷ lệ đúng"),
        "revision": _("bản"),
        "key": _("mã"),
        "role": _("vai trò"),
        "into": _("vào"),
        "people": _("số người"),
    }
