"""How fast and how exact nnlib is, beside scikit-learn, PyTorch and JAX: `make bench`, about five minutes.

Speed: every library trains the same network on the same data in the same way (contestants.py), in one process, on
one thread, one after the other in random order, again and again. What counts is processor time; what we report is the
peer's time divided by ours in the same round, so above 1 nnlib is faster: the median over the rounds and, in brackets,
the quartiles. Compilation and a first round are not counted. Accuracy: every function in
float64 on the same inputs, judged by mpmath with 400 digits (accuracy.py). The last table sets the results beside the
bars that this project has set itself. A library that is not installed is left out. The page is benchmarks/results.md.
"""

import os

# One thread each. It must stand here: the libraries read it when they are first imported.
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", NPROC="1",
                  XLA_FLAGS="--xla_cpu_multi_thread_eigen=false", JAX_PLATFORMS="cpu")
