"""Chapter: how far can the conditions be weakened?"""

import numpy as np

from ntkbook.exercises import number

EXERCISES = {
    "three-to-one": number(
        np.log(3), "The loss sees the mean label, (1/4, 3/4): where is softmax(z) equal to it?"
    ),
    "mean-count": number(np.log(2), "Add the three losses: which single count has the same minimizer?"),
    # Cover 1965: 2 (C(5,0) + C(5,1) + C(5,2)) of the 2⁶ labellings
    "half-of-six": number(32 / 64, "Count `separable` among 200 problems of 6 points.", relative=0.15),
}
