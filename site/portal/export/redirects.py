"""What a server must know beside the files: other numbers of a procedure, and addresses that are no more. Written for
nginx, Caddy, hosts that read `_redirects`, and IIS."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from django.conf import settings
from django.urls import reverse

from cms.models import Procedure, ProcedureIdentifier
from portal.export.links import site_root

__all__ = ["write_redirects"]


def _identifiers() -> dict[str, str]:
    """Every other number of a public procedure → its slug. A number that is two procedures' leads to neither."""
    found: dict[str, set[str]] = {}
    public = Procedure.objects.filter(periods__isnull=False).distinct()
    for slug, code in public.values_list("slug", "code"):
        if code:
            found.setdefault(code, set()).add(slug)
    named = ProcedureIdentifier.objects.filter(procedure__in=public.values("pk"))
    for value, slug in named.values_list("value", "procedure__slug"):
        found.setdefault(value, set()).add(slug)
    taken = set(public.values_list("slug", flat=True))
    return {value: min(slugs) for value, slugs in found.items() if len(slugs) == 1 and value not in taken}


def write_redirects(tree: Path, gone: Mapping[str, str]) -> None:
    """Write nginx-redirects.map, caddy-redirects, _redirects and web.config into the tree. Raises OSError."""
    pairs = {
        reverse("procedure", args=[value]): reverse("procedure", args=[slug])
        for value, slug in _identifiers().items()
        if "/" not in value
    } | dict(gone)
    root = site_root(settings.PORTAL_BASE_URL)
    rows = sorted((f"{root}{quote(old, safe='/%')}", f"{root}{quote(new, safe='/%')}") for old, new in pairs.items())
    (tree / "nginx-redirects.map").write_text("".join(f'"{old}" "{new}";\n' for old, new in rows), "utf-8")
    (tree / "caddy-redirects").write_text("".join(f'"{old}" "{new}"\n' for old, new in rows), "utf-8")
    (tree / "_redirects").write_text("".join(f"{old} {new} 301\n" for old, new in rows), "utf-8")
    entries = "\n".join(f"          <add key={quoteattr(old)} value={quoteattr(new)} />" for old, new in rows)
    (tree / "web.config").write_text(_IIS.replace("ENTRIES", entries), "utf-8")


_IIS = """<?xml version="1.0" encoding="utf-8"?>
<!-- IIS with the URL Rewrite module: other numbers of a procedure and addresses that are no more. -->
<configuration>
  <system.webServer>
    <rewrite>
      <rewriteMaps>
        <rewriteMap name="cong-xuat">
ENTRIES
        </rewriteMap>
      </rewriteMaps>
      <rules>
        <rule name="cong-xuat">
          <match url=".*" />
          <conditions>
            <add input="{cong-xuat:{REQUEST_URI}}" pattern="(.+)" />
          </conditions>
          <action type="Redirect" url="{C:1}" redirectType="Permanent" appendQueryString="false" />
        </rule>
      </rules>
    </rewrite>
    <staticContent>
      <clientCache cacheControlMode="UseMaxAge" cacheControlMaxAge="00:00:00" />
      <remove fileExtension=".json" />
      <mimeMap fileExtension=".json" mimeType="application/json; charset=utf-8" />
      <remove fileExtension=".jsonl" />
      <mimeMap fileExtension=".jsonl" mimeType="application/x-ndjson; charset=utf-8" />
    </staticContent>
    <security>
      <requestFiltering>
        <hiddenSegments>
          <add segment=".cong-xuat" />
        </hiddenSegments>
      </requestFiltering>
    </security>
    <httpErrors errorMode="Custom">
      <remove statusCode="404" />
      <error statusCode="404" path="404.html" responseMode="File" />
    </httpErrors>
  </system.webServer>
  <location path="static">
    <system.webServer>
      <staticContent>
        <clientCache cacheControlMode="UseMaxAge" cacheControlMaxAge="365.00:00:00" />
      </staticContent>
    </system.webServer>
  </location>
</configuration>
"""
