"""Settings, audit trail, backup and health: what the administrator looks after."""

from .actions import record, set_setting
from .models import Audit, Setting
from .queries import Wanted, audit_about, audit_is_whole, audit_page, get_setting
from .serving import database_refusal, serve
from .settings import NUMBERS, number_setting
