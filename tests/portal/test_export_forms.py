"""The files of a decision among the files of the portal: its forms and its signed copy, as long as it is public."""

from datetime import date

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.models import Collection

from cms.models import Evidence, EvidenceGroup, FormTemplate
from cms.selectors.forms import CUT_FORMS
from cms.services import roll_back
from cms.services.agencies import scope_of_area
from cms.vocabulary import Act, AgencyKind, Part
from portal.export.stick import stick_of
from tests.factories import add_item, make_agency, make_content, make_decision, make_procedure, publish
from tests.portal.test_export import DAY, run, tree

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


def with_form(commune, number, title):
    """A decision of the commune with one procedure that has a form."""
    file = ContentFile(title.encode(), f"{number}.docx")
    form = get_document_model()(title=title, file=file, collection=Collection.objects.get(name=CUT_FORMS))
    form._set_document_file_metadata()
    form.save()
    decision = make_decision(commune, f"{number}/QĐ-UBND", effective_from=date(2026, 1, 5))
    decision.signed_sha256 = "0" * 64
    decision.signed_copy.save(f"{number}.pdf", ContentFile(PDF))
    procedure, scope = make_procedure(slug=f"thu-tuc-{number}"), scope_of_area(commune)
    papers = [EvidenceGroup(ordinal=1), Evidence(ordinal=1, group=1, name="Tờ khai", form_file=title)]
    papers.append(FormTemplate(ordinal=1, title=title, file_hash=form.file_hash))
    text = make_content(procedure, title, details=papers, parts={Part.EVIDENCE: "x"})
    effects = [{"act": Act.OPEN, "content": text, "scope": scope}, {"act": Act.LIST, "scope": scope}]
    add_item(decision, procedure, effects=effects)
    return decision


def test_forms_and_the_signed_copy_are_files_while_the_decision_is_public(settings, tmp_path):
    settings.MEDIA_ROOT, settings.PORTAL_BASE_URL = tmp_path / "media", "https://tthc.example.vn"
    commune = make_agency("Phường Hạ Long", AgencyKind.COMMUNE, parent=make_agency("Tỉnh X", AgencyKind.PROVINCE))
    Collection.get_first_root_node().add_child(name=CUT_FORMS)
    public = publish(with_form(commune, "7", "Mẫu 01. Tờ khai"))
    with_form(commune, "8", "Mẫu 02. Của dự thảo")

    run(tmp_path / "ban", DAY)
    files = tree(tmp_path / "ban")
    forms = {name: content for name, content in files.items() if name.startswith("tai-lieu/")}
    assert list(forms.values()) == ["Mẫu 01. Tờ khai".encode()]
    linking = [name for name, content in files.items() if name.endswith(".html") and b"tai-lieu/" in content]
    assert f"co-quan/{commune.slug}/thu-tuc/thu-tuc-7/index.html" in linking
    assert all(f"../{next(iter(forms))}".encode() in files[name] for name in linking)
    assert [name for name in files if name.endswith(".pdf")] == ["quyet-dinh/7-qd-ubnd/ban-da-ky.pdf"]
    assert files["quyet-dinh/7-qd-ubnd/ban-da-ky.pdf"] == PDF
    assert not [name for name, content in files.items() if "Của dự thảo".encode() in content]
    stick = stick_of(commune, DAY)
    assert stick["mau/0001-1.docx"] == "Mẫu 01. Tờ khai".encode()

    # Nothing of it stands then: neither the form nor a link to data there are none of.
    roll_back(what=public, by=None)
    run(tmp_path / "ban", DAY)
    files = tree(tmp_path / "ban")
    assert "thu-tuc/thu-tuc-7/index.html" in files
    assert not [name for name, content in files.items() if name.startswith("tai-lieu/") or b"tai-lieu/" in content]
