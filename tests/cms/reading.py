"""Reads a page as a person sees it before touching anything: its headings, and how much text stands open."""

from html.parser import HTMLParser

HEADINGS = ("h1", "h2", "h3", "h4")
CONTAINERS = ("section", "details", "main")


class Reader(HTMLParser):
    """`empty`: headings after which nothing stands. `open`: characters open in each section, by its heading."""

    def __init__(self):
        super().__init__()
        self.stack, self.headings, self.open = [], [], {}
        self.inside = None

    def handle_starttag(self, tag, attrs):
        if tag in ("meta", "link", "input", "br", "img"):
            if tag == "input":
                self._content("x")
            return
        attrs = dict(attrs)
        self.stack.append((tag, "open" in attrs))
        if tag in HEADINGS:
            self.inside = [tag, "", False]

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass
        if tag in HEADINGS and self.inside:
            self.headings.append(self.inside)
            self.inside = None

    def handle_data(self, text):
        if not text.strip() or "main" not in [tag for tag, _ in self.stack]:
            return
        if self.inside:
            self.inside[1] += text
            # A heading below another is content of the one above.
            for one in self.headings:
                one[2] = one[2] or one[0] < self.inside[0]
        else:
            self._content(text)

    def _content(self, text):
        if self.headings and self.inside is None:
            tags = [tag for tag, _ in self.stack]
            if tags and tags[-1] == "summary":
                return
            self.headings[-1][2] = True
            if not any(tag == "details" and not opened for tag, opened in self.stack):
                top = next(one[1] for one in reversed(self.headings) if one[0] in ("h1", "h2"))
                self.open[top] = self.open.get(top, 0) + len(text.strip())


def read(html):
    reader = Reader()
    reader.feed(html)
    empty = [text for _tag, text, filled in reader.headings if not filled or not text.strip()]
    return reader.headings, empty, reader.open
