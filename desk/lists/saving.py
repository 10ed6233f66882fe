"""Making, changing and removing views, and what one person wants with one."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import Team, User
from accounts.permissions import Refused
from accounts.roles import ORGANISATION_EDIT
from cases.moves import NotNow
from desk.lists import watching
from desk.lists.enums import Tell
from desk.lists.models import MANY, Following, SavedView


class ViewChanged(NotNow):
    """Somebody saved the view meanwhile. ``saved`` is how it is now."""

    def __init__(self, saved: SavedView) -> None:
        super().__init__(_("A colleague changed this view while you had it open."))
        self.saved = saved


@dataclass(frozen=True)
class Wish:
    """What somebody wants with a view, for themselves alone."""

    is_default: bool = False
    tell: str = Tell.NEVER
    after: int = MANY


def may_change(view: SavedView, by: Actor) -> bool:
    """The owner; and of what a team shares also the coordinator, so that it outlives who made it."""
    return view.owner_id == by.user_id or (view.team_id in by.teams and by.may(ORGANISATION_EDIT))


def view_for(by: Actor, pk: uuid.UUID, *, change: bool = False) -> SavedView:
    """The view, if they may open it. Raises Refused: 404 as for one that does not exist, 403 when only changing it is
    not theirs."""
    view = SavedView.objects.open_to(by).select_related("owner", "team").filter(pk=pk).first()
    if view is None:
        raise Refused("view.open", basis="not visible or not existing")
    if change and not may_change(view, by):
        raise Refused("view.change", visible=True, basis="somebody else's")
    return view


def wish_of(view: SavedView, by: Actor) -> Wish:
    row = Following.objects.filter(view=view, user=by.user_id or 0).first()
    return Wish(row.is_default, row.tell, row.after) if row else Wish()


@transaction.atomic
def make(
    pk: uuid.UUID, *, title: str, query: str, team: Team | None, wish: Wish, by: Actor, at: dt.datetime
) -> SavedView:  # fmt: skip
    """A new view under the number that its form brought; sent twice it is the same one."""
    _one_at_a_time(by)
    known = SavedView.objects.filter(pk=pk).first()
    if known is not None:
        if known.owner_id == by.user_id:
            return known
        pk = uuid.uuid4()
    view = SavedView(pk=pk, title=title, query=query, team=team, owner=by.user, created_at=at)
    view.save(force_insert=True)
    audit.record("view.made", by=by, at=at, obj=view, part="team" if team else "own")
    want(view, wish, by=by, at=at)
    return view


@transaction.atomic
def change(view: SavedView, *, title: str, team: Team | None, version: int | None, by: Actor, at: dt.datetime) -> None:
    """Another name, or shared with a team or no longer. Who loses sight of it follows it no more. Raises ViewChanged
    when it is no longer at ``version`` and says something else; then nothing is saved."""
    SavedView.objects.select_for_update().filter(pk=view.pk).first()
    now = view_for(by, view.pk, change=True)
    if (now.title, now.team) == (title, team):
        return
    if version is not None and now.version != version:
        raise ViewChanged(now)
    view = now
    view.title, view.team, view.version = title, team, view.version + 1
    view.save(update_fields=["title", "team", "version"])
    if team is None:
        Following.objects.filter(view=view).exclude(user=view.owner_id).delete()
    audit.record("view.changed", by=by, at=at, obj=view, part="team" if team else "own")


@transaction.atomic
def want(view: SavedView, wish: Wish, *, by: Actor, at: dt.datetime) -> None:
    """What ``by`` wants with it. One view at most opens first. What fits it now is not told as new."""
    user = _one_at_a_time(by)
    if wish.is_default:
        Following.objects.filter(user=user, is_default=True).exclude(view=view).update(is_default=False)
    row, _made = Following.objects.select_for_update().get_or_create(view=view, user=user)
    was = row.tell
    row.is_default, row.tell, row.after = wish.is_default, wish.tell, wish.after
    if wish.tell == Tell.NEVER:
        row.due_at = None
        row.matches.all().delete()
    else:
        row.due_at = watching.next_look(wish.tell, at)
    row.save()
    if was == Tell.NEVER and wish.tell != Tell.NEVER:
        watching.begin(row, by=by, at=at)


def _one_at_a_time(by: Actor) -> User:
    """The account, locked: two clicks of one person do not pass each other."""
    return User.objects.select_for_update(no_key=True).get(pk=by.user_id or 0)


@transaction.atomic
def remove(view: SavedView, *, by: Actor, at: dt.datetime) -> None:
    """For everybody who could open it."""
    audit.record("view.removed", by=by, at=at, obj=view)
    view.delete()


@dataclass(frozen=True)
class Listed:
    """A view on the page with all of them."""

    view: SavedView
    wish: Wish
    may_change: bool

    @property
    def told(self) -> str:
        """When this person hears of something new, in words."""
        if self.wish.tell == Tell.MANY:
            return _("After %(n)d new requests") % {"n": self.wish.after}
        return str(Tell(self.wish.tell).label)


def listed(by: Actor) -> list[Listed]:
    """Everything they may open. Two queries."""
    rows = Following.objects.filter(user=by.user_id or 0)
    wishes = {row.view_id: Wish(row.is_default, row.tell, row.after) for row in rows}
    views = SavedView.objects.open_to(by).by_title().select_related("owner", "team")
    return [Listed(view, wishes.get(view.pk, Wish()), may_change(view, by)) for view in views]
