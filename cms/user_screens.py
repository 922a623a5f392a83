"""Wagtail's screens for people, with one full name, a post and an agency.

Its own forms ask for a first and a last name, which this model does not have: what was typed there would be lost.
"""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import NameEmailSettingsPanel
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet

PERSON = ["full_name", "email", "post", "agency"]


class PersonCreationForm(UserCreationForm):
    """A new account."""

    first_name = None
    last_name = None
    full_name = forms.CharField(required=True, max_length=150, label=_("Họ và tên"))

    class Meta(UserCreationForm.Meta):
        fields = ["username", *PERSON, "is_superuser", "groups"]


class PersonEditForm(UserEditForm):
    """An account that exists."""

    first_name = None
    last_name = None
    full_name = forms.CharField(required=True, max_length=150, label=_("Họ và tên"))

    class Meta(UserEditForm.Meta):
        fields = ["username", *PERSON, "is_active", "is_superuser", "groups"]


class OwnNameForm(forms.ModelForm):
    """What a person changes of their own account; the agency is for an administrator to set."""

    email = forms.EmailField(required=True, label=_("Thư điện tử"))

    class Meta:
        model = get_user_model()
        fields = ["full_name", "email", "post"]


class PersonViewSet(UserViewSet):
    """The screens for accounts."""

    def get_form_class(self, for_update: bool = False) -> Any:
        """The form for a new account, or for one that exists."""
        return PersonEditForm if for_update else PersonCreationForm


# Wagtail lists this panel itself and offers no setting for its form.
NameEmailSettingsPanel.form_class = OwnNameForm
