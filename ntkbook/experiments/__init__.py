"""Experiments: pure functions from a setting to named arrays, with a sentence that says what the arrays show.

The chapters import what they measure with from here: `from ntkbook import experiments`.
"""

from ntkbook.experiments.ball import BallScan as BallScan
from ntkbook.experiments.ball import MeanFieldScan as MeanFieldScan
from ntkbook.experiments.ball import ball_scan as ball_scan
from ntkbook.experiments.ball import mean_field_scan as mean_field_scan
from ntkbook.experiments.both_flows import BothFlows as BothFlows
from ntkbook.experiments.both_flows import both_flows as both_flows
from ntkbook.experiments.concentration import ConcentrationScan as ConcentrationScan
from ntkbook.experiments.concentration import concentration_scan as concentration_scan
from ntkbook.experiments.copies import CopiesFlow as CopiesFlow
from ntkbook.experiments.copies import CopiesScan as CopiesScan
from ntkbook.experiments.copies import copies_flow as copies_flow
from ntkbook.experiments.copies import copies_scan as copies_scan
from ntkbook.experiments.initialization import GaussianityScan as GaussianityScan
from ntkbook.experiments.initialization import excess_kurtosis as excess_kurtosis
from ntkbook.experiments.initialization import feature_kernel as feature_kernel
from ntkbook.experiments.initialization import gaussianity_scan as gaussianity_scan
from ntkbook.experiments.initialization import heavy_tailed as heavy_tailed
from ntkbook.experiments.initialization import initial_outputs as initial_outputs
from ntkbook.experiments.initialization import kolmogorov_distance as kolmogorov_distance
from ntkbook.experiments.initialization import kurtosis_constant as kurtosis_constant
from ntkbook.experiments.loss_evidence import LossEvidence as LossEvidence
from ntkbook.experiments.loss_evidence import loss_evidence as loss_evidence
from ntkbook.experiments.non_degenerate import Radii as Radii
from ntkbook.experiments.non_degenerate import distance_to_minimizer as distance_to_minimizer
from ntkbook.experiments.non_degenerate import pl_ratios as pl_ratios
from ntkbook.experiments.non_degenerate import plateau as plateau
from ntkbook.experiments.non_degenerate import radii as radii
from ntkbook.experiments.non_degenerate import smoothed_run as smoothed_run
from ntkbook.experiments.one_hot import Clocks as Clocks
from ntkbook.experiments.one_hot import MarginGrowth as MarginGrowth
from ntkbook.experiments.one_hot import horizon_radius as horizon_radius
from ntkbook.experiments.one_hot import long_run as long_run
from ntkbook.experiments.one_hot import margin_growth as margin_growth
from ntkbook.experiments.one_hot import three_clocks as three_clocks
from ntkbook.experiments.pl_scan import PlScan as PlScan
from ntkbook.experiments.pl_scan import pl_scan as pl_scan
from ntkbook.experiments.predictor import PredictorScan as PredictorScan
from ntkbook.experiments.predictor import Trained as Trained
from ntkbook.experiments.predictor import predictor_scan as predictor_scan
from ntkbook.experiments.predictor import trained as trained
from ntkbook.experiments.separation import Agreement as Agreement
from ntkbook.experiments.separation import agreement as agreement
from ntkbook.experiments.separation import radius_of_one as radius_of_one
from ntkbook.experiments.two_limits import TwoLimits as TwoLimits
from ntkbook.experiments.two_limits import two_limits as two_limits
from ntkbook.experiments.weight_decay import DecayLaw as DecayLaw
from ntkbook.experiments.weight_decay import decay_law as decay_law
from ntkbook.experiments.widths import WidthScan as WidthScan
from ntkbook.experiments.widths import width_scan as width_scan
