"""What a server must know beside the files: other numbers of a procedure, addresses that are no more, and where an
address leads that no file answers. Written for nginx, Caddy, hosts that read `_redirects`, and IIS."""

import re
from collections.abc import Iterator, Mapping
from itertools import count
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from django.conf import settings
from django.urls import reverse

from cms.models import Procedure, ProcedureIdentifier
from portal.export.languages import PREFIXES
from portal.export.links import INSTEAD, site_root
from portal.export.writer import Tree

__all__ = ["write_redirects"]


_DAY = r"(\d\d\d\d-\d\d-\d\d)"
# A list of versions answers for all days, when it is told which.
_DAYS = (
    (rf"/thu-tuc/([^/]+)/{_DAY}/$", r"/thu-tuc/\1/phien-ban/?ngay=\2"),
    (rf"/thu-tuc/([^/]+)/{_DAY}/tren-cong-ngay/{_DAY}/$", r"/thu-tuc/\1/phien-ban/?ngay=\2&biet-den=\3"),
    (rf"/thu-tuc/([^/]+)/so-sanh/{_DAY}/{_DAY}/$", r"/thu-tuc/\1/phien-ban/?truoc=\2&sau=\3"),
    # In any language: below /en/ the rule of all workbooks would lead to itself.
    (r"/tinh-hinh-cong-khai/[^/]+/[^/]+\.xlsx$", "/tinh-hinh-cong-khai/tat-ca/cong-khai.xlsx"),
)
# The same for hosts that read `_redirects`, which know no patterns; a file goes before them.
_HOSTED = (
    ("/thu-tuc/:tt/so-sanh/:truoc/:sau/", "/thu-tuc/:tt/phien-ban/?truoc=:truoc&sau=:sau"),
    ("/thu-tuc/:tt/:ngay/tren-cong-ngay/:biet/", "/thu-tuc/:tt/phien-ban/?ngay=:ngay&biet-den=:biet"),
    ("/thu-tuc/:tt/:ngay/", "/thu-tuc/:tt/phien-ban/?ngay=:ngay"),
    ("/co-quan/:cq/thu-tuc/*", "/thu-tuc/:splat"),
    ("/tinh-hinh-cong-khai/:cq/:so/", "/tinh-hinh-cong-khai/tung-dong/#:cq/:so"),
    ("/tim-kiem/:loc/:gia-tri/", "/tim-kiem/?:loc=:gia-tri"),
    *((f"{prefix}/*", "/:splat") for prefix in PREFIXES),
)
_PLAIN = "!$&'()*+,;=/~:@"  # RFC 3986, and as Django has it
_GROUP = re.compile(r"\((?!\?)")


def rules() -> Iterator[tuple[str, str]]:
    """Where an address leads that is no file: (pattern of the whole path, target with \\1, \\2 …), the first that fits
    holds. A page that stands in one language leads to that."""
    others = "|".join(prefix.lstrip("/") for prefix in PREFIXES)
    for pattern, target in _DAYS:
        yield f"^(?:/(?:{others}))?{pattern}", target
    for pattern, instead in INSTEAD:
        # What a prefix stands for, the rest follows; there one group more is before all others.
        whole, target = (
            (pattern, instead) if pattern.endswith("$") else (f"{pattern}(.*)$", _followed(pattern, instead))
        )
        shifted = re.sub(r"\\(\d)", lambda match: f"\\{int(match[1]) + 1}", target)
        yield f"^((?:/(?:{others}))?){whole}", f"\\1{shifted}"
    yield f"^/(?:{others})(/.*)$", r"\1"


def _followed(pattern: str, instead: str) -> str:
    return f"{instead}\\{len(_GROUP.findall(pattern)) + 1}"


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


def write_redirects(tree: Tree, gone: Mapping[str, str]) -> list[str]:
    """Write what each server reads into the tree; return the files' names. Raises OSError."""
    files = _files(gone)
    for name, content in files.items():
        tree.put(name, content.encode())
    return list(files)


def _files(gone: Mapping[str, str]) -> dict[str, str]:
    # As `reverse` would write each of 40,000 addresses, in a twentieth of the time.
    place = reverse("procedure", args=["x"]).removesuffix("x/")
    named = {value: slug for value, slug in _identifiers().items() if "/" not in value}
    pairs = {f"{place}{quote(value, safe=_PLAIN)}/": f"{place}{slug}/" for value, slug in named.items()} | dict(gone)
    root = site_root(settings.PORTAL_BASE_URL)
    rows = sorted((f"{root}{quote(old, safe='/%')}", f"{root}{quote(new, safe='/%')}") for old, new in pairs.items())
    elsewhere = [(f"^{root}{pattern[1:]}", f"{root}{target}") for pattern, target in rules()]
    lines = [*(f"{old} {new} 301\n" for old, new in rows), *(f"{root}{old} {root}{new} 302\n" for old, new in _HOSTED)]
    entries = "\n".join(f"          <add key={quoteattr(old)} value={quoteattr(new)} />" for old, new in rows)
    further = "".join(_iis(*one, number) for number, one in enumerate(elsewhere, 1))
    return {
        "nginx-redirects.map": "".join(f'"{old}" "{new}";\n' for old, new in rows),
        "caddy-redirects": "".join(f'"{old}" "{new}"\n' for old, new in rows),
        "nginx-elsewhere.map": "".join(_nginx(*one) for one in elsewhere),
        "caddy-elsewhere": "".join(_caddy(*one) for one in elsewhere),
        "_redirects": "".join(lines),
        "web.config": _IIS.replace("ENTRIES", entries).replace("ELSEWHERE", further),
    }


def _nginx(pattern: str, target: str) -> str:
    numbers = count(1)
    named = _GROUP.sub(lambda _match: f"(?<p{next(numbers)}>", pattern)
    return f'"~{named}" "{_PLACE.sub(_NGINX, target)}";\n'


def _caddy(pattern: str, target: str) -> str:
    return f'"~{pattern}" "{_PLACE.sub(_CADDY, target)}"\n'


def _iis(pattern: str, target: str, number: int) -> str:
    # A question goes on with whom is led elsewhere, but where the target asks something of its own.
    goes_on = str(not {"?", "#"} & set(target)).lower()
    to = quoteattr(_PLACE.sub(r"{C:\1}", target))
    return _RULE.format(number=number, pattern=quoteattr(pattern), to=to, goes_on=goes_on)


# A group's place in a target, as each server writes it.
_PLACE = re.compile(r"\\(\d)")
_NGINX, _CADDY = r"${p\1}", r"${\1}"
_RULE = """        <rule name="noi-khac-{number}" stopProcessing="true">
          <match url=".*" />
          <conditions>
            <add input="{{REQUEST_FILENAME}}" matchType="IsFile" negate="true" />
            <add input="{{REQUEST_FILENAME}}index.html" matchType="IsFile" negate="true" />
            <add input="{{PATH_INFO}}" pattern={pattern} />
          </conditions>
          <action type="Redirect" url={to} redirectType="Found" appendQueryString="{goes_on}" />
        </rule>
"""


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
        <rule name="gach-cheo" stopProcessing="true">
          <match url=".*" />
          <conditions>
            <add input="{REQUEST_FILENAME}/index.html" matchType="IsFile" />
            <add input="{PATH_INFO}" pattern="^(.*[^/])$" />
          </conditions>
          <action type="Redirect" url="{C:1}/" redirectType="Permanent" appendQueryString="true" />
        </rule>
ELSEWHERE      </rules>
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
