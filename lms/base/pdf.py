"""PDF by typst: a template of ours, data as JSON (never as template text), fonts that lie in the house."""

import io
import json
import logging
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
import typst

FONTS = Path(__file__).with_name("fonts")
STANDARDS = ("a-2a", "ua-1")
logger = logging.getLogger("lms")


def make_pdf(template: Path, data: dict[str, object], made_at: datetime | None = None) -> bytes:
    """The PDF of a typst template; the template reads `data` with `json(bytes(sys.inputs.data))`.

    It is an archive file that a screen reader can read (PDF/A-2a, PDF/UA-1), so the template needs a document title, a language and alternative
    texts. A letter that no font of ours has (a Chinese name) makes a plain PDF instead. Equal data and `made_at` give equal bytes.
    """
    try:
        return _compile(template, data, made_at, STANDARDS)
    except typst.TypstError as error:
        made = _compile(template, data, made_at, ())
        logger.warning("%s: plain PDF, because %s", template.name, str(error)[:200])
        return made


def _compile(template: Path, data: dict[str, object], made_at: datetime | None, standards: tuple[Any, ...]) -> bytes:
    made = typst.compile(
        str(template),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=list(standards),
        timestamp=int(made_at.timestamp()) if made_at else None,
    )
    assert isinstance(made, bytes)
    return made


def qr_svg(text: str) -> str:
    """A QR code as SVG text, error correction M, for a template or a page."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=1, xmldecl=False, svgns=True, scale=4)
    return out.getvalue().decode()
