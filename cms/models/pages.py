"""The editorial pages around the procedures, so that a province can replace its present site: sections, articles, news,
notices that expire, linked sites. Ordinary Wagtail pages with drafts and scheduled publishing."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from cms.blocks import BodyBlock
from cms.models.agencies import Agency
from cms.text import slugify

NEWS_PER_PAGE = 20
TOP = 3  # depth of what stands right below our root
TAKEN = _("Địa chỉ này là của một danh sách của cổng nên trang sẽ không ai thấy. Hãy đặt địa chỉ khác.")
LONGEST_FOLDED = 240  # characters; leaves room for a number in the 255 of the column


class BodyField(StreamField):
    """A stream of blocks whose definitions stay out of migrations: a new block is no change of the database."""

    def deconstruct(self) -> Any:
        """As a StreamField without blocks."""
        name, _path, _args, kwargs = super().deconstruct()
        kwargs["block_lookup"] = {}
        return name, "wagtail.fields.StreamField", [[]], kwargs


class EditorialPageForm(WagtailAdminPageForm):
    """The address may stay empty: it is then made from the title, by our own folding."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            # Wagtail's own field fills itself from the title in the browser, and makes "ang" of "Đăng".
            self.fields["slug"] = forms.SlugField(
                label=_("Địa chỉ"),
                required=False,
                max_length=255,
                help_text=_("Để trống thì lấy theo tiêu đề, bỏ dấu. Đã đăng rồi thì không nên đổi."),
            )

    def clean(self) -> dict[str, Any]:
        """An empty address is filled here, where the parent of a page not yet in the tree is known."""
        cleaned: dict[str, Any] = super().clean()
        if "slug" in cleaned and not cleaned["slug"] and cleaned.get("title"):
            cleaned["slug"] = self.instance.free_slug(cleaned["title"], self.parent_page)
        elif cleaned.get("slug") and self.parent_page.depth == TOP - 1 and is_portals_own(cleaned["slug"]):
            self.add_error("slug", TAKEN)
        return cleaned


def is_portals_own(slug: str) -> bool:
    """Whether the first part of an address is one of the portal's own, so that a page there would never be seen."""
    if slug in {"static", "media", *dict(settings.LANGUAGES)}:
        return True
    with translation.override(settings.LANGUAGE_CODE):
        return resolve(f"/{slug}/").url_name != "wagtail_serve"


class EditorialPage(Page):
    """What all editorial pages share: a summary, a body, and an address folded from Vietnamese ("Đăng" → "dang")."""

    summary = models.CharField(
        _("Tóm tắt"), max_length=400, blank=True, help_text=_("Một hai câu, hiện trong danh sách.")
    )
    body = BodyField(BodyBlock(), verbose_name=_("Nội dung"), blank=True, use_json_field=True)

    # Wagtail's own column, whose type is not known here.
    slug: Any
    base_form_class = EditorialPageForm
    # A plain panel for the title: Wagtail's own writes the address as the title is typed.
    content_panels = [
        FieldPanel("title", heading=_("Tiêu đề"), help_text=" "),
        FieldPanel("summary"),
        FieldPanel("body"),
    ]
    promote_panels = [
        MultiFieldPanel([FieldPanel("slug"), FieldPanel("show_in_menus")], heading=_("Địa chỉ và trình đơn")),
        MultiFieldPanel([FieldPanel("seo_title"), FieldPanel("search_description")], heading=_("Cho máy tìm kiếm")),
    ]

    class Meta:
        abstract = True

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Checks as Wagtail does, but gives the page an address without marks that keeps every letter."""
        if not self.slug and self.title:
            self.slug = self.free_slug(self.title, self.get_parent() if self.path else None)
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        """Raises ValidationError for an address that is one of the portal's own."""
        super().clean()
        if self.depth == TOP and is_portals_own(self.slug):
            raise ValidationError({"slug": TAKEN})

    def free_slug(self, title: str, parent: Page | None) -> str:
        """An address from the title that no page beside this one has, nor, right below the root, the portal itself."""
        wanted = slugify(title)[:LONGEST_FOLDED] or "trang"
        taken = set(parent.get_children().exclude(pk=self.pk).values_list("slug", flat=True)) if parent else set()
        number, slug = 1, wanted
        while slug in taken or (parent and parent.depth == TOP - 1 and is_portals_own(slug)):
            number += 1
            slug = f"{wanted}-{number}"
        return slug


