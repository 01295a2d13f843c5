"""A believable contest, built from code through the same doors that people use.

Everybody in it is plainly invented: the surnames are made of the words for
sample, trial, example. Deterministic: the same dates and numbers at each run.
"""
