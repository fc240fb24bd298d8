"""The book's explorers and figures, ready to show, a file a chapter: experiments on one side, the widget on the
other. Each function makes one explorer (axes that the reader moves) or one figure (an explorer without axes).
"""

from ntkbook.gallery.bayes import bayes as bayes
from ntkbook.gallery.bayes import chains_table as chains_table
from ntkbook.gallery.bayes import identity_figure as identity_figure
from ntkbook.gallery.bayes import methods_figure as methods_figure
from ntkbook.gallery.bayes import methods_table as methods_table
from ntkbook.gallery.calibration import calibration as calibration
from ntkbook.gallery.calibration import foreign_table as foreign_table
from ntkbook.gallery.calibration import rotation_figure as rotation_figure
from ntkbook.gallery.calibration import scores_table as scores_table
from ntkbook.gallery.digits import comparison_table as comparison_table
from ntkbook.gallery.digits import digits as digits
from ntkbook.gallery.digits import finite_figure as finite_figure
from ntkbook.gallery.generalization import fit_figure as fit_figure
from ntkbook.gallery.generalization import generalization as generalization
from ntkbook.gallery.initialization import concentration_figure as concentration_figure
from ntkbook.gallery.initialization import gaussianity_figure as gaussianity_figure
from ntkbook.gallery.initialization import initialization as initialization
from ntkbook.gallery.law import distances_figure as distances_figure
from ntkbook.gallery.law import law as law
from ntkbook.gallery.law import law_table as law_table
from ntkbook.gallery.lazy_switch import lazy_switch as lazy_switch
from ntkbook.gallery.linear_training import gap_over_time as gap_over_time
from ntkbook.gallery.loss import losses as losses
from ntkbook.gallery.loss import simplex as simplex
from ntkbook.gallery.monitoring import monitored_table as monitored_table
from ntkbook.gallery.monitoring import monitoring as monitoring
from ntkbook.gallery.non_degenerate import non_degenerate as non_degenerate
from ntkbook.gallery.one_hot import clocks_figure as clocks_figure
from ntkbook.gallery.one_hot import margin_figure as margin_figure
from ntkbook.gallery.one_hot import order_of_limits as order_of_limits
from ntkbook.gallery.regression import regression as regression
from ntkbook.gallery.regularizer import decay_figure as decay_figure
from ntkbook.gallery.regularizer import regularizer as regularizer
from ntkbook.gallery.sharp_conditions import apart_figure as apart_figure
from ntkbook.gallery.sharp_conditions import conflicts as conflicts
from ntkbook.gallery.sharp_conditions import moved_point as moved_point
from ntkbook.gallery.tangent_kernel import ball_figure as ball_figure
from ntkbook.gallery.tangent_kernel import tangent_kernel as tangent_kernel
from ntkbook.gallery.trained_predictor import formula_figure as formula_figure
from ntkbook.gallery.trained_predictor import limits_figure as limits_figure
from ntkbook.gallery.trained_predictor import predictor as predictor
from ntkbook.gallery.widths import width_figure as width_figure
