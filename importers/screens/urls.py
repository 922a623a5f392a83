"""The addresses of these screens, below the admin's."""

from django.urls import path

from importers.screens import item_views, views

urlpatterns = [
    path("", views.batches, name="desk_imports"),
    path("moi/", views.upload, name="desk_import_upload"),
    path("<int:batch>/", views.batch, name="desk_import"),
    path("<int:batch>/doc-lai/", views.read_again, name="desk_import_read_again"),
    path("<int:batch>/nhan-het/", views.accept_all, name="desk_import_accept_all"),
    path("<int:batch>/tra-loi/", views.answer, name="desk_import_answer"),
    path("<int:batch>/lap-du-thao/", views.make_draft, name="desk_import_make_draft"),
    path("<int:batch>/thu-hoi/", views.undo, name="desk_import_undo"),
    path("<int:batch>/mo-lai/", views.open_anew, name="desk_import_open_again"),
    path("tep/<int:file>/", views.file, name="desk_import_file"),
    path("muc/<int:row>/", item_views.item, name="desk_import_item"),
    path("muc/<int:row>/mau/<str:name>", item_views.form_file, name="desk_import_form"),
    path("muc/<int:row>/trang-<int:page>.png", item_views.page_picture, name="desk_import_page"),
]
