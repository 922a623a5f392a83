"""Editorial pages around the procedures: sections, news, notices that expire, menu, linked sites, addresses."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Site

from cms.models import ArticlePage, LinkedSite, NewsIndexPage, NewsPage, NoticePage, PortalLinks, RootPage, SectionPage
from cms.selectors.pages import standing_notices
from tests.factories import make_agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    found = RootPage.objects.first()
    assert found, "the migration plants it"
    assert Site.objects.get(is_default_site=True).root_page.specific == found
    return found


@pytest.fixture
def news(root):
    return root.add_child(instance=NewsIndexPage(title="Tin tức"))


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_an_address_is_folded_and_keeps_every_letter(root):
    made = root.add_child(instance=ArticlePage(title="Đường đến Ủy ban"))
    again = root.add_child(instance=ArticlePage(title="Đường đến Ủy ban"))
    assert (made.slug, again.slug) == ("duong-den-uy-ban", "duong-den-uy-ban-2")
    made.title = "Tên khác"
    made.save()
    assert made.slug == "duong-den-uy-ban"


def test_a_section_leads_to_its_pages_and_its_agency(client, root):
    agency = make_agency("Sở Tư pháp", hotline="024 3 999")
    section = root.add_child(instance=SectionPage(title="Tư pháp", agency=agency, summary="Hộ tịch, chứng thực"))
    section.add_child(instance=ArticlePage(title="Giới thiệu"))
    section.add_child(instance=ArticlePage(title="Bản nháp", live=False))
    html = page(client, "/tu-phap/")
    assert "Giới thiệu" in html
    assert "Bản nháp" not in html
    assert agency.get_absolute_url() in html
    assert "024 3 999" in html
    assert "/tu-phap/" in page(client, "/tu-phap/gioi-thieu/")
    page(client, "/tu-phap/ban-nhap/", 404)


def test_news_come_newest_first_twenty_a_page(client, news):
    now = timezone.now()
    for number in range(25):
        news.add_child(
            instance=NewsPage(title=f"Tin số {number:02}", first_published_at=now + timedelta(minutes=number))
        )
    first, second = page(client, "/tin-tuc/"), page(client, "/tin-tuc/trang/2/")
    assert first.index("Tin số 24") < first.index("Tin số 05")
    assert "Tin số 04" in second
    page(client, "/tin-tuc/trang/3/", 404)
    page(client, "/tin-tuc/trang/0/", 404)
    assert "Tin số 07" in page(client, "/tin-tuc/tin-so-07/")


def test_a_notice_stands_until_it_expires_even_before_anybody_takes_it_off(client, news):
    now = timezone.now()
    news.add_child(instance=NoticePage(title="Nghỉ lễ", first_published_at=now, expire_at=now - timedelta(minutes=1)))
    news.add_child(instance=NoticePage(title="Đổi giờ", first_published_at=now, expire_at=now + timedelta(days=1)))
    assert [one.title for one in standing_notices(5)] == ["Đổi giờ"]
    assert "Đổi giờ" in page(client, "/")
    assert "Nghỉ lễ" not in page(client, "/")
    call_command("publish_scheduled")
    page(client, "/tin-tuc/nghi-le/", 404)


def test_pages_in_the_menu_and_linked_sites_stand_on_every_page(client, root):
    root.add_child(instance=ArticlePage(title="Giới thiệu", show_in_menus=True)).save_revision().publish()
    root.add_child(instance=ArticlePage(title="Ẩn", show_in_menus=False))
    links = PortalLinks.objects.create(hotline="1900 1234", hotline_hours="7h30–17h00")
    LinkedSite.objects.create(settings=links, title="Cổng Dịch vụ công quốc gia", address="https://dichvucong.gov.vn/")
    for address in ("/", "/linh-vuc/", "/gioi-thieu/"):
        html = page(client, address)
        assert '<a href="/gioi-thieu/">Giới thiệu</a>' in html
        assert ">Ẩn<" not in html
        assert "1900 1234" in html
        assert "https://dichvucong.gov.vn/" in html
        assert "Cập nhật lần cuối ngày" in html


def test_a_page_without_a_database_stands_without_menu(rf):
    from cms.views.furniture import Furniture

    def away(*args):
        raise OperationalError("away")

    found = Furniture(rf.get("/"))
    with connection.execute_wrapper(away):
        assert (found.menu, found.foot.sites, found.changed_on) == ([], [], None)


def test_rich_text_files_and_pictures_load_nothing_from_outside(client, root):
    body = [("text", "<h2>Mục</h2><p>Chữ <b>đậm</b></p>"), ("link", {"text": "Đi", "address": "https://a.vn/"})]
    root.add_child(instance=ArticlePage(title="Bài", body=body))
    html = page(client, "/bai/")
    assert "<h2>Mục</h2>" in html
    assert 'href="https://a.vn/"' in html
    assert "<iframe" not in html


def test_block_definitions_stay_out_of_migrations():
    module = import_module("cms.migrations.0003_editorial_pages")
    fields = [field for op in module.Migration.operations for field in getattr(op, "fields", ()) if field[0] == "body"]
    assert fields
    assert all(not field[1].stream_block.child_blocks for field in fields)


@pytest.fixture
def editor(client):
    user = get_user_model().objects.create_superuser(username="bien-tap", password="x", full_name="Nguyễn Thị Biên")
    client.force_login(user)
    return client


def test_an_editor_writes_a_draft_then_publishes_it_without_typing_an_address(editor, news):
    where = reverse("wagtailadmin_pages:add", args=["cms", "newspage", news.pk])
    form = {"title": "Đổi giờ làm việc", "slug": "", "summary": "Từ tháng 12", "image": "", "body-count": 0}
    form |= {"seo_title": "", "search_description": "", "go_live_at": "", "expire_at": "", "comments-TOTAL_FORMS": 0}
    form |= {"comments-INITIAL_FORMS": 0}
    answer = editor.post(where, form)
    assert answer.status_code == 302, answer.context["form"].errors
    draft = NewsPage.objects.get()
    assert (draft.slug, draft.live) == ("doi-gio-lam-viec", False)
    editor.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), form | {"slug": draft.slug, "action-publish": "1"})
    assert "Từ tháng 12" in page(editor, "/tin-tuc/doi-gio-lam-viec/")


def test_a_redirect_set_by_an_editor_leads_on(client, root):
    from wagtail.contrib.redirects.models import Redirect

    target = root.add_child(instance=ArticlePage(title="Mới"))
    Redirect.add_redirect("/cu/bai.html", redirect_to=target, is_permanent=True)
    answer = client.get("/cu/bai.html")
    assert (answer.status_code, answer["Location"]) == (301, "/moi/")


def test_the_page_tree_allows_only_what_fits():
    assert RootPage.max_count == 1
    assert Page.objects.filter(depth=2).count() == 1
    assert {model.__name__ for model in RootPage.allowed_subpage_models()} == {
        "SectionPage",
        "ArticlePage",
        "NewsIndexPage",
    }


def test_two_news_of_the_same_title_get_addresses_of_their_own(editor, news):
    where = reverse("wagtailadmin_pages:add", args=["cms", "newspage", news.pk])
    form = {"title": "Thông báo", "slug": "", "summary": "", "image": "", "body-count": 0, "action-publish": "1"}
    form |= {"seo_title": "", "search_description": "", "go_live_at": "", "expire_at": "", "comments-TOTAL_FORMS": 0}
    form |= {"comments-INITIAL_FORMS": 0}
    for _ in range(2):
        answer = editor.post(where, form)
        assert answer.status_code == 302, answer.context["form"].errors
    assert set(NewsPage.objects.values_list("slug", flat=True)) == {"thong-bao", "thong-bao-2"}


def test_a_page_never_takes_an_address_of_the_portals_own_lists(editor, root):
    made = root.add_child(instance=SectionPage(title="Lĩnh vực"))
    assert made.slug == "linh-vuc-2"
    made.slug = "linh-vuc"
    with pytest.raises(ValidationError, match="danh sách của cổng"):
        made.full_clean()
    below = made.add_child(instance=ArticlePage(title="Lĩnh vực"))
    assert below.slug == "linh-vuc"


def test_an_editor_who_types_an_address_of_the_portals_own_is_told_so(editor, root):
    where = reverse("wagtailadmin_pages:add", args=["cms", "articlepage", root.pk])
    form = {"title": "Phí", "slug": "phi", "summary": "", "body-count": 0, "action-publish": "1"}
    form |= {"seo_title": "", "search_description": "", "go_live_at": "", "expire_at": "", "comments-TOTAL_FORMS": 0}
    form |= {"comments-INITIAL_FORMS": 0}
    answer = editor.post(where, form)
    assert answer.status_code == 200 and "danh sách của cổng" in str(answer.context["form"].errors["slug"])
    assert editor.post(where, form | {"slug": ""}).status_code == 302
    assert ArticlePage.objects.get().slug == "phi-2"
