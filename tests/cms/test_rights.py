"""Every admin address and every service an editor calls, tried as every role: nobody does more than the role allows.

Addresses come from the resolver and services from their package, so that a new one is tried without being named here.
"""

import inspect

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLResolver
from django.utils import timezone

from cms import services
from cms.calendar import today
from cms.models import ApprovalRule, Decision, Membership, PendingReference, User
from cms.selectors.rights import ROLE_RIGHTS, Right, may_register
from cms.services import NotAllowedError, scope_nation
from cms.vocabulary import AgencyKind, DecisionAction, EditorRole
from importers.decisions.plain import to_plain
from importers.decisions.rows import ItemRow
from importers.models import BatchState, DecisionBatch, DecisionBatchFile, DecisionFormFile, DecisionRow
from importers.rows import Place
from tests.cms.editors import begin, draft_item, make_editor, make_team, write_text
from tests.factories import enact, make_agency, make_procedure, snapshot_of

pytestmark = pytest.mark.django_db
# What everybody who may sign in does with their own account, or only looks at.
OWN = ("account", "password", "logout", "login", "jsi18n", "sprite", "dismissibles", "editing_sessions", "error_test")
QUIET = {"django_session", "axes_accesslog", "axes_accessattempt", "wagtailusers_userprofile", "cms_user"}


def hand_in(agency):
    """A decision read from a file that waits for review."""
    batch = DecisionBatch.objects.create(at=timezone.now(), agency=agency, state=BatchState.REVIEW)
    DecisionBatchFile.objects.create(batch=batch, name="qd.docx", file=ContentFile(b"qd", name="qd.docx"))
    row = to_plain(ItemRow(1, Place("qd.docx"), "Đăng ký"))
    DecisionRow.objects.create(batch=batch, ordinal=1, name="Đăng ký", state="CLEAN", read=row, row=row)
    form = ContentFile(b"mau", name="mau.docx")
    DecisionFormFile.objects.create(batch=batch, name="mau.docx", file=form)


@pytest.fixture
def world():
    """A ministry with a draft, its people, and a person of every role at it and at another one."""
    ours, theirs = make_agency("Bộ Tư pháp"), make_agency("Bộ Y tế")
    make_agency("Xã Phong Nha", AgencyKind.COMMUNE)
    drafter = make_team(ours)[0]
    decision = begin(drafter, ours, number="01/QĐ-BTP")
    write_text(draft_item(decision, drafter), drafter)
    enact(make_procedure(), issuer=ours)
    snapshot_of(make_procedure())
    PendingReference.objects.create(item=decision.items.get(), text="mục 02 phần I")
    ApprovalRule.objects.create(agency=ours)
    hand_in(ours)
    people = {role: make_editor(f"ta-{role}", role, ours) for role in EditorRole.values}
    people |= {f"khác-{role}": make_editor(f"khac-{role}", role, theirs) for role in EditorRole.values}
    people["không vai"] = make_editor("khong-vai")
    return Decision.objects.get(pk=decision.pk), people


