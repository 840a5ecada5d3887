"""What was measured, as sentences, figures and tables, all from the kept results: one module a measure.

Each module has `draw(record, tokens)`: `record` is a `fmvr.evaluation.record.Record`, `tokens` the budget chosen, for
what is shown at one budget only. `sections.py` is the table of them.
"""
