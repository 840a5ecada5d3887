"""The tests run on two processes and start others: each computes on one thread, or they would crowd each other."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when torch is imported
