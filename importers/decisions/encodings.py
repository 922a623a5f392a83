"""Text in the old Vietnamese font encodings (TCVN3 as in .VnTime, VNI). It looks right only in those fonts; read as
letters it is wrong everywhere, so it is recognised and refused, never turned by guess."""

import re

from importers.decisions.document import Document, Paragraph
from importers.rows import UnusableFileError

_UNICODE = re.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
# What stands inside words only in TCVN3: "Thñ tôc hµnh chÝnh", "QuyÕt ®Þnh".
_TCVN3 = re.compile(r"(?<=\w)[µ¸¶·¹¨©ª«¬®»¾¼½Æ]|[®§]\w|\w[ÕÖ×ÞÜ]\w?")
# Base letter and a letter that carries the mark: "Thuû tuïc haønh chính", "Quyeát ñònh".
_VNI = re.compile(r"[aeiouyAEIOUYöÖôÔ][øùûõïâêáàåäéèëúüØÙÛÕÏÂÊÁÀÅÄÉÈËÚÜ]|ñ\w")
_ENOUGH = 30
_LOOK_AT = 60_000  # characters


def refuse_old_encodings(document: Document) -> None:
    """Raise UnusableFileError, with advice, for text in TCVN3 or VNI."""
    text = ""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            text += block.text + "\n"
        else:
            text += "\n".join(cell.text for row in range(len(block.rows)) for cell in block.distinct(row)) + "\n"
        if len(text) > _LOOK_AT:
            break
    known = len(_UNICODE.findall(text))
    for name, pattern in (("TCVN3 (.VnTime)", _TCVN3), ("VNI", _VNI)):
        if len(pattern.findall(text)) > max(_ENOUGH, 2 * known):
            raise UnusableFileError(
                f"{document.name}: chữ gõ bằng bảng mã {name}, không phải Unicode. Hãy chuyển mã sang Unicode (UniKey: "
                "Ctrl+Shift+F6, nguồn là bảng mã cũ, đích Unicode) rồi lưu lại và nạp."
            )
