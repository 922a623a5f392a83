"""What an editor can put into a page: few blocks, each with one look, so that every page stays readable."""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, RichTextBlock, StreamBlock, StructBlock, URLBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

__all__ = ["BodyBlock"]

# No h1 (the page's title is it), no embeds: nothing from outside is loaded into a public page.
FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "hr", "link", "document-link"]


class PictureBlock(StructBlock):
    """A picture; what it shows must be said in words."""

    image = ImageChooserBlock(label=_("Ảnh"))
    alt = CharBlock(label=_("Ảnh cho thấy gì"), max_length=250, help_text=_("Cho người không nhìn được ảnh."))
    caption = CharBlock(label=_("Chú thích"), max_length=250, required=False)

    class Meta:
        label = _("Ảnh")
        icon = "image"
        template = "pages/blocks/picture.html"


class LinkBlock(StructBlock):
    """A link that stands out."""

    text = CharBlock(label=_("Chữ hiện ra"), max_length=200)
    address = URLBlock(label=_("Địa chỉ"))

    class Meta:
        label = _("Liên kết nổi bật")
        icon = "link"
        template = "pages/blocks/link.html"


class FileBlock(StructBlock):
    """A document to download, with its kind and size."""

    document = DocumentChooserBlock(label=_("Tệp"))
    text = CharBlock(label=_("Chữ hiện ra"), max_length=250, required=False)

    class Meta:
        label = _("Tệp tải về")
        icon = "doc-full"
        template = "pages/blocks/file.html"


class BodyBlock(StreamBlock):
    """The body of an editorial page."""

    text = RichTextBlock(label=_("Đoạn văn"), features=FEATURES, template="pages/blocks/text.html")
    picture = PictureBlock()
    file = FileBlock()
    link = LinkBlock()
