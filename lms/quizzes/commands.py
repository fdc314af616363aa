"""Commands about questions in files: flask quizzes import | export | template."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.agencies import agency_by_code
from lms.base import Refused, commit

from .format import Fault, Format, Read
from .formats import FORMATS, format_of
from .formats.excel import template
from .importing import import_questions, questions_of
from .incoming import MOST_BYTES, read_sent, topic_losses
from .models import DIFFICULTIES

FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
FORMAT = click.option("--format", "format_name", type=click.Choice(sorted(FORMATS)), help="Format of FILE; by its ending when left out.")


@click.command("import")
@FILE
@click.option("--bank", required=True, help="Key of the bank; made when it is new.")
@click.option("--agency", "code", required=True, help="Code of the agency that owns the bank.")
@click.option("--topic", required=True, help="Key of the topic; made when it is new.")
@FORMAT
@click.option("--difficulty", type=click.Choice(DIFFICULTIES), default=DIFFICULTIES[1], help="Of questions whose file says none.")
@click.option("--title", default="", help="Title of the bank when it is new.")
@click.option("--yes", "is_meant", is_flag=True, help="Write; without it the file is only looked at.")
@with_appcontext
def import_command(file: Path, bank: str, code: str, topic: str, format_name: str | None, difficulty: str, title: str, is_meant: bool) -> None:
    """Show what stands in FILE, with what is wrong or would be lost, and with --yes add it to a bank: all or nothing."""
    agency_id = agency_by_code(code)
    if agency_id is None:
        raise SystemExit(f"Không có đơn vị mã {code}.")
    read = _read(file, format_name)
    _say("Lỗi", read.faults)
    _say("Không giữ được", read.lost + topic_losses(read.questions))
    click.echo(f"{len(read.questions)} câu hỏi, {len(read.faults)} lỗi.")
    if read.faults:
        raise SystemExit(1)
    if not is_meant:
        click.echo("Chưa ghi gì. Thêm --yes để nhập.")
        return
    try:
        report = import_questions(None, bank, agency_id, topic, read.questions, difficulty, title)
    except Refused as refused:
        raise SystemExit(refused.sentence) from None
    commit()
    click.echo(f"Đã nhập vào {bank}: {report.new} câu mới, {report.same} câu đã có.")


def _read(file: Path, format_name: str | None) -> Read:
    if not file.is_file():
        raise SystemExit(f"Không có tệp {file}.")
    if file.stat().st_size > MOST_BYTES:
        raise SystemExit(f"Tệp lớn hơn {MOST_BYTES >> 20} MB.")
    content = file.read_bytes()
    _name, read = read_sent(file.name, content, _format(file, format_name, content).name)
    return read


def _format(file: Path, name: str | None, content: bytes = b"") -> Format:
    found = FORMATS[name] if name else format_of(file.name, content)
    if found is None:
        raise SystemExit(f"Không rõ định dạng của {file.name}: dùng --format với một trong {', '.join(sorted(FORMATS))}.")
    return found


def _say(title: str, faults: list[Fault]) -> None:
    for fault in faults:
        click.echo(f"{title}: {fault.place}: {fault.sentence}")


@click.command("export")
@click.argument("bank")
@FILE
@FORMAT
@click.option("--topic", help="Only this topic.")
@with_appcontext
def export_command(bank: str, file: Path, format_name: str | None, topic: str | None) -> None:
    """Write the questions in use of BANK into FILE, and say what the format does not hold."""
    chosen = _format(file, format_name)
    questions = questions_of(bank, topic)
    if not questions:
        raise SystemExit(f"Ngân hàng {bank} không có câu hỏi nào để ghi.")
    written = chosen.write(questions)
    file.write_bytes(written.content)
    _say("Không giữ được", written.lost)
    click.echo(f"Đã ghi {file} ({chosen.name}) từ {len(questions)} câu của {bank}.")


@click.command("template")
@FILE
@with_appcontext
def template_command(file: Path) -> None:
    """Write the Excel template with examples into FILE (.xlsx)."""
    file.write_bytes(template())
    click.echo(f"Đã ghi tệp mẫu vào {file}.")


COMMANDS = (import_command, export_command, template_command)
