"""Puts our root page in the place of Wagtail's "Welcome" page, so that editors find a tree to work in."""

from django.db import migrations

TITLE = "Cổng thủ tục hành chính"


def plant(apps, schema_editor):
    """Leave any tree alone that somebody has already grown."""
    page, site = apps.get_model("wagtailcore", "Page"), apps.get_model("wagtailcore", "Site")
    root_page = apps.get_model("cms", "RootPage")
    content_type = apps.get_model("contenttypes", "ContentType")
    plain = content_type.objects.filter(app_label="wagtailcore", model="page").first()
    tops = list(page.objects.filter(depth=2))
    top = page.objects.filter(depth=1).first()
    if top is None or len(tops) != 1 or tops[0].content_type_id != (plain and plain.pk) or tops[0].numchild:
        return
    path, locale = tops[0].path, tops[0].locale_id
    # Sites hang on their root page: deleting it takes the default site along.
    page.objects.filter(pk=tops[0].pk).delete()
    ours, _ = content_type.objects.get_or_create(app_label="cms", model="rootpage")
    root = root_page.objects.create(
        title=TITLE, draft_title=TITLE, slug="goc", url_path="/goc/", path=path, depth=2, numchild=0, locale_id=locale,
        content_type=ours, live=True, show_in_menus=False,
    )  # fmt: skip
    if not site.objects.exists():
        site.objects.create(hostname="localhost", port=80, root_page_id=root.pk, is_default_site=True)


class Migration(migrations.Migration):
    dependencies = [("cms", "0003_editorial_pages"), ("contenttypes", "0002_remove_content_type_name")]

    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
