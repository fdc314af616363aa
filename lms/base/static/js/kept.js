// Reading without network. [data-keep]: a lesson is kept on this machine, for this person; [data-kept-read]: "đã học xong" on a kept page waits here;
// [data-kept-sync]: what waited is sent when the network is back. Kept lessons end with signing out, and when somebody else signs in here.
{
  const KEPT = "lms-lessons ", FORGET = "lms forget lessons";
  const canKeep = "serviceWorker" in navigator && "caches" in window;
  const prefixOf = (person) => `lms ${person} read `;
  const stored = (person) => { try { return Object.keys(localStorage).filter((name) => name.startsWith(prefixOf(person))); } catch { return []; } };
  const others = async (person) => (await caches.keys()).filter((name) => name.startsWith(KEPT) && name !== KEPT + person);
  const forget = async (names) => { for (const name of names) await caches.delete(name); };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const forgetAll = async () => { await forget(await others("")); localStorage.removeItem(FORGET); };
  for (const form of document.querySelectorAll('form[action="/sign-out"]')) { // signing out waits for nothing: what is not deleted yet goes with the next page
    form.addEventListener("submit", () => {
      try { localStorage.setItem(FORGET, "1"); } catch { /* nothing is kept */ }
      if (canKeep) forgetAll().catch(() => {});
    });
  }
  try { if (canKeep && localStorage.getItem(FORGET)) forgetAll().catch(() => {}); } catch { /* nothing is kept */ }

  async function keep(button, cache) {
    const answer = await fetch(button.dataset.keep, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error("not kept");
    const text = await answer.text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const parts = [...page.querySelectorAll("img[src], script[src]")].map((one) => one.getAttribute("src"));
    parts.push(...[...page.querySelectorAll("link[href]")].map((one) => one.getAttribute("href")), button.dataset.help);
    await cache.addAll([...new Set(parts)].filter((address) => address.startsWith("/")));
    await cache.put(location.pathname, new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8" } }));
  }

  for (const button of canKeep ? document.querySelectorAll("[data-keep]") : []) {
    const words = JSON.parse(button.dataset.words);
    const line = button.parentElement.querySelector("[role=status]");
    const opened = caches.open(KEPT + button.dataset.person);
    const show = (isKept) => { button.textContent = isKept ? words.drop : words.keep; button.dataset.isKept = isKept ? "1" : ""; };
    opened.then((cache) => cache.match(location.pathname, { ignoreVary: true })).then((found) => { show(Boolean(found)); button.hidden = false; }, () => {});
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const cache = await opened;
        if (button.dataset.isKept) {
          await cache.delete(location.pathname, { ignoreVary: true });
          line.textContent = words.dropped;
          show(false);
        } else {
          line.textContent = words.keeping;
          await navigator.serviceWorker.register(button.dataset.worker);
          await keep(button, cache);
          line.textContent = words.kept;
          show(true);
        }
      } catch {
        line.textContent = words.failed;
      }
      button.disabled = false;
    });
  }

  for (const form of document.querySelectorAll("[data-kept-read]")) { // on a kept page; signed in or not, with network or without
    const line = form.querySelector("[role=status]");
    const name = prefixOf(form.dataset.keptRead) + form.getAttribute("action");
    const say = () => { line.textContent = form.dataset.said; form.querySelector("button").hidden = true; };
    try { if (localStorage.getItem(name)) say(); } catch { /* asked again */ }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      try { localStorage.setItem(name, form.elements._key.value); say(); } catch { line.textContent = form.dataset.failed; }
    });
  }

  for (const line of document.querySelectorAll("[data-kept-sync]")) {
    const person = line.dataset.keptSync;
    const send = async () => {
      let number = 0;
      for (const name of stored(person)) {
        try {
          const headers = { "X-Form-Key": localStorage.getItem(name), Accept: "text/html" };
          const answer = await fetch(name.slice(prefixOf(person).length), { method: "POST", headers, redirect: "manual" });
          const isTaken = answer.type === "opaqueredirect" || answer.ok;
          if (isTaken) number += 1;
          if (isTaken || answer.status === 404) localStorage.removeItem(name);
        } catch { break; }
      }
      if (number) { line.textContent = fill(line.dataset.words, { n: number }); line.hidden = false; }
    };
    send();
    addEventListener("online", send);
    if (canKeep) others(person).then(forget).catch(() => {});
  }

  for (const list of document.querySelectorAll("[data-kept-list]")) {
    const show = async () => {
      for (const cacheName of (await caches.keys()).filter((one) => one.startsWith(KEPT))) {
        const cache = await caches.open(cacheName);
        for (const request of await cache.keys()) {
          const { pathname } = new URL(request.url);
          if (!/\/lessons\/[^/]+$/.test(pathname)) continue;
          const page = new DOMParser().parseFromString(await (await cache.match(request)).text(), "text/html");
          const [item, link] = [document.createElement("li"), document.createElement("a")];
          link.href = pathname;
          link.textContent = page.querySelector("h1")?.textContent ?? pathname;
          item.append(link);
          list.append(item);
        }
      }
      list.nextElementSibling.hidden = list.children.length > 0;
    };
    if (canKeep) show();
  }
}
