"""What browsers may do with our pages, and how often somebody may try a password; the same on a laptop and a server."""

from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE

# Public pages load nothing but our own files and run nothing that stands in the page itself.
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Wagtail 8 writes scripts into its forms (date fields, choosers, inline panels) without a nonce; nothing else is freer.
PORTAL_EDITORS_POLICY: dict[str, Any] = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}
PORTAL_PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "cms.permissions.MembershipBackend",
]
# One account from one address: an office shares an address, and nobody may lock a colleague out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Otherwise trying on during the pause would make it longer each time, for people too.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "portal.views.locked_out"
AXES_CLIENT_IP_CALLABLE = "portal.clients.address"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
