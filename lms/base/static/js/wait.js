// [data-wait]: asks every two seconds how far the work is, shows it in place, and opens the next step as soon as there is one.
const waiting = document.querySelector("[data-wait]");
if (waiting) {
  const ask = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) {
        const now = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-wait]");
        if (!now) return location.reload();
        if (now.innerHTML !== waiting.innerHTML) waiting.innerHTML = now.innerHTML;
      }
    } catch { /* the line is down: ask again */ }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 1000);
}
