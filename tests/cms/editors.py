"""People with roles, and drafts as they write them: through the services their screens call."""

from datetime import date
from itertools import count

from cms.models import (
    Agency,
    AgencyText,
    Channel,
    Evidence,
    EvidenceGroup,
    Membership,
    Output,
    PartState,
    ProcessingTime,
    Step,
    User,
)
from cms.services import ItemDraft, begin_decision, save_item, save_text, scope_nation
from cms.services.contents import ContentDraft
from cms.vocabulary import DecisionAction, EditorRole, Part, Presence
from tests.factories import make_agency

_numbers = count(1)


def make_editor(name, role=None, agency=None, **values) -> User:
    values = {"full_name": name, "agency": agency, **values}
    user = User.objects.create_user(username=name, password="mat-khau-dai-123", **values)
    if role:
        Membership.objects.create(user=user, agency=agency, role=role)
    return user


def make_team(agency=None):
    """A drafter, a control officer and a head of one agency."""
    agency = agency or Agency.objects.first() or make_agency()
    roles = (EditorRole.DRAFTER, EditorRole.CONTROL, EditorRole.HEAD)
    return [make_editor(f"{role.lower()}-{next(_numbers)}", role, agency) for role in roles]


def begin(by, agency, number=None, **values):
    values = {"signed_on": date(2025, 6, 20), "effective_from": date(2025, 7, 1), **values}
    values = {"number": number or f"9{next(_numbers)}/QĐ-BTP", **values}
    return begin_decision(issuer=agency, by=by, values=values)


def draft_item(decision, by, action=DecisionAction.ENACT, name="Đăng ký khai sinh", item=None, **values):
    fields = {key: values.pop(key) for key in ("procedure", "part", "listed", "replaces", "scope") if key in values}
    draft = ItemDraft(action, **{"scope": scope_nation(), **fields}, values={"name": name, **values})
    return save_item(decision=decision, item=item, by=by, version=item.version if item else 0, draft=draft)


def full_rows(*steps):
    """All that the law asks of a text, with these steps."""
    return [
        *(Step(ordinal=n, label=f"Bước {n}", text=text) for n, text in enumerate(steps or ["Nộp hồ sơ"], 1)),
        Channel(ordinal=1, kind="IN_PERSON"),
        ProcessingTime(ordinal=1, row=1, reading_kind="UNIT", amount=5, unit="WORKING_DAY"),
        EvidenceGroup(ordinal=1),
        Evidence(ordinal=1, group=1, name="Tờ khai", form_file="TK-01.docx"),
        AgencyText(ordinal=1, role="IMPLEMENTING", text="Ủy ban nhân dân cấp xã", kind="PHRASE"),
        Output(ordinal=1, name="Giấy khai sinh"),
    ]


def not_needed():
    """The conditional parts this text does not have."""
    return [PartState(part=part, presence=Presence.NOT_APPLICABLE) for part in (Part.REQUIREMENTS, Part.COSTS)]


def write_text(item, by, *steps, version=None, states=(), **values):
    """Write the item's text anew: its steps, and any of the content's own fields."""
    effect = item.effects.filter(content__isnull=False).select_related("content", "item__decision").get()
    shown = effect.content.version if version is None else version

    def make(content):
        for name, value in values.items():
            setattr(content, name, value)
        content.applicant_types = content.applicant_types or "CITIZEN"
        return ContentDraft(content, list(states or not_needed()), full_rows(*steps))

    save_text(effect=effect, by=by, version=shown, make=make)
