"""Commands of the operator: who issues and who signs."""

from datetime import date, datetime

import click
from flask.cli import with_appcontext

from lms.agencies import agency_by_code
from lms.base import Refused, clock, commit

from .actions import appoint_signatory, open_issuer
from .queries import issuer_by_agency


def _agency_id(code: str) -> int:
    found = agency_by_code(code)
    if found is None:
        raise SystemExit(f"Không có đơn vị nào mang mã {code}.")
    return found


@click.command("open-issuer")
@click.argument("agency_code")
@click.option("--parent", default="", help="Tên cơ quan chủ quản, in trên giấy.")
@click.option("--name", required=True, help="Tên cơ quan cấp, in trên giấy.")
@click.option("--place", required=True, help="Địa danh, in trước ngày cấp.")
@click.option("--sign", required=True, help="Ký hiệu, đứng cuối số giấy: 0123/2026/GCN-<ký hiệu>.")
@with_appcontext
def open_issuer_command(agency_code: str, parent: str, name: str, place: str, sign: str) -> None:
    """Let an agency issue certificates."""
    try:
        open_issuer(None, _agency_id(agency_code), parent_name=parent, name=name, place=place, sign=sign)
    except Refused as refused:
        raise SystemExit(refused.sentence) from None
    commit()
    click.echo(f"{name} cấp giấy chứng nhận với ký hiệu {sign}.")


@click.command("appoint-signatory")
@click.argument("agency_code")
@click.option("--prefix", default="", help="Quyền hạn ký, ví dụ: KT. CHỦ TỊCH.")
@click.option("--position", required=True, help="Chức vụ, ví dụ: PHÓ CHỦ TỊCH.")
@click.option("--name", required=True, help="Họ và tên người ký.")
@click.option("--from", "from_on", type=click.DateTime(["%d/%m/%Y", "%Y-%m-%d"]), help="Ký từ ngày; không ghi: hôm nay.")
@with_appcontext
def appoint_signatory_command(agency_code: str, prefix: str, position: str, name: str, from_on: datetime | None) -> None:
    """Name who signs for an issuer from a day on."""
    issuer = issuer_by_agency(_agency_id(agency_code))
    if issuer is None:
        raise SystemExit("Đơn vị này chưa là nơi cấp giấy. Dùng lệnh open-issuer trước.")
    day: date = from_on.date() if from_on else clock.today()
    try:
        appoint_signatory(None, issuer, prefix=prefix, position=position, name=name, from_on=day)
    except Refused as refused:
        raise SystemExit(refused.sentence) from None
    commit()
    click.echo(f"{name} ký giấy chứng nhận từ ngày {day:%d/%m/%Y}.")


COMMANDS = (open_issuer_command, appoint_signatory_command)
