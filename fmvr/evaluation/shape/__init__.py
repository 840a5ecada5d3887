"""What an answer takes at the shape of a published model, with random weights: `python -m fmvr.evaluation speed`."""
