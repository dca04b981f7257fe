"""Sphinx extension: a box of the class `dropdown`, such as a solution, is a <details> of the page itself.

So it opens without scripts, for a link that leads into it, and for what the browser finds in it. Its title opens it,
and holds no links that would lead away instead.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_design.dropdown import dropdown_main, dropdown_title


class Fold(SphinxPostTransform):
    default_priority = 250    # after sphinx-exercise has made the titles and Sphinx has resolved their links
    formats = ("html",)

    def run(self):
        for box in list(self.document.findall(nodes.Admonition)):
            if "dropdown" in box["classes"]:
                title, *content = box.children
                for link in list(title.findall(nodes.reference)):
                    link.replace_self(link.children)
                summary = dropdown_title("", "", *title.children, classes=["admonition-title"])
                box.replace_self(dropdown_main("", summary, *content, ids=box["ids"],
                                               classes=[*box["classes"], "admonition"]))


def setup(app):
    app.add_post_transform(Fold)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
