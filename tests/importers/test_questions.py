"""Procedures without a code get an address of their own and are joined to others by an editor's word only."""

from io import StringIO

import pytest
from django.core.management import call_command

from cms.models import Change, Procedure
from cms.services import IdentityTakenError, join_identity
from cms.vocabulary import AgencyKind, EditorRole
from importers.answers import open_questions
from importers.models import ImportRow
from tests.cms.editors import make_editor
from tests.factories import make_agency, make_procedure
from tests.importers.test_readers_other_forms import FORMS, INTERFACE, LEGACY, POLICE, write

pytestmark = pytest.mark.django_db
QUESTIONS = "/quan-tri/cau-hoi-danh-muc/"


@pytest.fixture
def legacy(tmp_path):
    return write(tmp_path / "cu.json", LEGACY)


@pytest.fixture
def coded(tmp_path):
    return write(tmp_path / "moi.json", INTERFACE)


def run(*paths, **options):
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("import_catalogue", *map(str, paths), stdout=out, stderr=err, **options)
    except SystemExit as stop:
        code = stop.code
    return code, out.getvalue() + err.getvalue()


def test_a_record_without_a_code_gets_an_address_and_is_known_again(legacy):
    assert run(legacy)[0] == 0
    procedure = Procedure.objects.get()
    assert (procedure.code, procedure.slug) == (None, "dang-ky-thu")
    assert "không ghi gì" in run(legacy)[1]


def test_a_code_of_the_same_name_is_a_question_and_nothing_is_joined(legacy, coded):
    run(legacy)
    code, said = run(coded)
    assert code == 1
    assert "chờ trả lời 1" in said and "--join '1.000001=" in said and "dang-ky-thu" in said
    assert list(Procedure.objects.values_list("code", flat=True)) == [None]
    row = ImportRow.objects.get(outcome="ASKED")
    assert (row.code, row.problems[0]["code"]) == ("1.000001", "same_name")
    run(coded)
    assert ImportRow.objects.filter(outcome="ASKED").count() == 1


def test_an_editor_joins_and_the_coded_text_takes_its_place_at_the_old_address(legacy, coded):
    run(legacy)
    code, said = run(coded, join=["1.000001=dang-ky-thu"])
    assert code == 0, said
    procedure = Procedure.objects.get()
    assert (procedure.code, procedure.slug) == ("1.000001", "dang-ky-thu")
    assert Change.objects.get(kind="CODED").procedure == procedure
    # The old source no longer overrules what has a code.
    code, said = run(legacy)
    assert code == 0
    assert ImportRow.objects.filter(problems__0__code="without_code").exists()
    assert Procedure.objects.get() == procedure


def test_an_editor_says_they_are_two(legacy, coded):
    run(legacy)
    assert run(coded, apart=["1.000001"])[0] == 0
    assert set(Procedure.objects.values_list("code", flat=True)) == {None, "1.000001"}
    assert "không ghi gì" in run(coded)[1]


def test_a_record_without_a_code_never_joins_a_standing_code_by_name(legacy, coded):
    run(coded)
    assert run(legacy)[0] == 1
    assert Procedure.objects.count() == 1
    slug = Procedure.objects.get().slug
    assert run(legacy, join=[f"a1={slug}"])[0] == 0
    assert list(Procedure.objects.get().identifiers.values_list("scheme", "value")) == [
        ("NATIONAL_UUID", INTERFACE["id"]),
        ("OTHER", "a1"),
    ]


@pytest.mark.parametrize("backwards", [False, True])
def test_in_one_run_the_row_without_a_code_is_asked_about(legacy, coded, backwards):
    assert run(*([coded, legacy] if backwards else [legacy, coded]))[0] == 1
    assert list(Procedure.objects.values_list("code", flat=True)) == ["1.000001"]


def test_two_sources_without_codes_are_not_joined_either(legacy, tmp_path):
    run(legacy)
    assert run(write(tmp_path / "ca.json", POLICE))[0] == 1
    assert Procedure.objects.count() == 1


