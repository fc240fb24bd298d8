"""What one would otherwise use: logistic regression, and a support vector machine with calibrated probabilities."""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any, cast

from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from ntkbook.chapters.digits.measure.rival_data import Rivalry, Rows
from ntkbook.chapters.digits.measure.rival_kernels import Method, Probabilities, Setting, best, proper


def _of_sklearn(make: Callable[..., Any], settings: Sequence[Setting]) -> Method:
    def method(data: Rivalry, rows: Rows) -> tuple[Probabilities, Setting]:
        labels = data.Y.argmax(axis=1)

        def fit(setting: Setting, fitted: Any, new: Any) -> Probabilities:
            model = make(data.X.shape[1], *setting).fit(data.X[fitted], labels[fitted])
            return proper(model.predict_proba(data.X[new]))

        setting = best(((one, fit(one, rows.fitted, rows.held)) for one in settings), data.Y[rows.held])
        return fit(setting, rows.train, rows.test), setting

    return method


def _support_vectors(d: int, C: float, width: float) -> CalibratedClassifierCV:
    # Casts: scikit-learn documents numbers for gamma and ensemble=False, its types know the defaults only.
    return CalibratedClassifierCV(
        SVC(C=C, gamma=cast("Any", width / d)), method="temperature", ensemble=cast("Any", False), cv=5
    )


logistic_regression = _of_sklearn(
    lambda _, C: LogisticRegression(C=C, max_iter=20_000),
    [(C,) for C in (0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)],
)
support_vectors = _of_sklearn(_support_vectors, list(product((1.0, 10.0, 100.0), (0.1, 0.3, 1.0, 2.0, 4.0))))
