"""Addresses of search. Every single facet is a path; text and combinations of facets are a query."""

from django.urls import path

from search import views

urlpatterns = [
    path("tim-kiem/", views.results, name="search"),
    path("tim-kiem/goi-y/", views.suggestions, name="search_suggest"),
    path("tim-kiem/<slug:parameter>/<slug:value>/", views.facet, name="search_facet"),
    path("tim-kiem/<slug:parameter>/<slug:value>/trang/<int:number>/", views.facet, name="search_facet_page"),
]
