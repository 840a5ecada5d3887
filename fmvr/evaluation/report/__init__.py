"""For one's own pictures: every arm at every budget of its own, and the smallest budget that keeps enough.

settings.py  what a run may not change while it goes on
run.py       asks a `FolderWorld`, in one process or several, and goes on where it was stopped
answers.py   what was answered, in files that survive a stop
measure.py   accuracy or agreement by budget, and the smallest budget in one sentence
summary.py   all that the answers say, what breaks first
maps.py      the maps of the questions that break first
command.py   the steps from the folder to the page
"""
