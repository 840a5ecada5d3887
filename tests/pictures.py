"""Pictures as people bring them, good and bad."""

import io
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

PIXELS = np.linspace(0, 255, 60 * 40 * 3).reshape(40, 60, 3).astype(np.uint8)


def _save(image: Image.Image, format: str, **options) -> bytes:
    data = io.BytesIO()
    image.save(data, format, **options)
    return data.getvalue()


def _rotated() -> bytes:
    exif = Image.Exif()
    exif[274] = 6  # lies on its side
    return _save(Image.fromarray(PIXELS), "JPEG", exif=exif)


def _huge() -> bytes:
    """A PNG of 40,000 × 40,000 pixels in a few kilobytes."""
    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(bytes(5001)) for _ in range(40_000)) + rows.flush()

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    header = (40_000).to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


PLAIN = Image.fromarray(PIXELS)
GOOD = {
    "rotated.jpg": _rotated(),
    "transparent.png": _save(Image.fromarray(np.dstack([PIXELS, PIXELS[..., 0]])), "PNG"),
    "sixteen-bit.png": _save(Image.fromarray(np.arange(2400, dtype=np.uint16).reshape(40, 60) * 27), "PNG"),
    "animated.gif": _save(PLAIN, "GIF", save_all=True, append_images=[PLAIN.rotate(90), PLAIN.rotate(180)]),
    "one-pixel.png": _save(Image.new("RGB", (1, 1)), "PNG"),
    "no-ending": _save(PLAIN, "PNG"),
}
BAD = {  # file: words of its sentence
    "text.png": (b"this is no picture", "not a picture that can be read"),
    "empty.png": (b"", "not a picture that can be read"),
    "broken.png": (
        _save(Image.fromarray(np.random.default_rng(0).integers(0, 255, (99, 99, 3), np.uint8)), "PNG")[:9000],
        "broken",
    ),
    "huge.png": (_huge(), "megapixels"),
    "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture that can be read"),
}


def write(folder: Path, name: str) -> str:
    """Write one of the pictures to a folder; its path."""
    path = folder / name
    path.write_bytes(GOOD[name] if name in GOOD else BAD[name][0])
    return str(path)
