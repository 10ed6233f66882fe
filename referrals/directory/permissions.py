"""Who may read an entry and who may keep it. Reading is for everyone; drafts are for who keeps entries."""

from uuid import UUID

from accounts.actors import Actor
from accounts.permissions import Refused
from accounts.roles import DIRECTORY_ALL, DIRECTORY_EDIT
from referrals.directory.models import Service


def may_keep(by: Actor, service: Service) -> bool:
    """Its owner, who stands in for them, or a coordinator."""
    own = service.owner_id is not None and service.owner_id in {by.user_id, *by.stands_in_for}
    return by.may(DIRECTORY_ALL) or (own and by.may(DIRECTORY_EDIT))


def entry_for(by: Actor, pk: UUID, *, to_keep: bool = False) -> Service:
    """The entry, if ``by`` may read it, or keep it. Raises Refused (404 and an audit line): the same for one that is
    not there. One query."""
    rows = Service.objects.all() if by.may(DIRECTORY_EDIT) else Service.objects.found()
    found = rows.select_related("provider", "owner", "verified_by", "helpline").filter(pk=pk).first()
    if found is None or (to_keep and not may_keep(by, found)):
        raise Refused("directory.keep" if to_keep else "directory.open", basis="not kept by them, or not existing")
    return found


def public_entry(pk: UUID) -> Service | None:
    """The entry for anyone, without log-in."""
    return Service.objects.found().select_related("provider", "verified_by", "helpline").filter(pk=pk).first()
