"""The short words of printed passwords: Vietnamese syllables without accents, none of them rude."""

_BEGINNINGS = "b ch d h l m n nh ph s t th tr v x g ng".split()
_ENDINGS = "an anh am ang ao ay oi om on ong oa ua ui um ung uong uyen en em eo inh ich im".split()
_AVOIDED = {"lon", "deo", "dui", "chim", "buom", "ngu", "nguyen", "sua", "chua", "ham", "bua", "hung", "tham"}

SYLLABLES = tuple(
    beginning + ending
    for beginning in _BEGINNINGS
    for ending in _ENDINGS
    if beginning + ending not in _AVOIDED and not (beginning in ("g", "ng") and ending[0] in "ei")
)
