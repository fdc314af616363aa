// On a narrow screen the row of a course's pages is scrolled: the page that is shown comes into sight.
const shownTab = document.querySelector(".tabs [aria-current]");
if (shownTab) shownTab.closest("ul").scrollLeft = shownTab.offsetLeft - 40;
