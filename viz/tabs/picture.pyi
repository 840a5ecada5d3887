"""The picture a visitor brings, as a file nobody has opened yet."""

import gradio as gr

from gradio.events import Dependency

class Picture(gr.Image):
    """An image input that passes the path of the uploaded file on as it is.

    gr.Image opens every upload itself and turns a broken one into an error of its own; here the lab opens it.
    """

    def preprocess(self, payload) -> str | None:
        return payload.path if payload else None

    def get_block_name(self) -> str:
        return "image"
    from typing import Callable, Literal, Sequence, Any, TYPE_CHECKING
    from gradio.blocks import Block
    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component  # drawn by gr.Image's own front end
