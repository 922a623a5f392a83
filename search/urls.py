"""Addresses of search."""

from django.urls import path

from search import views

urlpatterns = [
    path("tim-kiem/", views.results, name="search"),
    path("tim-kiem/goi-y/", views.suggestions, name="search_suggest"),
]
