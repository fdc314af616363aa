"""What a browser says of itself, in plain words."""

from lms.base import gettext as _

BROWSERS = (  # part of the text -> name; the first that fits, since most claim to be others too
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("FxiOS", "Firefox"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Windows NT 10", "Windows 10/11"),
    ("Windows NT 6.3", "Windows 8.1"),
    ("Windows NT 6.1", "Windows 7"),
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def agent_words(agent: str) -> str:
    """The browser and the system of a User-Agent: "Chrome trên Windows 7"."""
    browser = next((name for part, name in BROWSERS if part in agent), _("Trình duyệt khác"))
    system = next((name for part, name in SYSTEMS if part in agent), "")
    return _("%(browser)s trên %(system)s", browser=browser, system=system) if system else browser
