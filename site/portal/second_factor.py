"""A second factor for editors: a six-digit code from a phone's app, asked for once per sign-in.

django-otp keeps the secret, checks codes and slows down guessing; wagtail-2fa, which would add the screens, fails on
Wagtail 8, so the two screens and the gate before the admin are here.
"""

from collections.abc import Callable
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

# What one reaches with the password alone: the two screens, signing in and out, and what those pages load.
OPEN = ("second_factor", "second_factor_setup", "wagtailadmin_login", "wagtailadmin_logout", "wagtailadmin_sprite")


class SecondFactorMiddleware:
    """Lets nobody past the admin's door on a password alone who has, or must have, a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Asks for the code, or for setting it up, before any other page of the admin."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Looked at once the address is resolved, so that the open ones are known by name."""
        user: Any = request.user
        name = request.resolver_match.url_name if request.resolver_match else ""
        behind = request.path_info.startswith((reverse("wagtailadmin_home"), "/xem-truoc/"))
        if not (behind and user.is_authenticated) or name in OPEN or user.is_verified():
            return None
        if device_of(user):
            return redirect(f"{reverse('second_factor')}?next={request.path}")
        return redirect("second_factor_setup") if settings.PORTAL_SECOND_FACTOR == "required" else None


def device_of(user: Any) -> TOTPDevice | None:
    """The person's phone, once it has been confirmed with a first code."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


class CodeForm(forms.Form):
    """Six digits; spaces between them are as apps show them."""

    code = forms.CharField(
        label="Mã sáu chữ số trong ứng dụng",
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )

    def __init__(self, *args: Any, device: TOTPDevice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.device = device

    def clean_code(self) -> str:
        """Right, and not tried too often."""
        code = self.cleaned_data["code"].replace(" ", "")
        allowed, _why = self.device.verify_is_allowed()
        if not allowed:
            raise forms.ValidationError("Đã nhập sai nhiều lần. Hãy đợi một lát rồi nhập mã đang hiện.")
        if not self.device.verify_token(code):
            raise forms.ValidationError("Mã không đúng hoặc đã hết hạn. Hãy nhập mã đang hiện trong ứng dụng.")
        return str(code)


@never_cache
@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Asks for the code after the password."""
    device = device_of(request.user)
    if device is None:
        return redirect("second_factor_setup")
    form = CodeForm(request.POST or None, device=device)
    if form.is_valid():
        otp_login(request, device)
        there = request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()})
        return redirect(there if safe else "wagtailadmin_home")
    return TemplateResponse(request, "portal/second_factor.html", {"form": form})


@never_cache
@login_required
def set_up(request: HttpRequest) -> HttpResponse:
    """Shows the secret once as a QR code; it counts from the first right code on."""
    if device_of(request.user):
        return redirect("wagtailadmin_home" if request.user.is_verified() else "second_factor")  # type: ignore[union-attr]
    device = TOTPDevice.objects.get_or_create(user=request.user, confirmed=False, defaults={"name": "điện thoại"})[0]
    form = CodeForm(request.POST or None, device=device)
    if form.is_valid():
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        otp_login(request, device)
        return redirect("wagtailadmin_home")
    picture = segno.make(device.config_url).svg_data_uri(scale=5)
    context = {"form": form, "picture": picture, "secret": device.config_url.split("secret=")[1].split("&")[0]}
    return TemplateResponse(request, "portal/second_factor.html", context)
