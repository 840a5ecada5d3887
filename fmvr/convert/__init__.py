"""Original LLaVA-1.5 checkpoints, M3's among them, in transformers' format: `python -m fmvr.convert SOURCE TARGET`."""
