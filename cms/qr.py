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
_DARK = re.compile(rb"\x00+")
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
    modules: Any = code.to_image(scale=1, add_quiet_zones=False)
    # A drawing, not a photograph: nothing is turned, shrunk or shown in negative.
    found = zxingcpp.read_barcodes(
        modules, formats=QRS, is_pure=True, try_rotate=False, try_downscale=False, try_invert=False
    )
    read = [one.text for one in found]
    if read != [address]:
        raise UnreadableCodeError(f"Mã QR của {address} không đọc lại được (đọc ra: {read}). Hãy báo người quản trị.")
    return Markup(_svg(memoryview(modules)))


def _svg(modules: memoryview) -> str:
    """One line drawn through each run of dark modules; `modules` is a square of bytes, 0 is dark."""
    size, squares, drawn = len(modules), modules.tobytes(), []
    for y in range(size):
        for run in _DARK.finditer(squares[y * size : (y + 1) * size]):
            start, end = run.span()
            drawn.append(f"M{start + BORDER} {y + BORDER}.5h{end - start}")
    side = size + 2 * BORDER
    return f'<svg viewBox="0 0 {side} {side}" class="qr"><path stroke="#000" d="{"".join(drawn)}"/></svg>'
