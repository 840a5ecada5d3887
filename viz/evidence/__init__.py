"""What was measured, as sentences, figures and tables: one module a measure, all from its kept result.

Each module has `draw(record, tokens)`: `record` is a `fmvr.evaluation.record.Record`, `tokens` the budget chosen, for
what is shown at one budget only.
"""
