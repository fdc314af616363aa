// Lessons that a learner keeps on this machine: answered from its caches when the network is gone. Everything else goes to the server as always.
const KEPT = "lms-lessons ", PATIENCE = 6000, HELP = "/study/kept";
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const isPart = ["image", "style", "script"].includes(request.destination);
  if (request.method === "GET" && (request.mode === "navigate" || isPart)) event.respondWith(answer(request));
});

async function kept(address) {
  for (const name of await caches.keys()) {
    const found = name.startsWith(KEPT) && (await (await caches.open(name)).match(address, { ignoreVary: true }));
    if (found) return found;
  }
  return undefined;
}

async function answer(request) {
  const own = await kept(request.url);
  const asked = fetch(request);
  try {
    if (!own) return await asked;
    let timer;
    const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error("late")), PATIENCE); });
    const first = await Promise.race([asked, late]);
    clearTimeout(timer);
    return first;
  } catch (error) {
    asked.catch(() => {});
    const instead = own ?? (request.mode === "navigate" ? await kept(new URL(HELP, request.url).href) : undefined);
    if (instead) return instead;
    throw error;
  }
}
