"""Settings that events of the page share."""

from typing import Any

AT_ONCE = 16  # events that run at a time; more wait, and are told how many are ahead
SHEETS = "sheets"
ON_GPU = ("model", SHEETS)  # concurrency ids of the events that run a model
MODEL = {"concurrency_id": "model", "concurrency_limit": AT_ONCE}


def on_model(**more) -> dict[str, Any]:
    """Settings of every event that runs a model; not an endpoint."""
    return {**MODEL, "api_visibility": "private"} | more


QUIET = {"api_visibility": "private", "show_progress": "hidden"}