class RootPage(Page):
    """The root of the page tree; its address is the portal's own first page."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.SectionPage", "cms.ArticlePage", "cms.NewsIndexPage"]

    class Meta:
        verbose_name = _("Gốc của trang")


class SectionPage(EditorialPage):
    """A section with pages below it; that of an agency also leads to its procedures and says how to reach it."""

    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Chuyên mục của cơ quan")
    )

    template = "pages/section.html"
    parent_page_types = ["cms.RootPage", "cms.SectionPage"]
    subpage_types = ["cms.SectionPage", "cms.ArticlePage", "cms.NewsIndexPage"]
    content_panels = [*EditorialPage.content_panels, FieldPanel("agency")]

    class Meta:
        verbose_name = _("Chuyên mục")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The pages below, in the editor's order."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"pages": self.get_children().live().public().specific()}


class ArticlePage(EditorialPage):
    """A page of text."""

    template = "pages/article.html"
    parent_page_types = ["cms.RootPage", "cms.SectionPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("Trang nội dung")


class NewsIndexPage(RoutablePageMixin, EditorialPage):
    """The list of news and notices, newest first, twenty a page."""

    template = "pages/news_index.html"
    parent_page_types = ["cms.RootPage", "cms.SectionPage"]
    subpage_types = ["cms.NewsPage", "cms.NoticePage"]

    class Meta:
        verbose_name = _("Danh sách tin")

    @path("")
    def first(self, request: HttpRequest) -> HttpResponse:
        """The first page."""
        return self._page(request, 1)

    @path("trang/<int:number>/", name="further")
    def further(self, request: HttpRequest, number: int) -> HttpResponse:
        """Page `number`. Raises Http404 beyond the last."""
        return self._page(request, number)

    @property
    def further_pages(self) -> list[str]:
        """The addresses, below its own, of the pages after the first."""
        return [f"trang/{number}/" for number in self._pages().page_range[1:]]

    def _pages(self) -> Paginator:
        found = self.get_children().live().public().order_by("-first_published_at", "-pk").specific()
        return Paginator(found, NEWS_PER_PAGE)

    def _page(self, request: HttpRequest, number: int) -> HttpResponse:
        pages = self._pages()
        if not 1 <= number <= pages.num_pages:
            raise Http404(_("Không có trang này."))
        response: HttpResponse = self.render(request, context_overrides={"page_of_news": pages.page(number)})
        return response


class NewsPage(EditorialPage):
    """A piece of news."""

    image = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Ảnh")
    )

    template = "pages/article.html"
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []
    content_panels = [*EditorialPage.content_panels[:2], FieldPanel("image"), FieldPanel("body")]

    class Meta:
        verbose_name = _("Tin")


class NoticePage(EditorialPage):
    """A notice; it stands on the first page until it expires (set under "Lịch đăng")."""

    template = "pages/article.html"
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("Thông báo")


@register_setting(icon="link")
class PortalLinks(BaseGenericSetting, ClusterableModel):
    """What stands at the foot of every page besides the contact: a hotline and linked sites."""

    hotline = models.CharField(_("Đường dây nóng"), max_length=60, blank=True)
    hotline_hours = models.CharField(_("Giờ trực"), max_length=200, blank=True)

    panels = [
        MultiFieldPanel([FieldPanel("hotline"), FieldPanel("hotline_hours")], heading=_("Đường dây nóng")),
        InlinePanel("sites", label=_("Trang liên kết")),
    ]

    class Meta:
        verbose_name = _("Đường dây nóng và trang liên kết")


class LinkedSite(Orderable):
    """A site the portal links to."""

    settings = ParentalKey(PortalLinks, on_delete=models.CASCADE, related_name="sites")
    title = models.CharField(_("Tên"), max_length=200)
    address = models.URLField(_("Địa chỉ"))

    panels = [FieldPanel("title"), FieldPanel("address")]

    class Meta(Orderable.Meta):
        verbose_name = _("Trang liên kết")
