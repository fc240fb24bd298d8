"""Chapter: how far can the conditions be weakened?"""

import numpy as np

from ntkbook.exercises import number

EXERCISES = {
    "three-to-one": number(
        lambda ones=3: np.log(ones),
        "The loss sees the mean label: where is softmax(z) equal to it?",
        own="The input occurs {ones:d} times with class 1, and once with class 0.",
        ones=(2, 4, 5, 7),
    ),
    "mean-count": number(
        lambda count=6: np.log(count / 3),
        "Add the three losses: which single count has the same minimizer?",
        own="The counts are $0$, $0$ and ${count:d}$.",
        count=(9, 12, 15, 18),
    ),
    "mirror-images": number(
        lambda pairs=1: 2 * pairs * np.log(2),
        "f(−x) = −f(x): add the two losses, and find the least value of the sum.",
        own="Let there be {pairs:d} such pairs of inputs, in general position.",
        pairs=(2, 3, 4, 5),
    ),
    # Cover 1965: 2 (C(5,0) + C(5,1) + C(5,2)) of the 2⁶ labellings
    "half-of-six": number(
        lambda: 32 / 64, "Count `separable` among 200 problems of 6 points.", relative=0.15
    ),
}
