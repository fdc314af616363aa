"""Codes of the standards that questions and lessons teach: IU (basic skills), DC (DigComp), CD (the 26 topics of the national programme)."""

import re

STANDARD = re.compile(r"IU\d{2}|CD\d{2}|DC\d\.\d{1,2}")
