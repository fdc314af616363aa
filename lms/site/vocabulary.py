"""What the audit trail says, in words for people."""

from lms.base import gettext as _


def deeds() -> dict[tuple[str, str], str]:
    """(action, thing) -> what was done, as a line of the trail says it."""
    return _about_people() | _about_agencies() | _about_learning() | _about_courses()


def _about_people() -> dict[tuple[str, str], str]:
    """What is done to people and their accounts."""
    return {
        ("add-membership", "person"): _("Thêm nơi công tác"),
        ("anonymise", "person"): _("Ẩn danh cán bộ đã thôi công tác"),
        ("change-password", "person"): _("Đổi mật khẩu"),
        ("correct", "person"): _("Sửa thông tin cán bộ"),
        ("create", "person"): _("Thêm cán bộ"),
        ("end-membership", "person"): _("Kết thúc nơi công tác thêm"),
        ("end-role", "person"): _("Kết thúc vai trò"),
        ("import", "staff-list"): _("Nhập danh sách cán bộ"),
        ("undo", "staff-list"): _("Hoàn tác danh sách cán bộ"),
        ("end-session", "person"): _("Đăng xuất một nơi"),
        ("grant-role", "person"): _("Giao vai trò"),
        ("leave", "person"): _("Ghi nghỉ, đi học, biệt phái"),
        ("leave-service", "person"): _("Ghi thôi công tác"),
        ("make-recovery-codes", "person"): _("Tạo mã khôi phục mới"),
        ("remove-number", "person"): _("Xóa số định danh cá nhân"),
        ("remove-second-factor", "person"): _("Tắt xác thực hai lớp"),
        ("reset-password", "person"): _("Đặt lại mật khẩu"),
        ("reset-second-factor", "person"): _("Đặt lại xác thực hai lớp"),
        ("restore", "person"): _("Mở khóa tài khoản"),
        ("return", "person"): _("Ghi trở lại làm việc"),
        ("set-number", "person"): _("Ghi số định danh cá nhân"),
        ("set-state", "person"): _("Đổi trạng thái công tác"),
        ("set-up-second-factor", "person"): _("Bật xác thực hai lớp"),
        ("sign-out-everywhere", "person"): _("Đăng xuất mọi nơi"),
        ("suspend", "person"): _("Khóa tài khoản"),
        ("transfer", "person"): _("Chuyển đơn vị công tác"),
        ("unmask-number", "person"): _("Xem số định danh cá nhân"),
        ("use-recovery-code", "person"): _("Đăng nhập bằng mã khôi phục"),
    }


def _about_agencies() -> dict[tuple[str, str], str]:
    """What is done to agencies, certificates and settings."""
    return {
        ("appoint", "signatory"): _("Ghi người ký giấy chứng nhận"),
        ("change", "agency"): _("Sửa thông tin đơn vị"),
        ("close", "agency"): _("Giải thể đơn vị"),
        ("follow-merger", "agency"): _("Chuyển người theo sáp nhập"),
        ("import", "agency"): _("Nhập cây đơn vị từ tệp"),
        ("issue", "certificate"): _("Cấp giấy chứng nhận"),
        ("merge", "agency"): _("Sáp nhập đơn vị"),
        ("move", "agency"): _("Chuyển cấp trên của đơn vị"),
        ("open", "agency"): _("Thêm đơn vị"),
        ("open", "issuer"): _("Mở nơi cấp giấy chứng nhận"),
        ("rename", "agency"): _("Đổi tên đơn vị"),
        ("revoke", "certificate"): _("Thu hồi giấy chứng nhận"),
        ("set", "setting"): _("Đổi thiết lập"),
        ("split", "agency"): _("Chia tách đơn vị"),
        ("undo", "agency"): _("Hoàn tác thay đổi của đơn vị"),
    }


