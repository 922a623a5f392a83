"""The signed PDF beside the Word file: what differs is asked with both readings, what can't be compared is said."""

import copy

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from cms.models import Decision
from cms.services import approve_decision, publish_decision
from cms.vocabulary import AgencyKind
from importers.decisions.applying import apply
from importers.decisions.obstacles import obstacles
from importers.decisions.reading import read_decision
from importers.decisions.review import settle
from importers.decisions.staging import stage
from importers.models import DecisionBatch
from tests.factories import make_agency
from tests.importers import decision_files


def changed(described, swaps):
    """The same decision with some words of its lists and its head swapped."""
    other = copy.deepcopy(described)
    for at, block in enumerate(other.blocks):
        if isinstance(block, str):
            for old, new in swaps.items():
                other.blocks[at] = other.blocks[at].replace(old, new)
        else:
            other.blocks[at] = [
                [swaps.get(cell, cell) if isinstance(cell, str) else cell for cell in row] for row in block
            ]
    return other


@pytest.fixture(scope="module")
def decision():
    return decision_files.amended(6)


def read(decision, signed, folder, make=decision_files.as_pdf):
    word = decision_files.as_docx(decision, folder / "nguon.docx")
    law = make(signed, folder / "da-ky.pdf")
    return read_decision([word, law])


def codes(reading):
    return {problem.code for problem in reading.all_problems() if problem.code.startswith("LAW")}


def test_a_signed_paper_that_says_the_same_raises_no_question(decision, tmp_path):
    reading = read(decision, decision, tmp_path)
    assert [(file.name, file.role) for file in reading.files] == [("nguon.docx", "source"), ("da-ky.pdf", "law")]
    assert codes(reading) == set()


def test_number_day_code_time_and_name_that_differ_are_asked_with_both_readings(decision, tmp_path):
    row = next(row for block in decision.blocks if isinstance(block, list) for row in block if row[0] == "2")
    swaps = {"3501": "3510", "01 tháng 9": "02 tháng 9", row[1]: "1.999999", row[3]: "27 ngày làm việc"}
    reading = read(decision, changed(decision, swaps), tmp_path)
    assert {problem.code for problem in reading.problems if problem.code.startswith("LAW")} == {
        "LAW_NUMBER",
        "LAW_DATE",
    }
    item, other = [item for item in reading.items if codes_of(item)]
    assert (item.code, codes_of(item)) == (row[1], ["LAW_CODE", "LAW_FIGURES"])
    assert (other.label, codes_of(other)) == ("2", ["LAW_FIGURES"])
    asked = {problem.code: problem for problem in item.problems}
    assert all(words in asked["LAW_FIGURES"].message for words in ("27 ngày làm việc", row[3]))
    assert asked["LAW_CODE"].severity == "asked"
    assert "da-ky.pdf" in str(asked["LAW_CODE"].place)


def codes_of(item):
    return [problem.code for problem in item.problems if problem.code.startswith("LAW")]


def test_a_row_that_one_of_the_papers_lacks_is_asked(decision, tmp_path):
    shorter = copy.deepcopy(decision)
    table = next(block for block in shorter.blocks if isinstance(block, list))
    gone = next(row for row in table if row[0] == "4")
    table.remove(gone)
    reading = read(decision, shorter, tmp_path)
    assert [item.name for item in reading.items if codes_of(item) == ["LAW_LACKS"]] == [gone[2]]
    reading = read(shorter, decision, tmp_path)
    assert [problem.raw for problem in reading.problems if problem.code == "LAW_ADDS"] == [gone[2]]


def test_a_signed_paper_without_text_is_kept_and_said_to_be_unread(decision, tmp_path):
    from PIL import Image

    word = decision_files.as_docx(decision, tmp_path / "nguon.docx")
    Image.new("L", (900, 1200), 255).save(tmp_path / "da-ky.pdf")
    reading = read_decision([word, tmp_path / "da-ky.pdf"])
    assert [file.role for file in reading.files] == ["source", "law"]
    assert codes(reading) == {"LAW_UNREADABLE"}
    assert len(reading.items) == len(read_decision([word]).items)


@pytest.mark.django_db
def test_the_public_is_given_the_signed_paper_once_it_is_published_and_never_the_word_file(
    decision, tmp_path, client, settings
):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_agency("Thành phố Bến Sông", AgencyKind.PROVINCE, short_name="Bến Sông")
    word = decision_files.as_docx(decision, tmp_path / "nguon.docx")
    law = decision_files.as_pdf(decision, tmp_path / "da-ky.pdf")
    call_command("import_decision", str(word), str(law))
    batch = DecisionBatch.objects.get()
    made = apply(batch=batch, by=None)
    address = f"/quyet-dinh/{made.slug}/ban-da-ky.pdf"
    assert client.get(address).status_code == 404
    approve_decision(decision=made, by=None)
    publish_decision(decision=made, by=None)
    assert b"".join(client.get(address)) == law.read_bytes()
    page = client.get(made.get_absolute_url()).content.decode()
    assert f'href="{address}"' in page
    stored = [file.file.url for file in batch.files.all()] + [Decision.objects.get().signed_copy.url]
    assert len(stored) == 3
    assert {client.get(one).status_code for one in stored} == {404}
    assert "docx" not in page


@pytest.mark.django_db
def test_a_question_on_the_whole_waits_for_an_editors_words_and_keeps_them(decision, tmp_path):
    agency = make_agency("Thành phố Bến Sông", AgencyKind.PROVINCE, short_name="Bến Sông")
    reading = read(decision, changed(decision, {"3501": "3510"}), tmp_path)
    batch, _made = stage(reading, by=None)
    (place,) = [place for place, one in enumerate(batch.problems) if one["code"] == "LAW_NUMBER"]
    assert [one for one in obstacles(batch, issuer=agency) if "3510" in one]
    with pytest.raises(ValidationError, match="Hãy ghi"):
        settle(batch=batch, version=batch.version, place=place, answer=" ", by=None)
    settle(batch=batch, version=batch.version, place=place, answer="Theo bản đã ký: 3510", by=None)
    batch.refresh_from_db()
    assert batch.problems[place]["answer"] == "Theo bản đã ký: 3510"
    assert not [one for one in obstacles(batch, issuer=agency) if "số quyết định ở bản" in one]
