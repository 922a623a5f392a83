"""The desk's addresses below the admin's."""

from django.urls import path

from cms.desk import accounts, finding, impact_views, postings, reference_views, text_views, views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("moi/", views.begin, name="desk_begin"),
    path("<int:decision>/", views.decision, name="desk_decision"),
    path("<int:decision>/sua/", views.edit, name="desk_edit"),
    path("<int:decision>/trinh/", views.do_submit, name="desk_submit"),
    path("<int:decision>/gop-y/", views.do_comment, name="desk_comment"),
    path("<int:decision>/tra-lai/", views.do_return, name="desk_return"),
    path("<int:decision>/duyet/", views.do_pass, name="desk_pass"),
    path("<int:decision>/cong-khai/", views.do_publish, name="desk_publish"),
    path("<int:decision>/hen-gio/", views.do_schedule, name="desk_schedule"),
    path("<int:decision>/thu-hoi/", views.do_take_back, name="desk_take_back"),
    path("<int:decision>/bo-qua/", views.do_waive, name="desk_waive"),
    path("<int:decision>/bo-qua-loai/", views.do_waive_rule, name="desk_waive_rule"),
    path("<int:decision>/muc/", views.item_new, name="desk_item_new"),
    path("muc/<int:item>/", views.item, name="desk_item"),
    path("muc/<int:item>/bo/", views.do_remove, name="desk_item_remove"),
    path("dan-chieu/<int:reference>/", reference_views.reference, name="desk_reference"),
    path("van-ban-thay-doi/", impact_views.impact, name="desk_impact"),
    path("van-ban-thay-doi.xlsx", impact_views.impact_file, name="desk_impact_file"),
    path("tai-khoan/", accounts.accounts, name="desk_accounts"),
    path("tai-khoan/moi/", accounts.account_new, name="desk_account_new"),
    path("tai-khoan/<int:person>/", accounts.account, name="desk_account"),
    path("niem-yet/", postings.ledgers, name="desk_ledgers"),
    path("niem-yet/to/", postings.sheet, name="desk_sheet"),
    path("niem-yet/<int:agency>/so.xlsx", postings.ledger_file, name="desk_ledger_file"),
    path("niem-yet/<int:agency>/<int:point>/", postings.wall, name="desk_wall"),
    path("niem-yet/<int:agency>/<int:point>/kiem-tra/", postings.wall_check, name="desk_wall_check"),
    path("tim/thu-tuc/", finding.find_procedures, name="desk_find_procedures"),
    path("tim/quyet-dinh/", finding.find_decisions, name="desk_find_decisions"),
    path("noi-dung/<int:effect>/", text_views.text, name="desk_text"),
    path("noi-dung/<int:effect>/so-sanh/", text_views.difference, name="desk_difference"),
]