def _about_learning() -> dict[tuple[str, str], str]:
    """What is done to courses, questions and those who learn."""
    return {
        ("accept-late", "attempt"): _("Chấp nhận câu trả lời đến muộn"),
        ("add", "quiz"): _("Thêm bài kiểm tra"),
        ("add-room", "quiz"): _("Mở phòng thi"),
        ("add-topic", "bank"): _("Thêm chủ đề câu hỏi"),
        ("answer", "lesson-question"): _("Trả lời câu hỏi của học viên"),
        ("ask", "lesson-question"): _("Gửi câu hỏi cho giảng viên"),
        ("assign", "course"): _("Giao khóa học"),
        ("change-room", "quiz"): _("Đổi phòng thi"),
        ("change", "question"): _("Sửa câu hỏi"),
        ("change-topic", "bank"): _("Sửa chủ đề câu hỏi"),
        ("complete", "enrolment"): _("Hoàn thành khóa học"),
        ("confirm", "key-fix"): _("Xác nhận sửa đáp án"),
        ("decline", "key-fix"): _("Bỏ đề nghị sửa đáp án"),
        ("delete-topic", "bank"): _("Xóa chủ đề câu hỏi"),
        ("edit", "quiz"): _("Sửa quy định bài kiểm tra"),
        ("enrol", "enrolment"): _("Ghi danh khóa học"),
        ("expire", "attempt"): _("Hết giờ làm bài"),
        ("fail", "key-fix"): _("Chấm lại theo đáp án sửa không xong"),
        ("give-attempts", "person"): _("Cho thêm lượt làm bài"),
        ("give-attempts", "quiz"): _("Cho cả phòng thêm lượt làm bài"),
        ("give-minutes", "person"): _("Cho thêm phút làm bài"),
        ("give-minutes", "quiz"): _("Cho cả phòng thêm phút làm bài"),
        ("import", "bank"): _("Nhập câu hỏi từ tệp"),
        ("key-in", "attempt"): _("Nhập bài giấy"),
        ("load", "bank"): _("Nạp ngân hàng câu hỏi"),
        ("make", "printed-paper"): _("Ra đề in"),
        ("mark", "attempt"): _("Chấm bài viết"),
        ("open", "bank"): _("Thêm ngân hàng câu hỏi"),
        ("propose", "key-fix"): _("Đề nghị sửa đáp án"),
        ("refuse", "quiz"): _("Nhập sai mã phòng thi"),
        ("regrade", "attempt"): _("Chấm lại bài"),
        ("reopen", "attempt"): _("Mở lại lượt làm bài"),
        ("put-back", "question"): _("Dùng lại câu hỏi"),
        ("retire", "question"): _("Ngừng dùng câu hỏi"),
        ("set-window", "quiz"): _("Đổi thời gian mở, đóng bài kiểm tra"),
        ("start", "attempt"): _("Bắt đầu làm bài"),
        ("submit", "attempt"): _("Nộp bài"),
        ("withdraw", "enrolment"): _("Rút khỏi khóa học"),
        ("write", "question"): _("Viết câu hỏi"),
    }


def _about_courses() -> dict[tuple[str, str], str]:
    """What trainers do to courses, lessons and their files."""
    return {
        ("add", "lesson"): _("Thêm bài học"),
        ("approve", "course"): _("Duyệt bản nháp của khóa học"),
        ("ask-review", "course"): _("Đề nghị duyệt khóa học"),
        ("bring-back", "course"): _("Mở lại khóa học"),
        ("change-part", "course"): _("Đổi phần việc của người phụ trách khóa học"),
        ("delete", "course"): _("Xóa khóa học chưa công bố"),
        ("end-offer", "course"): _("Thôi mở khóa học ở đơn vị"),
        ("offer", "course"): _("Mở khóa học ở đơn vị"),
        ("record", "legal-change"): _("Ghi nhận văn bản thay đổi"),
        ("remove-trainer", "course"): _("Bỏ người phụ trách khóa học"),
        ("restore", "course"): _("Quay lại bản cũ của khóa học"),
        ("restore", "lesson"): _("Quay lại bản cũ của bài học"),
        ("retire", "course"): _("Ngừng dùng khóa học"),
        ("return", "course"): _("Gửi lại bản nháp của khóa học để sửa"),
        ("withdraw", "legal-change"): _("Bỏ ghi nhận văn bản thay đổi"),
        ("add-file", "course"): _("Thêm tệp vào khóa học"),
        ("add-trainer", "course"): _("Giao giảng viên phụ trách khóa học"),
        ("change-draft", "course"): _("Sửa bản nháp khóa học"),
        ("copy", "course"): _("Sao chép khóa học"),
        ("copy", "lesson"): _("Sao chép bài học"),
        ("create", "course"): _("Tạo khóa học"),
        ("delete-file", "course"): _("Xóa tệp của khóa học"),
        ("describe-file", "course"): _("Sửa lời mô tả của tệp"),
        ("discard-draft", "course"): _("Bỏ bản nháp khóa học"),
        ("discard-draft", "lesson"): _("Bỏ bản nháp bài học"),
        ("import-office", "course"): _("Nhập bài từ Word, PowerPoint, PDF"),
        ("load", "course"): _("Nạp khóa học"),
        ("move-learners", "course"): _("Chuyển người đang học sang bản mới của khóa học"),
        ("need-review", "course"): _("Đặt duyệt trước khi công bố"),
        ("publish", "course"): _("Công bố khóa học"),
        ("save-draft", "lesson"): _("Lưu bản nháp bài học"),
        ("spare-review", "course"): _("Bỏ duyệt trước khi công bố"),
        ("take", "bank"): _("Lấy câu hỏi của tệp khóa học vào ngân hàng"),
        ("take", "course"): _("Nhập khóa học từ tệp"),
    }


