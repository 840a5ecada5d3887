"""A memo: a choice that no component shows, kept by the page; a session's are let go when many others come."""

from typing import Any

import gradio as gr
from gradio.components.json_component import JsonData


class Memo(gr.JSON):
    """Any JSON value, numbers too."""

    def postprocess(self, value: Any) -> JsonData | None:
        return None if value is None else JsonData(root=value)

    def get_block_name(self) -> str:
        return "json"  # gr.JSON's own front end keeps it


def memo(value: Any = None) -> Memo:
    """One that is never drawn."""
    return Memo(value, visible="hidden")