def patterns(resolver, namespaces=()):
    """Every named address below a resolver: (name, names of its arguments)."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from patterns(pattern, inner)
        elif pattern.name:
            yield ":".join([*namespaces, pattern.name]), pattern


def admin_addresses(decision):
    """(name, address, view) of everything below the admin, its arguments filled with rows that exist."""
    admin = next(one for one in get_resolver().url_patterns if str(one.pattern) == "quan-tri/")
    item = decision.items.get()
    known = {"decision": decision.pk, "item": item.pk, "effect": item.effects.get().pk, "slug": "x", "name": "mau.docx"}
    batch = DecisionBatch.objects.get()
    known |= {"batch": batch.pk, "row": batch.rows.get().pk, "file": batch.files.get().pk}
    known["reference"] = item.pending_references.get().pk
    known |= {"agency": decision.issuer_id, "point": 0}
    known["person"] = User.objects.get(username="ta-DRAFTER").pk
    found = []
    for name, pattern in patterns(admin):
        names = list(pattern.pattern.converters) or list(pattern.pattern.regex.groupindex)
        row = decision.issuer_id if name.startswith("wagtailsnippets_cms_agency:") else 1
        values = {one: known.get(one, row) for one in names}
        try:
            found.append((name, reverse(name, kwargs=values), pattern.callback))
        except NoReverseMatch:
            continue
    return found


def written():
    """How many rows each table has and the highest key: what a refused attempt must not change."""
    with connection.cursor() as cursor:
        tables = [one for one in connection.introspection.table_names() if one not in QUIET]
        return {one: cursor.execute(f'SELECT COUNT(*) FROM "{one}"').fetchone()[0] for one in tables}


def refused(answer):
    return answer.status_code in (302, 403, 404, 405) and "/quan-tri/" in answer.get("Location", "/quan-tri/")


def test_the_desk_opens_to_those_whose_role_carries_the_right_and_to_nobody_else(world, client):
    decision, people = world
    desk = [one for one in admin_addresses(decision) if one[0].startswith("desk")]
    assert len(desk) > 15
    wrong = []
    for who, user in people.items():
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for name, address, view in desk:
            right = view.right
            here = who in ROLE_RIGHTS and right in ROLE_RIGHTS[who]
            somewhere = right in ROLE_RIGHTS.get(who.removeprefix("khác-"), ())
            expected = here if any(part.isdigit() for part in address.split("/")) else somewhere
            answer = client.get(address)
            # A button's address answers 405 to those who may press it.
            opened = answer.status_code in (200, 405)
            if opened != expected:
                wrong.append((who, name, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("who", [EditorRole.READER, EditorRole.HEAD, "khác-HEAD", "không vai"])
def test_no_role_writes_by_any_other_admin_address(world, client, who):
    decision, people = world
    client.force_login(people[who], backend="django.contrib.auth.backends.ModelBackend")
    addresses = [one for one in admin_addresses(decision) if not one[0].startswith("desk")]
    assert len(addresses) > 200
    # Wagtail's own views may stumble over row 1 of some table; what counts is that nothing is written.
    client.raise_request_exception = False
    before, wrong = written(), []
    for name, address, _view in addresses:
        if any(part in name for part in OWN):
            continue
        answer = client.post(address, {})
        if (now := written()) != before:
            wrong.append((name, answer.status_code))
            before = now
    # Of agencies it is our own, whose contact its head may edit.
    contact = [("wagtailsnippets_cms_agency:edit", 302)] if Right.CONTACT in ROLE_RIGHTS.get(who, ()) else []
    assert wrong == contact


def attempts(decision, by):
    """Every service with `by: User`, with arguments that lead to the question of rights."""
    item = decision.items.get()
    effect = item.effects.get()
    given = {
        "decision": decision,
        "item": item,
        "effect": effect,
        "reference": item.pending_references.get(),
        "issuer": decision.issuer,
        "agency": decision.issuer,
        "person": User.objects.get(username="ta-DRAFTER"),
        "by": by,
        "version": 0,
        "values": {"number": "77/QĐ-BTP"},
        "draft": services.ItemDraft(DecisionAction.ENACT, scope_nation(), values={"name": "Khác"}),
        "make": lambda content: None,
        "note": "x",
        "seen": "x",
        "at": None,
        "rule": ApprovalRule.objects.get(),
        "subject": "x",
        "reason": "x",
        "point": None,
        "sheets": {},
        "postings": [],
        "drafts": [],
        "missing": [],
        "on": today(),
        "membership": Membership(user=by, agency=decision.issuer, role=EditorRole.HEAD),
    }
    for name in services.__all__:
        service = getattr(services, name)
        if not inspect.isfunction(service):
            continue
        parameters = inspect.signature(service).parameters
        asks = "by" in parameters and parameters["by"].annotation in (User, "User")
        if asks and all(one.kind == one.KEYWORD_ONLY for one in parameters.values()):
            values = {one: given[one] for one in parameters if one in given}
            yield name, lambda service=service, values=values: service(**values)


def test_every_service_that_editors_call_asks_for_the_right_again(world):
    decision, people = world
    before = written()
    tried = set()
    for who, user in people.items():
        if who in (EditorRole.READER, "không vai") or who.startswith("khác-"):
            for name, attempt in attempts(decision, user):
                # The register of legal documents is one for all who announce.
                if name == "save_documents" and may_register(user):
                    continue
                tried.add(name)
                with pytest.raises(NotAllowedError):
                    attempt()
                assert written() == before, (who, name)
    wanted = "begin_decision save_item save_text submit pass_step publish_now take_back schedule waive grant set_rule"
    wanted += " resolve_reference reopen_reference correct_reference create_account lock_account"
    wanted += " new_setup_link reset_second_factor hang_sheets take_down check_round save_documents"
    assert set(wanted.split()) <= tried


def test_the_table_of_roles_keeps_drafting_checking_approving_and_administering_apart():
    assert Right.APPROVE not in ROLE_RIGHTS[EditorRole.CONTROL]
    assert not {Right.DRAFT, Right.APPROVE, Right.PUBLISH} & ROLE_RIGHTS[EditorRole.ADMIN]
    assert ROLE_RIGHTS[EditorRole.READER] == {Right.VIEW}
    assert ROLE_RIGHTS[EditorRole.CLERK] == {Right.VIEW, Right.POST}
