"""Columns are known by their titles, however these are written; what is not kept is named with its reason."""

import unicodedata

import pytest

from lms.people.staff_list.columns import FIELD_KEYS, field_words, ignored_columns, propose_mapping, reason_words, title_key

TITLES = {
    "order": "STT|TT|Số TT|Stt.|No",
    "full_name": "Họ và tên|HỌ TÊN|Họ, tên|Họ và\ntên|Ho va ten|Họ & tên|Họ và tên cán bộ|Tên giáo viên|Họ tên CBGV|Full name|Name"
    "|Họ và tên (chữ in hoa)|Họ và tên *",
    "staff_code": "Mã cán bộ|MÃ SỐ CÁN BỘ|Mã CB|Mã NV|Mã số CBCCVC|Mã nhân viên|Số hiệu công chức|Mã viên chức|Mã giáo viên|Staff code|Employee ID",
    "birth_on": "Ngày sinh|Ngày, tháng, năm sinh|Năm sinh|NGÀY THÁNG\nNĂM SINH|Sinh ngày|Date of birth|DOB|Ngày sinh – Nam|Năm sinh – Nữ",
    "gender": "Giới tính|Phái|Nam/Nữ|Nữ|Gender|Giới tính – Nam|Giới tính (Nam/Nữ)",
    "unit": "Đơn vị|Đơn vị công tác|Trường|Tên trường|Cơ quan|Nơi công tác|Phòng ban|Xã/Phường|Department|School|Phòng",
    "position": "Chức vụ|Chức danh|Chức vụ, chức danh|Vị trí việc làm|Position|Chức danh nghề nghiệp|Job title",
    "staff_kind": "Đối tượng|Loại cán bộ|Phân loại|Biên chế/Hợp đồng|Loại hợp đồng",
    "email": "Email|E-mail|Thư điện tử|Địa chỉ email|Hộp thư công vụ|Địa chỉ thư điện tử",
    "phone": "Điện thoại|Số điện thoại|SĐT|Số ĐT|ĐT di động|Di động|Mobile|ĐT",
    "personal_number": "Số CCCD|CMND|Số CMND/CCCD|Căn cước công dân|Số định danh cá nhân|Mã định danh cá nhân|Số chứng minh nhân dân|National ID",
    "username": "Tên đăng nhập|Tài khoản|User name|Username",
    "given_name": "",
}
IGNORED = {
    "salary": "Hệ số lương|Bậc|Bậc lương|Mã ngạch|Ngạch công chức|Ngày nâng lương|Phụ cấp chức vụ|Hạng|Mã số chức danh nghề nghiệp"
    "|Số tài khoản|Số sổ BHXH",
    "ethnicity": "Dân tộc|DT",
    "religion": "Tôn giáo",
    "party": "Đảng viên|Ngày vào Đảng|Chức vụ Đảng|Đảng|Đoàn viên",
    "background": "Quê quán|Nơi sinh|Địa chỉ|Nơi ở hiện nay|Hộ khẩu thường trú|Ngày cấp CCCD|Nơi cấp CMND|Họ tên chồng|Hoàn cảnh gia đình",
    "qualifications": "Trình độ|Học vị|Trình độ – Tin học|Chuyên môn|Trình độ chuyên môn|Bằng cấp|Lý luận chính trị|Ngoại ngữ",
    "rewards": "Khen thưởng|Danh hiệu thi đua|Xếp loại",
    "signature": "Ký tên|Chữ ký|Ký nhận",
    "note": "Ghi chú|Note",
    "career": "Ngày tuyển dụng|Năm vào ngành|Thời gian công tác",
    "unknown": "Tổ chuyên môn|Cỡ áo",
}


@pytest.mark.parametrize(("field", "title"), [(field, title) for field, titles in TITLES.items() for title in titles.split("|") if title])
def test_a_title_is_known(field: str, title: str) -> None:
    for written in (title, unicodedata.normalize("NFD", title), title.upper(), f" {title}: "):
        assert propose_mapping(["x", written]) == {1: field}


@pytest.mark.parametrize(("reason", "title"), [(reason, title) for reason, titles in IGNORED.items() for title in titles.split("|")])
def test_a_column_that_is_not_kept_is_named_with_its_reason(reason: str, title: str) -> None:
    titles = ["STT", "Họ và tên", title]
    mapping = propose_mapping(titles)
    assert mapping == {0: "order", 1: "full_name"}
    assert ignored_columns(titles, mapping) == [(title, reason)] and reason in reason_words()


def test_a_name_may_stand_in_two_columns() -> None:
    two = {0: "family_name", 1: "given_name"}
    for pair in [
        "Họ và tên đệm|Tên",
        "Họ đệm|Tên",
        "Họ|Tên",
        "Họ và tên – Họ đệm|Họ và tên – Tên",
        "Họ và tên|Họ và tên",
        "Họ và tên|Tên",
        "Last name|First name",
    ]:
        assert propose_mapping(pair.split("|")) == two, pair
    assert propose_mapping(["Tên", "Chức vụ"]) == {0: "full_name", 1: "position"}


def test_a_better_column_for_a_field_goes_before_a_good_one() -> None:
    assert propose_mapping(["Họ tên", "Chức danh nghề nghiệp", "Chức vụ"]) == {0: "full_name", 2: "position"}
    assert propose_mapping(["Họ tên", "Phòng", "Đơn vị"]) == {0: "full_name", 2: "unit"}


def test_a_field_is_proposed_once_but_days_for_men_and_women_twice() -> None:
    assert propose_mapping(["Họ tên", "Email", "Gmail"]) == {0: "full_name", 1: "email"}
    assert propose_mapping(["Họ tên", "Ngày sinh – Nam", "Ngày sinh – Nữ"]) == {0: "full_name", 1: "birth_on", 2: "birth_on"}
    assert propose_mapping(["Họ tên", "Ngày sinh – Ngày", "Ngày sinh – Tháng", "Ngày sinh – Năm"]) == {
        0: "full_name",
        1: "birth_on",
        2: "birth_on",
        3: "birth_on",
    }


def test_a_year_is_not_a_man() -> None:
    assert propose_mapping(["Họ tên", "Năm"]) == {0: "full_name"}
    assert propose_mapping(["Họ tên", "Nam"]) == {0: "full_name", 1: "gender"}


def test_the_key_of_a_title_has_no_accents_signs_or_line_breaks() -> None:
    assert title_key(" Họ và\ntên (*): ") == title_key("HỌ VÀ TÊN") == "ho va ten"
    assert title_key(unicodedata.normalize("NFD", "Địa chỉ")) == "dia chi"


def test_every_field_has_its_words() -> None:
    assert list(field_words()) == list(FIELD_KEYS)
