// Plotly with the trace types that the book draws, and nothing more: a third of the full library.

import contour from "plotly.js/lib/contour";
import Plotly from "plotly.js/lib/core";
import heatmap from "plotly.js/lib/heatmap";

Plotly.register([heatmap, contour]); // scatter is part of the core

export default Plotly;
