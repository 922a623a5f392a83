"""The portal with every kind of page is shared by the browser tests."""

from tests.portal.every_page import portal

__all__ = ["portal"]
