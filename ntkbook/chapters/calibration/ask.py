"""Chapter: calibration and out-of-distribution behaviour."""

import numpy as np

from ntkbook.exercises import number

EXERCISES = {
    "one-bin-error": number(
        lambda confidence=80.0, right=60.0: abs(confidence - right) / 100,
        "All predictions fall into one bin: compare its accuracy and confidence.",
        own="It always says {confidence:g} %, and is right in {right:g} % of the cases.",
        confidence=(72.0, 83.0, 91.0, 96.0),
        right=(50.0, 58.0, 65.0, 67.0),
    ),
    # σ(gap/T) = share
    "best-temperature": number(
        lambda gap=2.0, right=75.0: gap / np.log(right / (100 - right)),
        "At the best T confidence equals accuracy: solve σ(gap/T) = accuracy.",
        own="The logits differ by {gap:g}, and the larger one is right in {right:g} % of the cases.",
        gap=(1.0, 3.0, 4.0, 5.0),
        right=(60.0, 70.0, 80.0, 90.0),
    ),
}
