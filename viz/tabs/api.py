"""What the page does, as named endpoints for programs: token budgets are token counts, answers are JSON."""

import gradio as gr

from fmvr.inputs import BadInput
from fmvr.scenes.questions import ask_all
from viz.tabs.comparison import Comparer, Side
from viz.tabs.picture import Picture
from viz.tabs.scenes import new_scene, scene_picture

ONE_AT_A_TIME = {"concurrency_id": "model", "concurrency_limit": 1}


def _side(side: Side) -> dict:
    return {
        "answer": side.answer.text,
        "words": [{"text": word.text, "probability": word.probability} for word in side.answer.words],
        "right": side.verdict and side.verdict.score,
        "truth": side.verdict and side.verdict.truth,
        "visual_tokens": side.answer.visual_tokens,
        "text_tokens": side.cost.text_tokens,
        "first_token_seconds": side.answer.first_token_s,
        "seconds": side.answer.total_s,
        "flops": side.cost.flops,
        "flops_formula": side.cost.formula,
        "kv_cache_bytes": side.cost.kv_bytes,
        "gradcam": side.map.grid.tolist(),
    }


def endpoints(comparer: Comparer) -> None:
    """Add the endpoints to the page being built; their components are never drawn."""

    def compare(picture: str, question: str, visual_tokens: int) -> dict:
        """The answer of each model, `without` FMVR and `with`, and what belongs to it.

        `right` (0 to 1) and `truth` are null unless the picture is a scene whose answer is known.
        """
        try:
            seen = comparer.look(picture)
            sides = comparer.ask(seen, question, visual_tokens)
        except BadInput as problem:
            raise gr.Error(str(problem), print_exception=False) from problem
        answers = {name: _side(side) for name, side in sides.items()}
        return answers | {"doubts": comparer.lab.doubts(question, seen.view)}

    def bands(picture: str) -> list[dict]:
        """For every level of the pyramid, the mean energy of a token in each band, before and after the block."""
        try:
            levels = comparer.look(picture).view.bands("with" in comparer.lab.models)
        except BadInput as problem:
            raise gr.Error(str(problem), print_exception=False) from problem
        return [
            {
                "side": level.side,
                "pooled_energy": level.pooled_energy,
                "restored_energy": level.restored_energy,
                "before": level.before.energies(),
                "after": level.after and level.after.energies(),
            }
            for level in levels
        ]

    def scene() -> tuple:
        """A new scene, never trained on: its picture, which carries its seed, and questions with their answers."""
        made = new_scene()
        asked = [{"family": q.family, "question": q.text, "answer": q.answer} for q in ask_all(made)]
        return scene_picture(made), {"seed": made.seed, "questions": asked}

    with gr.Column(visible=False):
        picture, question = Picture(label="picture"), gr.Textbox(label="question")
        visual_tokens = gr.Number(36, label="visual_tokens", precision=0)
        drawn, result = gr.Image(label="scene", format="png"), gr.JSON(label="result")
        gr.Button().click(compare, [picture, question, visual_tokens], result, api_name="compare", **ONE_AT_A_TIME)
        gr.Button().click(bands, [picture], result, api_name="bands", **ONE_AT_A_TIME)
        gr.Button().click(scene, None, [drawn, result], api_name="new_scene")
