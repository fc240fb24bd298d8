"""Uncertainty: the law of trained predictors over random initializations, and what it is compared with.

One convention holds in this folder. A kernel is given on P = N + M points at once, the N training points
first, for one logit: Θ of shape (P, P) stands for Θ ⊗ I_K. Whatever comes back lives on the same P points.
"""
