"""Matplotlib's fonts, cut down to the characters that figures use."""

import io
import logging

from fontTools import subset
from fontTools.ttLib import TTFont

logging.getLogger("fontTools").setLevel(logging.WARNING)  # else it tells of every table that it leaves out

CORE = {"DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSansDisplay.ttf",
        "DejaVuSansMono.ttf", "cmex10.ttf", "cmsy10.ttf", "STIXSizOneSymReg.ttf", "LastResortHE-Regular.ttf", "LICENSE_DEJAVU"}
LETTERS = [*range(0x20, 0x17F), *range(0x300, 0x309), *range(0x370, 0x400)]  # Latin, accents, Greek
SIGNS = [*range(0x2000, 0x20A0), *range(0x2100, 0x2150), *range(0x2190, 0x2300), *range(0x25A0, 0x2600)]
LAST_RESORT = [0x20, 0xFFFD]


def smaller(name, content):
    """The font with fewer characters; their numbers stay, since Matplotlib's mathematics knows some by number."""
    if not name.split("/")[-1].startswith(("DejaVuS", "LastResort")) or "Display" in name:
        return content
    font = TTFont(io.BytesIO(content), recalcTimestamp=False)  # the same font, the same bytes
    options = subset.Options(layout_features=["*"], glyph_names=True, retain_gids=True, notdef_outline=True)
    options.name_IDs = ["*"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=LAST_RESORT if "LastResort" in name else LETTERS + SIGNS)
    subsetter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
