"""Accounts of the own subtree: a list, a new one, and one with its roles, its log and what may be done to it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from cms.desk.access import asks
from cms.models import Agency, Membership, User
from cms.selectors.accounts import accounts_of
from cms.selectors.rights import Right, within
from cms.services import (
    NotAllowedError,
    create_account,
    grant,
    lock_account,
    new_setup_link,
    reset_second_factor,
    revoke,
)
from cms.vocabulary import EditorRole

MOST = 200  # accounts on one screen; beyond that one searches


class _Covered(forms.Form):
    """A form whose agency lies where the person administers."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label="Cơ quan")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.filter(within(user, Right.ADMINISTER, "path"), valid_to=None)
        self.fields["agency"].queryset = agencies.order_by("depth", "sort_key")  # type: ignore[attr-defined]


class AccountForm(_Covered):
    """A new account with its first role."""

    username = forms.CharField(label="Tên đăng nhập", max_length=150, help_text="Không dấu, không khoảng trắng")
    full_name = forms.CharField(label="Họ và tên", max_length=150)
    post = forms.CharField(label="Chức vụ", max_length=150, required=False)
    email = forms.EmailField(label="Thư điện tử", required=False)
    role = forms.ChoiceField(
        label="Vai trò ở cơ quan này", choices=[("", "Chưa cấp"), *EditorRole.choices], required=False
    )


class RoleForm(_Covered):
    """A further role."""

    role = forms.ChoiceField(label="Vai trò", choices=EditorRole.choices)


@asks(Right.ADMINISTER)
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts one looks after, found by a piece of the name."""
    typed = request.GET.get("q", "").strip()
    rows = accounts_of(request.user)
    if typed:
        rows = rows.filter(full_name__icontains=typed) | rows.filter(username__icontains=typed)
    found = list(rows.prefetch_related("memberships__agency")[: MOST + 1])
    context = {"accounts": found[:MOST], "more": len(found) > MOST, "typed": typed}
    return TemplateResponse(request, "desk/accounts.html", context)


@asks(Right.ADMINISTER)
def account_new(request: HttpRequest) -> HttpResponse:
    """A new account; then its page with the link for the password."""
    form = AccountForm(request.POST or None, user=request.user)
    if form.is_valid():
        values, by = form.cleaned_data, request.user
        try:
            person = create_account(agency=values["agency"], by=by, values=values)  # type: ignore[arg-type]
            if values["role"]:
                grant(membership=Membership(user=person, agency=values["agency"], role=values["role"]), by=by)  # type: ignore[arg-type]
            return _with_link(request, person)
        except ValidationError as wrong:
            for name, errors in getattr(wrong, "message_dict", {None: wrong.messages}).items():
                form.add_error(name if name in form.fields else None, errors)
    back = reverse("desk_accounts")
    return TemplateResponse(request, "desk/form.html", {"form": form, "heading": "Lập tài khoản", "back": back})


@asks(Right.ADMINISTER)
def account(request: HttpRequest, person: int) -> HttpResponse:
    """One account; a POST does what its button says."""
    row = accounts_of(request.user).filter(pk=person).first()
    if row is None:
        raise PermissionDenied
    form = RoleForm(request.POST if request.POST.get("act") == "grant" else None, user=request.user)
    if request.POST:
        try:
            if done := _do(request, row, form):
                return done
        except (NotAllowedError, ValidationError) as refused:
            for reason in getattr(refused, "messages", [str(refused)]):
                messages.error(request, reason)
    return _page(request, row, form)


def _do(request: HttpRequest, row: User, form: RoleForm) -> HttpResponse | None:
    act, by = request.POST.get("act"), request.user
    own: dict[str, Any] = {"person": row, "by": by}
    if act == "link":
        return _with_link(request, row)
    if act in ("lock", "unlock"):
        lock_account(**own, locked=act == "lock")
    elif act == "factor":
        reset_second_factor(**own)
    elif act == "revoke":
        revoke(membership=row.memberships.get(pk=request.POST["membership"]), by=by)  # type: ignore[arg-type]
    elif act == "grant":
        if not form.is_valid():
            return None
        grant(membership=Membership(user=row, **form.cleaned_data), by=by)  # type: ignore[arg-type]
    messages.success(request, "Đã ghi.")
    return redirect("desk_account", person=row.pk) if accounts_of(by).filter(pk=row.pk) else redirect("desk_accounts")


def _with_link(request: HttpRequest, row: User) -> HttpResponse:
    """The account's page with a new link, shown this once: it is not kept anywhere."""
    uid, token = new_setup_link(person=row, by=request.user)  # type: ignore[arg-type]
    link = request.build_absolute_uri(reverse("wagtailadmin_password_reset_confirm", args=[uid, token]))
    return _page(request, row, RoleForm(user=request.user), link)


def _page(request: HttpRequest, row: User, form: RoleForm, link: str = "") -> HttpResponse:
    row.refresh_from_db()
    context = {
        "person": row,
        "roles": row.memberships.select_related("agency"),
        "acts": row.account_acts.select_related("by").order_by("-pk"),
        "has_factor": TOTPDevice.objects.filter(user=row, confirmed=True).exists(),
        "own": row.pk == request.user.pk,
        "form": form,
        "link": link,
    }
    return TemplateResponse(request, "desk/account.html", context)
