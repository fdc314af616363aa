"""The form of a file of a course."""

import wtforms

from lms.base import Form, at_most

from .media import LONGEST_ALT


class DescribeForm(Form):
    """What a picture tells."""

    alt = wtforms.StringField("Hình cho biết điều gì", [at_most(LONGEST_ALT)])
