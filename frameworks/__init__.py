"""The calls of "In practice" in PyTorch, Keras and JAX: read from the chapters, run, compared with nnlib, stored."""
