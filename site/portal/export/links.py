"""Links of pages that are files: relative and to a file by its full name, so that the tree works below any address and
when opened from a disk. What exists only on a server leads to the nearest page that is a file."""

import re
from collections.abc import Container, Iterator, Mapping
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from cms.views.kinds import APPLICANTS
from portal.export.languages import parted
from search.facets import BY_PARAMETER

__all__ = ["INDEX", "INSTEAD", "Links", "file_of", "leads_to", "site_root"]

# What a search field asks instead of the server.
INDEX = "tim-kiem/muc-luc.js"

# Both begin with what stands in every link: `re` then skips the rest of a page instead of trying each letter of it.
_LINK = re.compile(r'="(?:(?<=\shref=")|(?<=\ssrc=")|(?<=\saction=")|(?<=\sdata-at="))(/[^"]*)"')
_ANY = re.compile(r'="(?:(?<=\shref=")|(?<=\ssrc=")|(?<=\saction="))([^"]*)"')
_SUGGEST = re.compile(r'data-suggest="[^"]*"')
# Facets that are lists of another name.
_LISTED = {
    ("tinh-trang", "dang-ap-dung"): "/thu-tuc/",
    ("tinh-trang", "sap-ap-dung"): "/co-gi-moi/sap-ap-dung/",
    ("tinh-trang", "da-bai-bo"): "/co-gi-moi/da-bai-bo/",
    **{
        ("doi-tuong", value): f"/doi-tuong/{slug}/"
        for value, code in BY_PARAMETER["doi-tuong"].values.items()
        for slug, one in APPLICANTS.items()
        if one == code
    },
}
# What asks a server, and the file that answers nearest to it; tried in this order, each at most once.
_DAY = r"\d\d\d\d-\d\d-\d\d"
INSTEAD = (
    (r"/co-quan/[^/]+/thu-tuc/([^/]+)/$", r"/thu-tuc/\1/"),
    (r"/co-quan/[^/]+/thu-tuc/([^/]+)/xem-ngay/$", r"/thu-tuc/\1/phien-ban/"),
    (r"/co-quan/[^/]+/thu-tuc/([^/]+)/bi-doi-them-giay/$", r"/thu-tuc/\1/bi-doi-them-giay/"),
    (rf"/co-quan/[^/]+/thu-tuc/([^/]+)/({_DAY})/$", r"/thu-tuc/\1/\2/"),
    (rf"/co-quan/[^/]+/thu-tuc/([^/]+)/(so-sanh|{_DAY}/tren-cong-ngay)/", r"/thu-tuc/\1/\2/"),
    (rf"/thu-tuc/([^/]+)/(?:so-sanh|{_DAY}/tren-cong-ngay)/.*$", r"/thu-tuc/\1/phien-ban/"),
    (rf"/thu-tuc/([^/]+)/(?:xem-ngay|{_DAY})/$", r"/thu-tuc/\1/phien-ban/"),
    (r"/thu-tuc/[^/]+/chon-noi/", "/chon-noi/"),
    (r"/du-lieu/co-quan/[^/]+/thu-tuc/", "/du-lieu/thu-tuc/"),
    (r"/co-quan/([^/]+)/(?:linh-vuc|cong-bo)/.*$", r"/co-quan/\1/"),
    (rf"/co-quan/([^/]+)/{_DAY}/$", r"/co-quan/\1/"),
    (r"/co-quan/[^/]+/phi/.*$", "/phi/"),
    (r"/co-quan/[^/]+/atom\.xml$", "/co-gi-moi/atom.xml"),
    (r"/du-lieu/(?:thu-tuc|phi)/co-quan/.*$", "/du-lieu-mo/"),
    (r"/du-lieu/$", "/du-lieu-mo/"),
    (r"/tinh-hinh-cong-khai/[^/]+/[^/]+\.xlsx$", "/tinh-hinh-cong-khai/tat-ca/cong-khai.xlsx"),
    (r"/tinh-hinh-cong-khai/([^/]+)/([^/]+)/(?:trang/.*)?$", r"/tinh-hinh-cong-khai/tung-dong/#\1/\2"),
    (r"/tim-kiem/([^/]+)/([^/]+)/trang/.*$", r"/tim-kiem/\1/\2/"),
    *((f"/tim-kiem/{kind}/{value}/$", to) for (kind, value), to in _LISTED.items()),
    (r"/tim-kiem/(cap|linh-vuc|co-quan)/([^/]+)/$", r"/\1/\2/"),
    (r"/tim-kiem/.+$", "/tim-kiem/"),
    (r"/a-y/$", "/thu-tuc/"),
    (r"(/.*/)(?:theo-ten|tu/[^/]+|trang/\d+)/$", r"\1"),
    (r"/a-y/([^/]+)/[^/]+/$", r"/a-y/\1/"),
)
_TRIED = tuple((re.compile(f"^{pattern}"), instead) for pattern, instead in INSTEAD)
_NOTHING = re.compile(r"$^")


