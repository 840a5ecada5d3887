"""A link as a QR code (ISO/IEC 18004), drawn as SVG: sharp on any paper."""

import cv2
from markupsafe import Markup

from viz.templates import part

LONGEST = 1000  # letters: a code of more has modules too small for a phone held over paper


def qr(link: str) -> Markup:
    """The code of a link, with its quiet border; nothing for a link too long to be read off paper."""
    if len(link) > LONGEST:
        return Markup()
    modules = cv2.QRCodeEncoder.create().encode(link) == 0  # [side, side], dark ones
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x in row.nonzero()[0])
    return part("qr", len(modules), dark)
