"""The book's explorers and figures, ready to show, a file a chapter: experiments on one side, the widget on the
other. Each function makes one explorer (axes that the reader moves) or one figure (an explorer without axes).
"""

from ntkbook.gallery.lazy_switch import lazy_switch as lazy_switch
from ntkbook.gallery.regularizer import decay_figure as decay_figure
from ntkbook.gallery.regularizer import regularizer as regularizer
from ntkbook.gallery.widths import width_figure as width_figure