def site_root(base_url: str) -> str:
    """The path below which the site stands: "" at the root of a host, "/tthc" for https://tinh.example.vn/tthc."""
    return urlsplit(base_url).path.rstrip("/")


def file_of(address: str) -> str:
    """The file of an address, from the root of the tree: /thu-tuc/a/ → thu-tuc/a/index.html."""
    path = unquote(address).lstrip("/")
    return f"{path}index.html" if not path or path.endswith("/") else path


class Links:
    """`addresses`: every address that is a file; `assets`: static address → file."""

    def __init__(self, addresses: Container[str], assets: Mapping[str, str], prefix: str | None = None) -> None:
        self.addresses, self.assets, self.prefix = addresses, assets, prefix
        self._found: dict[str, str | None] = {}
        self._written: dict[str, dict[str, str]] = {}
        self.extras: set[str] = set()
        self.fine: dict[str, set[str]] = {}
        self.broken: set[str] = set()

    def target(self, path: str) -> str | None:
        """The file a path of the portal leads to; None when nothing stands there."""
        if path not in self._found:
            self._found[path] = self._target(path)
        if path.startswith(("/media/", "/tai-lieu/")):
            self.extras.add(path)
        return self._found[path]

    def _target(self, path: str) -> str | None:
        if path in self.assets:
            return self.assets[path]
        if path.startswith(("/media/", "/tai-lieu/")):
            return file_of(path)
        instead = self.instead(path)
        if instead is None:
            return None
        address, sign, mark = instead.partition("#")
        return f"{file_of(address)}{sign}{mark}"

    def instead(self, path: str) -> str | None:
        """The path, or the nearest one that is a file, in its language where that can be; None where none is."""
        language, tried = parted(path)
        for pattern, nearest in (*_TRIED, (_NOTHING, "")):
            plain = tried.partition("#")[0]
            found = next((one for one in (language, "") if f"{one}{plain}" in self.addresses), None)
            if found is not None:
                return f"{found}{tried}"
            tried = pattern.sub(nearest, tried)
        return None

    def up_from(self, address: str) -> str:
        """What every link of the page at this address begins with: the way up to the root."""
        return self.prefix if self.prefix is not None else ("../" * file_of(address).count("/") or "./")

    def rewrite(self, html: str, address: str) -> str:
        """The page with every link of the portal made relative. What leads nowhere is kept in `broken`."""
        up = self.up_from(address)
        written = self._written.setdefault(up, {})

        def relative(match: re.Match[str]) -> str:
            link = written.get(match[1])
            return f'="{link}"' if link else self._relative(match, up, written)

        return _LINK.sub(relative, _SUGGEST.sub(f'data-index="{up}{INDEX}"', html))

    def _relative(self, match: re.Match[str], up: str, written: dict[str, str]) -> str:
        path, mark, rest = match[1], "", ""
        for sign in "#?":
            head, found, tail = path.partition(sign)
            if found:
                path, mark, rest = head, found, f"{tail}{mark}{rest}"
        if "_noi_" in path:
            return f'="{up}{file_of(path)}"'
        target = self.target(path)
        if target is None:
            self.broken.add(path)
            return match[0]
        link = f"{up}{target}{mark}{rest}"
        if path not in self.extras:
            written[match[1]] = link
        return f'="{link}"'


def leads_to(html: str, file: str, known: Container[str] = ()) -> Iterator[str]:
    """The files a written page leads to; what begins with a scheme leads outside and is left out. `known`: links that
    need not be followed again."""
    folder = file.rpartition("/")[0]
    for written in dict.fromkeys(_ANY.findall(html)):
        if written in known:
            continue
        link = written.replace("&amp;", "&")
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or not parts.path:
            continue
        path = unquote(parts.path)
        yield path if path.startswith("/") else normpath(f"{folder}/{path}" if folder else path)
