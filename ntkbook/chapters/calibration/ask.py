"""Chapter: calibration and out-of-distribution behaviour."""

import numpy as np

from ntkbook.exercises import number

EXERCISES = {
    "one-bin-error": number(
        abs(0.6 - 0.8), "All predictions fall into one bin: compare its accuracy and confidence."
    ),
    # two classes with a logit gap of 2, right three times in four: σ(2/T) = 3/4
    "best-temperature": number(
        2 / np.log(0.75 / 0.25), "At the best T confidence equals accuracy: solve σ(2/T) = 3/4."
    ),
}
