// [data-place]: an offer to read on where one stopped. Which heading was read last is kept on this machine only, by person and lesson.
for (const offer of document.querySelectorAll("[data-place]")) {
  const SHELF = "places", MOST = 60, key = offer.dataset.place;
  const headings = [...document.querySelectorAll(".prose h2[id], .prose h3[id]")];
  const kept = () => {
    try { return JSON.parse(localStorage.getItem(SHELF)).filter(Array.isArray); } catch { return []; }
  };
  const keep = (id) => {
    const others = kept().filter((one) => one[0] !== key);
    try { localStorage.setItem(SHELF, JSON.stringify(id ? [...others, [key, id]].slice(-MOST) : others)); } catch { /* nothing is kept then */ }
  };
  const last = kept().find((one) => one[0] === key);
  const heading = last && headings.slice(1).find((one) => one.id === last[1]);
  if (heading && !location.hash) {
    offer.querySelector("a").href = `#${heading.id}`;
    offer.querySelector("span").textContent = heading.textContent;
    offer.hidden = false;
  }
  let waiting = 0, isOver = false;
  addEventListener("scroll", () => {
    waiting ||= setTimeout(() => {
      waiting = 0;
      const passed = headings.filter((one) => one.getBoundingClientRect().top < innerHeight / 3).pop();
      if (passed && !isOver && headings.indexOf(passed) > 0) keep(passed.id);
    }, 300);
  }, { passive: true });
  for (const form of document.querySelectorAll(".lesson-end form")) form.addEventListener("submit", () => { isOver = true; keep(""); });
}
