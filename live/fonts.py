"""Matplotlib's fonts, cut down to the characters that figures use, without the hints for coarse screens."""

import io
import logging
import re

from fontTools import subset
from fontTools.ttLib import TTFont

for part in ("subset", "ttLib"):
    logging.getLogger(f"fontTools.{part}").setLevel(logging.ERROR)  # else it tells of every odd table and date

KEPT = re.compile(r"DejaVuSans(|-Bold|-Oblique|-BoldOblique|Mono|Display)|LastResortHE-Regular|cm\w+10"
                  r"|STIX(General|NonUni|NonUniIta|Siz\w+SymReg)")
LETTERS = [*range(0x20, 0x17F), *range(0x300, 0x309), *range(0x370, 0x400)]  # Latin, accents, Greek
SIGNS = [*range(0x2000, 0x20A0), *range(0x2100, 0x2150), *range(0x2190, 0x2300), *range(0x25A0, 0x2600)]
OWN = [*range(0xE000, 0xF900)]  # of no standard: script and other letters for formulas
CHARACTERS = {"LastResortHE-Regular": [0x20, 0xFFFD], "STIXGeneral": LETTERS, "STIXNonUni": OWN, "STIXNonUniIta": OWN}


def smaller(name, content):
    """The font with fewer characters; their numbers stay, since Matplotlib's mathematics knows some by number."""
    font = TTFont(io.BytesIO(content), recalcTimestamp=False)  # the same font, the same bytes
    options = subset.Options(hinting=False, retain_gids=True, glyph_names=True, notdef_outline=True)
    options.layout_features, options.name_IDs = ["*"], ["*"]
    options.drop_tables += ["FFTM"]  # when it was drawn
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS.get(name, LETTERS + SIGNS))
    subsetter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
