"""A video as one picture, the second way to read one: six frames in a collage, seen whole and in four parts.

M3 (arXiv 2405.17430) gives a video to LLaVA-NeXT so: six frames, two in a row, as one picture of any size, which that
model reads as five views of its own size: the whole, and the four quarters of it at twice the resolution.
"""

from PIL import Image, ImageOps

from fmvr.media.clip import Clip

FRAMES, A_ROW = 6, 2
SIDE = 336  # pixels of a view
QUARTERS = {"top left": (0, 0), "top right": (1, 0), "bottom left": (0, 1), "bottom right": (1, 1)}
VIEWS = ("the whole", *QUARTERS)


def collage(clip: Clip) -> Clip:
    """The five views of a clip's frames in a collage, as a clip of five; read `FRAMES` frames for it.

    Frames lie in the order of time, row by row, on black; a place without a frame stays black. M3 takes every ⌊N/6⌋th
    frame and never sees the end; which frames these are is here the affair of `read_video`.
    """
    frames = clip.frames[:FRAMES]
    width, height = frames[0].size
    sheet = Image.new("RGB", (width * A_ROW, height * (FRAMES // A_ROW)))
    for i, frame in enumerate(frames):
        sheet.paste(ImageOps.pad(frame, (width, height)), (i % A_ROW * width, i // A_ROW * height))
    sheet = ImageOps.pad(sheet, (2 * SIDE, 2 * SIDE))
    quarters = [sheet.crop((x * SIDE, y * SIDE, (x + 1) * SIDE, (y + 1) * SIDE)) for x, y in QUARTERS.values()]
    return Clip((sheet.resize((SIDE, SIDE)), *quarters), names=VIEWS)
