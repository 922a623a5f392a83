"""People with roles, and drafts as they write them: through the services their screens call."""

from itertools import count

from cms.models import Agency, Membership, Step, User
from cms.services import ItemDraft, begin_decision, save_item, save_text, scope_nation
from cms.services.contents import ContentDraft
from cms.vocabulary import DecisionAction, EditorRole
from tests.factories import make_agency

_numbers = count(1)


def make_editor(name, role=None, agency=None, **values) -> User:
    user = User.objects.create_user(username=name, password="mat-khau-dai-123", full_name=name, **values)
    if role:
        Membership.objects.create(user=user, agency=agency, role=role)
    return user


def make_team(agency=None):
    """A drafter, a control officer and a head of one agency."""
    agency = agency or Agency.objects.first() or make_agency()
    roles = (EditorRole.DRAFTER, EditorRole.CONTROL, EditorRole.HEAD)
    return [make_editor(f"{role.lower()}-{next(_numbers)}", role, agency) for role in roles]


def begin(by, agency, number=None, **values):
    values = {"number": number or f"9{next(_numbers)}/QĐ-BTP", **values}
    return begin_decision(issuer=agency, by=by, values=values)


def draft_item(decision, by, action=DecisionAction.ENACT, name="Đăng ký khai sinh", item=None, **values):
    fields = {key: values.pop(key) for key in ("procedure", "part", "listed", "replaces", "scope") if key in values}
    draft = ItemDraft(action, **{"scope": scope_nation(), **fields}, values={"name": name, **values})
    return save_item(decision=decision, item=item, by=by, version=item.version if item else 0, draft=draft)


def write_text(item, by, *steps, version=None, states=(), **values):
    """Write the item's text anew: its steps, and any of the content's own fields."""
    effect = item.effects.filter(content__isnull=False).select_related("content", "item__decision").get()
    shown = effect.content.version if version is None else version

    def make(content):
        for name, value in values.items():
            setattr(content, name, value)
        rows = [Step(ordinal=n, label=f"Bước {n}", text=text) for n, text in enumerate(steps, 1)]
        return ContentDraft(content, list(states), rows)

    save_text(effect=effect, by=by, version=shown, make=make)