def things() -> dict[str, str]:
    """The kinds of thing that deeds are done to, as the trail is filtered by them."""
    words = {
        "agency": _("Đơn vị"),
        "attempt": _("Lượt làm bài"),
        "bank": _("Ngân hàng câu hỏi"),
        "certificate": _("Giấy chứng nhận"),
        "course": _("Khóa học"),
        "enrolment": _("Ghi danh"),
        "issuer": _("Nơi cấp giấy chứng nhận"),
        "key-fix": _("Sửa đáp án"),
        "legal-change": _("Văn bản thay đổi"),
        "lesson": _("Bài học"),
        "lesson-question": _("Câu hỏi của học viên"),
        "person": _("Cán bộ"),
        "quiz": _("Bài kiểm tra"),
        "question": _("Câu hỏi"),
        "printed-paper": _("Đề in"),
        "setting": _("Thiết lập"),
        "staff-list": _("Danh sách cán bộ"),
        "signatory": _("Người ký giấy chứng nhận"),
    }
    return {thing: words.get(thing, thing) for thing in sorted({thing for _action, thing in deeds()})}


def detail_words() -> dict[str, str]:
    """The name of a detail -> how the trail calls it. What stands here neither is not shown."""
    return _details_of_learning() | {
        "name": _("tên"),
        "staff_code": _("mã cán bộ"),
        "username": _("tên đăng nhập"),
        "on": _("từ ngày"),
        "until": _("đến ngày"),
        "due_on": _("hạn"),
        "why": _("lý do"),
        "key": _("mã"),
        "was": _("trước"),
        "value": _("sau"),
        "role": _("vai trò"),
        "into": _("vào"),
        "old_name": _("tên cũ"),
        "new_name": _("tên mới"),
        "old_parent": _("cấp trên cũ"),
        "new_parent": _("cấp trên mới"),
        "from_agencies": _("từ các đơn vị"),
        "to_agencies": _("đến các đơn vị"),
        "decision": _("quyết định số"),
        "old_agency": _("đơn vị cũ"),
        "new_agency": _("đơn vị mới"),
        "birth_on": _("ngày sinh"),
        "birth_year": _("năm sinh"),
        "gender": _("giới tính"),
        "email": _("thư điện tử"),
        "phone": _("điện thoại"),
        "position": _("chức vụ, chức danh"),
        "staff_kind": _("đối tượng"),
        "people": _("số người"),
        "new": _("người mới"),
        "changed": _("người thay đổi"),
        "moved": _("người chuyển đến"),
        "new_agencies": _("đơn vị mới"),
        "changed_agencies": _("đơn vị có thay đổi"),
    }


def _details_of_learning() -> dict[str, str]:
    """Of courses, quizzes and attempts."""
    return {
        "number": _("số"),
        "lessons": _("số bài"),
        "minutes": _("số phút"),
        "room": _("phòng"),
        "points": _("điểm"),
        "of": _("trên"),
        "percent": _("tỷ lệ đúng"),
        "opens": _("mở lúc"),
        "closes": _("đóng lúc"),
        "revision": _("bản"),
        "step": _("bước"),
        "term": _("thuật ngữ"),
        "changed_marks": _("bài đổi điểm"),
    }
