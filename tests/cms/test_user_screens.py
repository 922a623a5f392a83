"""Accounts keep the full name, post and agency that were typed; nobody is asked for a first and a last name."""

import pytest
from django.urls import reverse

from cms.models import User
from tests.factories import make_agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = User.objects.create_superuser(username="quan-tri", password="x", full_name="Lê Thị Quản")
    client.force_login(user)
    return client


def test_a_new_account_keeps_name_post_and_agency(administrator):
    agency = make_agency()
    page = administrator.get(reverse("wagtailusers_users:add")).content.decode()
    assert "Họ và tên" in page
    assert "first_name" not in page
    answer = administrator.post(
        reverse("wagtailusers_users:add"),
        {
            "username": "tran-van-mot-cua",
            "full_name": "Trần Văn Một Cửa",
            "email": "motcua@example.org",
            "post": "Công chức Một cửa",
            "agency": agency.pk,
            "password1": "mat-khau-du-dai-2026",
            "password2": "mat-khau-du-dai-2026",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    user = User.objects.get(username="tran-van-mot-cua")
    assert (user.full_name, user.post, user.agency) == ("Trần Văn Một Cửa", "Công chức Một cửa", agency)
    assert user.get_short_name() == "Cửa"


def test_an_account_is_edited_with_its_full_name(administrator):
    user = User.objects.create_user(username="ve", full_name="Phạm Thị Vẽ", email="ve@example.org")
    address = reverse("wagtailusers_users:edit", args=[user.pk])
    assert "Phạm Thị Vẽ" in administrator.get(address).content.decode()
    values = {"username": "ve", "full_name": "Phạm Thị Vẽ Lại", "email": "ve@example.org", "is_active": "on"}
    assert administrator.post(address, values).status_code == 302
    user.refresh_from_db()
    assert user.full_name == "Phạm Thị Vẽ Lại"


def test_people_change_their_own_name_on_the_account_page(administrator):
    page = administrator.get(reverse("wagtailadmin_account")).content.decode()
    assert "name_email-full_name" in page
    assert "first_name" not in page
