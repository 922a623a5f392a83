"""QR codes on printed sheets. A code that can't be read leads nobody anywhere and is noticed only on the wall, so each
one is decoded again before it is given out."""

import re
from functools import lru_cache
from typing import Any

import zxingcpp
from markupsafe import Markup

__all__ = ["UnreadableCodeError", "qr_svg"]

# Level M survives a fold or a stain of 15 % and keeps an address of 100 letters at 37 modules (ISO/IEC 18004).
LEVEL = "M"
QR = zxingcpp.BarcodeFormat.QRCode
QRS = zxingcpp.barcode_formats_from_str("QRCode")
BORDER = 4  # modules of white around the code, the least the standard allows


class UnreadableCodeError(RuntimeError):
    """A QR code was made that does not read back as its address."""


@lru_cache(maxsize=4096)
def qr_svg(address: str) -> Markup:
    """The address as an inline SVG of a QR code, decoded once more before it is returned.

    Raises UnreadableCodeError when the picture does not read back as exactly this address.
    """
    # Made by Zint and read by ZXing, both inside zxing-cpp: 1.5 ms instead of 20 by makers written in Python.
    code = zxingcpp.create_barcode(address, QR, ec_level=LEVEL)
    picture = code.to_image(scale=2, add_quiet_zones=True)
    read = [found.text for found in zxingcpp.read_barcodes(picture, formats=QRS)]
    if read != [address]:
        raise UnreadableCodeError(f"Mã QR của {address} không đọc lại được (đọc ra: {read}). Hãy báo người quản trị.")
    modules: Any = code.to_image(scale=1, add_quiet_zones=False)
    return Markup(_svg(memoryview(modules).tolist()))


def _svg(modules: Any) -> str:
    """One line drawn through each run of dark modules; `modules` is rows of them, 0 is dark."""
    drawn = []
    for y, row in enumerate(modules):
        lines, x = "".join("#" if not one else " " for one in row), 0
        for part in re.findall(r"#+| +", lines):
            if part[0] == "#":
                drawn.append(f"M{x + BORDER} {y + BORDER}.5h{len(part)}")
            x += len(part)
    side = len(modules) + 2 * BORDER
    return f'<svg viewBox="0 0 {side} {side}" class="qr"><path stroke="#000" d="{"".join(drawn)}"/></svg>'
