"""Pages on which roles are granted and ended."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from lms.agencies import agency_tree
from lms.base import ADMINISTRATOR, ADMINISTRATORS, clock, viewer
from lms.base import gettext as _

from .. import effects, powers, roles
from ..forms.person import row_id
from ..forms.work import EndForm, RoleForm
from .memberships import person_to_change, two_steps
from .room import room


@room.route("/people/<int:id>/roles/new", to=ADMINISTRATORS, late=True, methods=["GET", "POST"])
def grant_role(id: int) -> ResponseReturnValue:
    person, who = person_to_change(id), viewer()
    form = RoleForm.of_request(on=clock.today(), agency_id=request.args.get("agency", type=row_id))
    form.offer(agency_tree(who.agencies_of(ADMINISTRATOR)))
    return two_steps(
        person,
        form,
        _("Giao vai trò"),
        lambda: effects.of_grant(who, id, form.agency_id.data, form.role.data, form.on.data, form.to_on.data),
        lambda: roles.grant_role(who, id, form.agency_id.data, form.role.data, form.on.data, form.to_on.data),
        _("Đã giao vai trò cho %(name)s.", name=person.full_name),
    )


@room.route("/people/<int:id>/roles/<int:role_id>/end", to=ADMINISTRATORS, late=True, methods=["GET", "POST"])
def end_role(id: int, role_id: int) -> ResponseReturnValue:
    person, who = person_to_change(id), viewer()
    power = powers.role_of(who, id, role_id) or abort(404)
    form = EndForm.of_request(on=clock.today())
    return two_steps(
        person,
        form,
        _("Kết thúc vai trò %(role)s tại %(name)s", role=power.role, name=power.agency_name),
        lambda: effects.of_role_end(who, role_id, form.on.data),
        lambda: roles.end_role(who, role_id, form.on.data),
        _("Đã ghi kết thúc vai trò."),
    )
