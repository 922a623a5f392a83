"""Addresses made from names: readable, free, and without the word that half of all procedures begin with."""

import pytest

from cms.models import Procedure
from cms.services import free_procedure_slug

pytestmark = pytest.mark.django_db


def test_a_procedures_address_leaves_out_the_leading_word():
    assert free_procedure_slug("Thủ tục đăng ký khai sinh") == "dang-ky-khai-sinh"
    assert free_procedure_slug("Thủ tục") == "thu-tuc"
    assert free_procedure_slug("…") == "muc"


def test_a_taken_address_gets_a_number():
    Procedure.objects.create(slug="dang-ky-khai-sinh")
    assert free_procedure_slug("Đăng ký khai sinh") == "dang-ky-khai-sinh-2"
    taken = {"dang-ky-khai-sinh"}
    made = [free_procedure_slug("Thủ tục đăng ký khai sinh", taken) for _ in range(2)]
    assert made == ["dang-ky-khai-sinh-2", "dang-ky-khai-sinh-3"]


def test_a_long_name_is_cut_between_words_within_the_limit():
    slug = free_procedure_slug("Thủ tục " + "cấp giấy phép " * 20)
    assert len(slug) <= 80
    assert slug.endswith(("cap", "giay", "phep"))
