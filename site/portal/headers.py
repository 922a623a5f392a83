"""Headers that tell browsers what a page may do: one policy for the public, a looser one where Wagtail needs it."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from portal.styles import stylesheet


class PolicyMiddleware(CSPMiddleware):
    """Content-Security-Policy by path, and Permissions-Policy."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The editors' policy below the editors' address, unless the view brings its own."""
        parts = super().get_policy_parts(request, response, report_only)
        if report_only:
            return parts
        if request.path_info.startswith(reverse("wagtailadmin_home")):
            parts.config = parts.config or settings.PORTAL_EDITORS_POLICY
        # The portal's own pages stand below the editors' address too: not found, locked out.
        parts.update = {**(parts.update or {}), "style-src": [stylesheet().source]}
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add both headers."""
        response.headers.setdefault("Permissions-Policy", settings.PORTAL_PERMISSIONS_POLICY)
        return super().process_response(request, response)
