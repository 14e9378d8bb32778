"""Projects whose last active owner is deactivated: the administrator who does that becomes their owner."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Membership, Project, User


def take_over(session: Session, leaver_id: str, heir_id: str) -> Sequence[Project]:
    """Make `heir_id` an owner of the projects that only `leaver_id` owns, and return them by name.

    An owner who is deactivated already does not count: nobody could open the project.
    """
    owned = select(Membership.project_id).where(Membership.user_id == leaver_id, Membership.role == "owner")
    owners = select(Membership).where(Membership.project_id.in_(owned), Membership.role == "owner")
    ordered = owners.order_by(Membership.project_id, Membership.user_id)
    session.execute(ordered.with_for_update())  # nobody else leaves meanwhile
    others = select(Membership.project_id).join(User, User.id == Membership.user_id)
    kept = others.where(Membership.role == "owner", User.active, User.id != leaver_id)
    orphans = select(Project).where(Project.id.in_(owned), Project.id.not_in(kept)).order_by(Project.name)
    taken = session.scalars(orphans).all()
    for project in taken:
        member = session.get(Membership, (project.id, heir_id))
        if member is None:
            session.add(Membership(project_id=project.id, user_id=heir_id, role="owner"))
        else:
            member.role = "owner"
    session.flush()
    return taken
