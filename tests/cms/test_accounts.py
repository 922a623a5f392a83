"""An agency's administrator makes and keeps accounts below, never reaches above, and all of it is on record."""

import re

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from cms.models import AccountAct, Membership, User
from cms.selectors.accounts import accounts_of
from cms.services import NotAllowedError, create_account, grant, lock_account, new_setup_link, reset_second_factor
from cms.vocabulary import AgencyKind, EditorRole
from tests.cms.editors import make_editor
from tests.factories import make_agency

pytestmark = pytest.mark.django_db
PASSWORD = "mat-khau-moi-rat-dai-2026"


@pytest.fixture
def province():
    return make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE)


@pytest.fixture
def commune(province):
    return make_agency("Xã Phong Nha", AgencyKind.COMMUNE, parent=province)


@pytest.fixture
def admin(province):
    return make_editor("quan-tri-tinh", EditorRole.ADMIN, province)


def sign_in(client, user):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def test_an_account_is_made_for_the_subtree_and_its_person_sets_the_password_by_a_link_used_once(
    admin, commune, client
):
    sign_in(client, admin)
    page = client.get(reverse("desk_account_new")).content.decode()
    assert "Xã Phong Nha" in page
    values = {"username": "an", "full_name": "Trần Thị An", "post": "Công chức", "agency": commune.pk}
    page = client.post(reverse("desk_account_new"), values | {"role": "DRAFTER"}).content.decode()
    person = User.objects.get(username="an")
    assert (person.agency, person.has_usable_password()) == (commune, False)
    assert Membership.objects.get(user=person).role == EditorRole.DRAFTER
    link = re.search(r'value="(http[^"]+)"', page)[1]
    client.logout()
    form = client.get(link, follow=True)
    done = client.post(form.redirect_chain[-1][0], {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert done.status_code == 302
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert "new_password1" not in client.get(link, follow=True).content.decode()
    assert [one.kind for one in AccountAct.objects.filter(person=person)] == ["CREATED", "GRANTED", "LINKED"]


def test_locking_shuts_the_door_and_a_reset_forgets_the_phone(admin, commune, client):
    person = make_editor("an", EditorRole.HEAD, commune)
    TOTPDevice.objects.create(user=person, confirmed=True)
    sign_in(client, admin)
    address = reverse("desk_account", args=[person.pk])
    client.post(address, {"act": "factor"})
    assert not TOTPDevice.objects.filter(user=person).exists()
    client.post(address, {"act": "lock"})
    sign_in(client, person)
    assert client.get("/quan-tri/").status_code == 302
    sign_in(client, admin)
    client.post(address, {"act": "unlock"})
    sign_in(client, person)
    assert client.get("/quan-tri/").status_code == 200
    sign_in(client, admin)
    page = client.get(address).content.decode()
    for words in ("Gỡ xác nhận hai bước", "Khóa", "Mở khóa"):
        assert words in page


def test_a_new_link_ends_the_former_password_and_its_sessions(admin, commune, client):
    person = make_editor("an", EditorRole.HEAD, commune)
    sign_in(client, person)
    assert client.get("/quan-tri/").status_code == 200
    new_setup_link(person=person, by=admin)
    assert client.get("/quan-tri/").status_code == 302


def test_nobody_is_reached_whose_power_goes_beyond_the_subtree(admin, province, commune):
    other = make_agency("Tỉnh Lào Cai", AgencyKind.PROVINCE)
    above = make_editor("bo", EditorRole.HEAD, make_agency("Bộ Tư pháp"))
    User.objects.filter(pk=above.pk).update(agency=commune)
    elsewhere = make_editor("lao-cai", EditorRole.READER, other)
    root = User.objects.create_superuser("goc", password="x", agency=commune)
    homeless = make_editor("khong-noi")
    assert list(accounts_of(admin)) == [admin]
    for person in (above, elsewhere, root, homeless, admin):
        for service in (new_setup_link, lock_account, reset_second_factor):
            with pytest.raises(NotAllowedError):
                service(person=person, by=admin)
    with pytest.raises(NotAllowedError):
        create_account(agency=other, by=admin, values={"username": "x"})
    assert AccountAct.objects.count() == 0


def test_no_administrator_gives_a_role_to_themselves_or_outside_by_any_form(admin, province, commune, client):
    with pytest.raises(NotAllowedError, match="tự cấp"):
        grant(membership=Membership(user=admin, agency=province, role=EditorRole.HEAD), by=admin)
    other = make_agency("Tỉnh Lào Cai", AgencyKind.PROVINCE)
    person = make_editor("an", EditorRole.DRAFTER, commune)
    sign_in(client, admin)
    address = reverse("desk_account", args=[person.pk])
    assert client.post(address, {"act": "grant", "agency": other.pk, "role": "HEAD"}).status_code == 200
    assert client.post(address, {"act": "grant", "agency": commune.pk, "role": "HEAD"}).status_code == 302
    role = Membership.objects.get(user=person, role="HEAD")
    edit = reverse("wagtailsnippets_cms_membership:edit", args=[role.pk])
    client.post(edit, {"user": admin.pk, "agency": commune.pk, "role": "HEAD"})
    assert set(Membership.objects.values_list("user", "agency", "role")) == {
        (admin.pk, province.pk, "ADMIN"),
        (person.pk, commune.pk, "DRAFTER"),
        (person.pk, commune.pk, "HEAD"),
    }
    client.post(address, {"act": "revoke", "membership": role.pk})
    assert not Membership.objects.filter(pk=role.pk).exists()
    assert person.account_acts.last().kind == "REVOKED"


def test_the_log_of_accounts_is_only_added_to(admin, commune):
    create_account(agency=commune, by=admin, values={"username": "an", "full_name": "An"})
    with pytest.raises(DatabaseError), transaction.atomic():
        AccountAct.objects.update(note="khác")
