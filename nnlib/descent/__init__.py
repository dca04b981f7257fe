"""Descent on an objective ``f(theta) -> (value, gradient)``, and the two methods that make exact zeros under L1.

`minimize` runs any optimiser and keeps the whole path, for pictures and rates. `proximal_gradient` (ISTA, FISTA) and
`coordinate_descent` solve the lasso and the elastic net.
"""

from nnlib.descent.lasso import NotConverged, coordinate_descent, lasso_path
from nnlib.descent.paths import Path, minimize, proximal_gradient

__all__ = ["Path", "minimize", "proximal_gradient", "coordinate_descent", "lasso_path", "NotConverged"]