@pytest.mark.parametrize("answer", ["1.000001", "=dang-ky-thu", "1.000001=khong-co"])
def test_an_answer_that_names_nothing_is_refused_and_nothing_written(legacy, coded, answer):
    run(legacy)
    code, said = run(coded, join=[answer])
    assert code == 2 and "Chưa ghi gì" in said
    assert Procedure.objects.filter(code="1.000001").count() == 0


def test_a_trial_run_joins_nothing(legacy, coded):
    run(legacy)
    code, said = run(coded, join=["1.000001=dang-ky-thu"], dry_run=True)
    assert code == 2 and "--dry-run" in said
    assert not Change.objects.filter(kind="CODED").exists()


def test_a_code_that_another_has_can_not_be_given(legacy):
    other = make_procedure(code="1.000001", slug="khac")
    run(legacy)
    with pytest.raises(IdentityTakenError, match="địa chỉ khac"):
        join_identity(procedure=Procedure.objects.get(code=None), key="1.000001", by=None)
    assert join_identity(procedure=other, key="1.000001", by=None) == other
    assert not Change.objects.filter(kind="CODED").exists()


def test_the_real_files_without_codes_are_taken_in_whole(shared_data):
    code, said = run(shared_data / FORMS["portal2021"], shared_data / FORMS["police"])
    kept = ImportRow.objects.values_list("outcome", "problems__0__code")
    left_out = [(outcome, code) for outcome, code in kept if outcome in ("ASKED", "REFUSED")]
    # One title stands in both files; one record of 2021 stands twice, under two numbers.
    assert left_out == [("ASKED", "same_name")]
    assert (code, Procedure.objects.count()) == (1, 64 + 157 - 1), said


def answered(client, row, pick, reason, who):
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    said = {"row": row.pk, f"dong-{row.pk}-pick": pick, f"dong-{row.pk}-reason": reason}
    return client.post(QUESTIONS, said, follow=True)


def test_an_editor_of_the_whole_portal_answers_on_a_page_and_the_next_run_follows(legacy, coded, client):
    run(legacy)
    run(coded)
    row = ImportRow.objects.get(outcome="ASKED")
    everywhere = make_editor("chung", is_superuser=True)
    province = make_editor("tinh", EditorRole.HEAD, make_agency("Tỉnh Khác", AgencyKind.PROVINCE))
    answered(client, row, "dang-ky-thu", "Cùng căn cứ", province)
    assert "Hãy ghi vì sao" in answered(client, row, "dang-ky-thu", " ", everywhere).content.decode()
    assert "Hãy chọn một câu trả lời" in answered(client, row, "mot-dia-chi-khac", "x", everywhere).content.decode()
    row.refresh_from_db()
    assert (row.answer, Procedure.objects.get().code) == ("", None)
    assert "Là một, đã ghép" in answered(client, row, "dang-ky-thu", "Cùng căn cứ", everywhere).content.decode()
    row.refresh_from_db()
    assert (row.answer, row.reason, row.answered_by) == ("JOINED", "Cùng căn cứ", everywhere)
    assert Procedure.objects.get().code == "1.000001"
    late = answered(client, row, "-", "Khác", everywhere).content.decode()
    assert "vừa có người trả lời" in late
    assert run(coded)[0] == 0
    assert Procedure.objects.count() == 1


def test_what_is_said_to_be_another_procedure_is_taken_in_by_every_later_run(legacy, coded, client):
    run(legacy)
    run(coded)
    row = ImportRow.objects.get(outcome="ASKED")
    answered(client, row, "-", "Khác cơ quan", make_editor("chung", is_superuser=True))
    assert not open_questions().exists()
    assert run(coded)[0] == 0
    assert set(Procedure.objects.values_list("code", flat=True)) == {None, "1.000001"}
    assert "không ghi gì" in run(coded)[1]


def test_a_question_that_the_command_answered_is_no_longer_asked(legacy, coded):
    run(legacy)
    run(coded)
    assert open_questions().count() == 1
    run(coded, join=["1.000001=dang-ky-thu"])
    assert not open_questions().exists()
