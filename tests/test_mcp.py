"""The endpoints as tools of an MCP server, switched on as README says."""

import ast
import asyncio
import base64
import io
from concurrent.futures import ThreadPoolExecutor

import pytest

from app import build
from fmvr.lab import Lab
from tests.conftest import ROOT

mcp = pytest.importorskip("mcp", reason="the extra gradio[mcp] is not installed")


@pytest.fixture(scope="module")
def address():
    """A page with the switch on: the address of its MCP server."""
    page, switch = build(Lab.load()), pytest.MonkeyPatch()
    switch.setenv("GRADIO_MCP_SERVER", "True")
    try:
        _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False)
        yield f"{url}gradio_api/mcp/"
    finally:
        switch.undo()
        page.close()


def talk(address: str, what):
    """Say hello to the server, then do `what` with the session."""
    from mcp.client.streamable_http import streamablehttp_client

    async def session():
        async with streamablehttp_client(address) as (read, write, _):
            async with mcp.ClientSession(read, write) as session:
                await session.initialize()
                return await what(session)

    with ThreadPoolExecutor(1) as aside:  # the browser of other tests has its loop in this thread
        return aside.submit(asyncio.run, session()).result()


def test_every_endpoint_is_a_tool_that_says_what_it_does(address):
    tools = {tool.name: tool for tool in talk(address, lambda session: session.list_tools()).tools}
    assert {"compare", "bands", "new_scene", "take_away"} <= set(tools)
    assert all(len(tool.description) > 40 for tool in tools.values())
    assert set(tools["compare"].inputSchema["properties"]) == {"picture", "question", "visual_tokens"}


def test_a_tool_answers(address):
    picture = io.BytesIO((ROOT / "examples" / "sky.png").read_bytes())
    data = "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode()
    asked = {"picture": data, "question": "How many objects are there?", "visual_tokens": 36}
    result = talk(address, lambda session: session.call_tool("compare", asked))
    assert not result.isError
    answers = ast.literal_eval(result.content[0].text)  # Gradio hands JSON on as Python would print it
    assert answers["fmvr"]["visual_tokens"] == 36 and len(answers["fmvr"]["gradcam"]) == 24


def test_a_tool_that_cannot_use_what_it_is_given_says_so(address):
    result = talk(address, lambda session: session.call_tool("compare", {"question": "Is there a cat?"}))
    assert result.isError and "picture" in result.content[0].text
