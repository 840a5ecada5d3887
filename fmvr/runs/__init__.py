"""Runs: who a set of weights is, and under which settings a run was begun."""
