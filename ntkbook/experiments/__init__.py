"""Experiments: pure functions from a setting to named arrays, with a sentence that says what the arrays show.

The chapters import what they measure with from here: `from ntkbook import experiments`.
"""

from ntkbook.experiments.weight_decay import DecayLaw as DecayLaw
from ntkbook.experiments.weight_decay import decay_law as decay_law
from ntkbook.experiments.widths import WidthScan as WidthScan
from ntkbook.experiments.widths import width_scan as width_scan
