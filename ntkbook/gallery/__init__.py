"""The book's explorers and figures, ready to show: experiments on one side, the widget on the other."""

from ntkbook.gallery.explorers import lazy_switch as lazy_switch
from ntkbook.gallery.explorers import regularizer as regularizer
from ntkbook.gallery.figures import decay_figure as decay_figure
from ntkbook.gallery.figures import width_figure as width_figure
