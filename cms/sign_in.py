"""The sign-in form with its labels: Wagtail's leaves the password's to the field's English name."""

from typing import Any

from wagtail.admin.forms.auth import LoginForm


class SignInForm(LoginForm):
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("username", "Tên đăng nhập"), ("password", "Mật khẩu")):
            self.fields[name].label = label
            self.fields[name].widget.attrs["placeholder"] = label
