"""nnlib: the algorithms of the book, in NumPy. Import from its modules: ``from nnlib.activations import sigmoid``."""

__version__ = "0.1.0"
