"""Data of one's own: conversations about pictures in LLaVA's format or ShareGPT's, checked whole before step 1.

rows.py     a file's rows, each with its pictures and turns
check.py    which rows can be trained on, and what is wrong with the others
lessons.py  rows as conversations
"""
