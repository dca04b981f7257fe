"""How fast and how exact nnlib is, beside scikit-learn, PyTorch and JAX: `make bench`, about five minutes.

`python -m benchmarks` measures and stores the numbers (results.json), `python -m benchmarks.page` makes the book's page
and its two figures from them.

Speed: every library trains the same network on the same data in the same way (contestants.py), in one process, on
one thread, one after the other in random order, again and again. What counts is processor time; what we report is the
peer's time divided by ours in the same round, so above 1 nnlib is faster: the median over the rounds and the quartiles.
Compilation and a first round are not counted; the checks of the data and one evaluation, about 1 % of our time, are;
PyTorch and JAX are spared the sum of the losses and the watch for NaN. Accuracy: every function in float64 on the same
inputs, judged by mpmath with 400 digits (accuracy.py). At the end the results are printed beside the bars that this
project has set itself. A library that is not installed is left out, and then nothing is stored.
"""

import os
from pathlib import Path

# One thread each. It must stand here: the libraries read it when they are first imported.
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", NPROC="1",
                  XLA_FLAGS="--xla_cpu_multi_thread_eigen=false", JAX_PLATFORMS="cpu")

RESULTS = Path(__file__).with_name("results.json")
