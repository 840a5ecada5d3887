"""For one's own pictures: every budget, with FMVR and without, and the smallest budget that keeps enough.

rows.py      what is to be asked: a folder of pictures and a table of questions
run.py       asks it, in one process or several, and goes on where it was stopped
answers.py   what was answered, in files that survive a stop
summary.py   accuracy or agreement by budget, what breaks first, the smallest budget
maps.py      the maps of the questions that break first
"""
