"""All tests run with one BLAS thread, the kernels of the notebooks (which inherit the environment) too."""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ.pop("MPLBACKEND", None)  # a backend set by the user would change the notebooks' figures
