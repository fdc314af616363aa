"""The product with one job more, which takes its time: what is under way when the server is told to stop."""

import time

from lms import create_app
from lms.base import task
from lms.site import set_setting

APPLICATION = f"{__name__}:create_app"
SECONDS = 1.5

__all__ = ["APPLICATION", "create_app", "take_your_time"]


@task
def take_your_time(name: str) -> None:
    """Work for a while, then leave a sign."""
    time.sleep(SECONDS)
    set_setting(None, name, "done")
