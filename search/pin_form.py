"""The form of a pinned result. A code or a public address is pasted sooner than found in a list of 2,500."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from cms.identifiers import code_spellings
from cms.models import Procedure

__all__ = ["PinForm", "ProcedureField"]


class ProcedureField(forms.CharField):
    """A procedure, written as its code in any spelling or as the address of its page."""

    def prepare_value(self, value: Any) -> Any:
        """A stored number as the code or address it stands for."""
        held = Procedure.objects.filter(pk=value).first() if isinstance(value, int) else None
        return (held.code or held.slug) if held else value

    def clean(self, value: Any) -> Procedure | None:
        """The procedure. Raises ValidationError when there is none."""
        typed = super().clean(value).strip()
        if not typed:
            return None
        slugs = typed.split("?")[0].split("/")
        found = Procedure.objects.filter(code__in=[*code_spellings(typed), typed]).first()
        found = found or Procedure.objects.filter(slug__in=slugs).first()
        if found is None:
            raise forms.ValidationError(
                _("Không có thủ tục nào có mã hoặc địa chỉ này. Hãy mở trang của thủ tục rồi chép mã hoặc địa chỉ.")
            )
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compared as it is shown."""
        return super().has_changed(self.prepare_value(initial), data)


class PinForm(WagtailAdminModelForm):  # type: ignore[misc]
    """A pin."""

    procedure = ProcedureField(
        label=gettext_lazy("Đưa lên đầu thủ tục"),
        help_text=gettext_lazy("Mã thủ tục (1.004222) hoặc địa chỉ trang của thủ tục; tên hiện ở phần xem trước."),
    )
