"""Sphinx extension: citations as 'Bishop (2006)', entries as 'Bishop, Christopher M. (2006). Title. Venue.'

pybtex's own styles put the year last and first names first, which is hard to scan when the text gives surname and year.
"""

from pybtex.plugin import find_plugin, register_plugin
from pybtex.style.formatting import toplevel
from pybtex.style.formatting.unsrt import Style as Unsrt
from pybtex.style.formatting.unsrt import pages
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.template import field, first_of, join, names, optional, optional_field, sentence, tag, words
from sphinxcontrib.bibtex.plugin import register_plugin as register_bibtex_plugin
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle


class RoundAuthorYear(AuthorYearReferenceStyle):
    def __init__(self):
        where = ("textual", "parenthetical", "author", "label", "year")
        super().__init__(**{f"bracket_{place}": BracketStyle(left="(", right=")") for place in where})


class KeyLabel(BaseLabelStyle):
    """Labels are not shown (book.css), but must differ between a chapter's list and the whole book's: use the keys."""

    def format_labels(self, sorted_entries):
        return [entry.key for entry in sorted_entries]


class AuthorYear(Unsrt):
    default_name_style = "lastfirst"
    default_label_style = KeyLabel
    default_sorting_style = "author_year_title"

    def template(self, entry):
        people = "author" if "author" in entry.persons else "editor"
        volume = join[field("volume"), optional["(", field("number"), ")"]]
        container = first_of[
            optional[tag("em")[field("journal")]],
            optional[words["In", tag("em")[field("booktitle")]]],
            optional_field("howpublished"),
        ]
        title = field("title")
        whole_work = entry.type in {"book", "phdthesis", "proceedings"}
        return toplevel[
            words[names(people, sep="; ", sep2=" and ", last_sep=" and "), join["(", field("year"), ")."]],
            sentence[tag("em")[title] if whole_work else title],
            sentence(capfirst=True)[
                container,
                optional[volume],
                optional[words["pages", pages]],
                self.format_edition(entry),
                optional_field("school"),
                optional_field("publisher"),
            ],
            sentence[optional_field("note")],
            self.format_web_refs(entry),
        ]

    get_article_template = get_book_template = get_incollection_template = template
    get_inproceedings_template = get_misc_template = get_phdthesis_template = get_techreport_template = template


def setup(app):
    register_plugin("pybtex.style.formatting", "authoryear", AuthorYear)
    plaintext = find_plugin("pybtex.backends", "plaintext")  # or each citation looks for it in all that is installed
    register_plugin("pybtex.backends", "plaintext", plaintext, force=True)
    register_bibtex_plugin("sphinxcontrib.bibtex.style.referencing", "author_year_round", RoundAuthorYear)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
