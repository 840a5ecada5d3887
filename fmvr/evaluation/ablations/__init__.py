"""The ablations: what is trained, how, and what the trained variants score.

variants.py   the variants, and the questions that they answer
training.py   trains a variant, or goes on where it stopped
scores.py     asks a trained variant, or reads what it scored before
command.py    all of them, one after the other
"""
