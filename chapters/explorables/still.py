"""Save the still picture of an explorable, the same at every run: `python chapters/explorables/lasso.py` and so on."""

from pathlib import Path

import matplotlib as mpl

from nnlib import plotting


def save(draw, path):
    with mpl.rc_context():
        plotting.use_style()
        figure = draw()
        figure.get_layout_engine().set(w_pad=0.1)  # between the pictures, too
        figure.savefig(Path(path).with_suffix(".svg"), metadata={"Date": None})
