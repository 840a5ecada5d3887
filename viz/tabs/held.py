"""A choice that no component shows, kept by the page: what a session keeps is let go when many others come."""

from typing import Any

import gradio as gr
from gradio.components.json_component import JsonData


class Held(gr.JSON):
    """Any JSON value, numbers too."""

    def postprocess(self, value: Any) -> JsonData | None:
        return None if value is None else JsonData(root=value)

    def get_block_name(self) -> str:
        return "json"  # gr.JSON's own front end holds it


def held(value: Any = None) -> Held:
    """One that is never drawn."""
    return Held(value, visible="hidden")
