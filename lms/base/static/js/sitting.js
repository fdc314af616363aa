// [data-sitting]: each answer is saved as it is given, by a numbered save with a receipt. Until the receipt is here the answer stands in a journal
// on this machine, keyed by person and attempt, and is sent again and again. The page says "saved" only what a receipt said.
for (const form of document.querySelectorAll("[data-sitting]")) {
  const words = JSON.parse(form.dataset.words);
  const scope = `lms ${form.dataset.person} ${form.dataset.attempt} `;
  const prefix = `${scope}answer `;
  const client = Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => (n % 36).toString(36)).join("");
  const line = document.querySelector("[data-save-status]");
  const ask = document.querySelector("[data-hand-in]");
  const unsent = new Map();
  const seen = new Map();
  const typing = new Map();
  let number = 0, failures = 0, timer = 0, isBusy = false, isOver = false, isHandingIn = false;

  const inputs = (position) => [...form.querySelectorAll(`[name="answer-${position}"]`)];
  const isChoice = (input) => input.type === "radio" || input.type === "checkbox";
  const isPair = (input) => [...(input.options ?? [])].some((option) => option.value.includes(":"));
  function valuesOf(position) { // of choices those that are made; of fields to be filled every one, in order, unless all are empty
    const fields = inputs(position);
    if (fields.some(isChoice)) return fields.filter((one) => one.checked).map((one) => one.value);
    const values = fields.map((one) => one.value.trim());
    return values.some(Boolean) ? values : [];
  }
  const positions = [...form.querySelectorAll("[data-item]")].map((item) => item.dataset.item);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function say(state, text, link) {
    line.dataset.state = state;
    if (line.firstElementChild.textContent !== text) line.firstElementChild.textContent = text;
    for (const one of document.querySelectorAll("[data-say-link]")) one.hidden = one.dataset.sayLink !== link;
  }

  function show(position, values) {
    for (const [index, one] of inputs(position).entries()) {
      if (isChoice(one)) one.checked = values.includes(one.value);
      else if (isPair(one)) one.value = [...one.options].find((option) => values.includes(option.value))?.value ?? "";
      else one.value = values[index] ?? "";
    }
    form.dispatchEvent(new Event("shown"));
  }

  function write(position, entry) {
    unsent.set(position, entry);
    try { localStorage.setItem(prefix + position, JSON.stringify(entry)); } catch { /* full or forbidden: it stays in memory */ }
  }

  function erase(position) {
    unsent.delete(position);
    try { localStorage.removeItem(prefix + position); } catch { /* as above */ }
  }

  function stop() {
    isOver = true;
    clearTimeout(timer);
    unsent.clear();
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(scope)) localStorage.removeItem(key);
    } catch { /* as above */ }
  }

  function post(address, body, type) {
    const headers = { Accept: "application/json", "X-Form-Key": form.elements._key.value, ...type };
    return fetch(address, { method: "POST", headers, body, keepalive: true, signal: AbortSignal.timeout(20000) });
  }

  const send = (position, entry) =>
    post(form.dataset.answers, JSON.stringify({ position: Number(position), ...entry }), { "Content-Type": "application/json" });

  async function work() {
    if (isBusy || isOver) return;
    clearTimeout(timer);
    const [position, entry] = unsent.entries().next().value ?? [];
    if (!position && !isHandingIn) return;
    isBusy = true;
    const slow = setTimeout(() => { if (!failures) say("busy", words.sending); }, 1200);
    try {
      if (isHandingIn) await takeResult(await post(form.action, new URLSearchParams([...new FormData(form), ["sure", "1"]])));
      else await takeReceipt(await send(position, entry), position, entry);
    } catch {
      again("lost", isHandingIn ? words.handInLost : words.lost);
    }
    clearTimeout(slow);
    isBusy = false;
    if (!failures) work();
  }

  function again(state, text, { link, seconds } = {}) {
    failures += 1;
    for (const [position, entry] of unsent) write(position, { ...entry, late: true });
    say(state, text, link);
    timer = setTimeout(work, 1000 * (seconds || Math.min(2 ** failures, 15)));
  }

  async function takeReceipt(answer, position, entry) {
    if (answer.status === 422) {
      erase(position);
      return say("lost", (await answer.json()).error);
    }
    if (!answer.ok) return takeRefusal(answer);
    const receipt = await answer.json();
    failures = 0;
    seen.set(position, receipt.version);
    form.elements[`was-${position}`].value = receipt.answer.join(",");
    const latest = unsent.get(position);
    if (latest?.client === entry.client && latest.number === entry.number) {
      erase(position);
      if (receipt.kept === "other") show(position, receipt.answer);
    } else if (latest) {
      write(position, { ...latest, seen: receipt.version });
    }
    form.dispatchEvent(new CustomEvent("clock", { detail: receipt.now }));
    const text = fill(words.saved, { answered: receipt.answered, total: receipt.total, time: receipt.time });
    say("saved", receipt.kept === "other" ? `${text}. ${fill(words.other, { position })}` : text);
  }

  async function takeRefusal(answer) {
    if (answer.status === 409 || answer.status === 410) {
      stop();
      form.inert = true;
      return say("over", (await answer.json()).error, "result");
    }
    if ([400, 401, 403, 404].includes(answer.status)) return again("lost", words.signIn, { link: "sign-in", seconds: 10 });
    again("lost", words.busy, { seconds: Number(answer.headers.get("Retry-After")) });
  }

  async function takeResult(answer) {
    if (!answer.ok) return takeRefusal(answer);
    const { result } = await answer.json();
    stop();
    location.replace(result);
  }

  function handIn() {
    isHandingIn = true;
    failures = 0;
    form.inert = true;
    ask.hidden = true;
    say("busy", words.handingIn);
    work();
  }

  function take({ target }) {
    const position = target.name?.startsWith("answer-") && target.name.slice(7);
    if (!position) return;
    clearTimeout(typing.get(position));
    write(position, { values: valuesOf(position), client, number: (number += 1), seen: seen.get(position), late: false });
    ask.hidden = true;
    if (!failures) work();
  }

  form.addEventListener("change", take);
  form.addEventListener("input", (event) => { // what is being typed is kept after a pause, not only when the field is left
    if (event.target.type !== "text" || !event.target.name?.startsWith("answer-")) return;
    const position = event.target.name.slice(7);
    clearTimeout(typing.get(position));
    typing.set(position, setTimeout(take, 1200, event));
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const open = positions.filter((position) => !valuesOf(position).length);
    const text = fill(open.length ? words.open : words.allAnswered, { n: open.length, total: positions.length });
    ask.querySelector("[data-hand-in-text]").textContent = text;
    ask.querySelector("[data-hand-in-open]").replaceChildren(
      ...open.flatMap((position) => {
        const link = Object.assign(document.createElement("a"), { href: `#c${position}`, textContent: position });
        return [link, " "];
      }),
    );
    ask.hidden = false;
    ask.scrollIntoView({ block: "center" });
    ask.focus();
  });

  ask.querySelector("[data-really]").addEventListener("click", handIn);
  ask.querySelector("[data-not-yet]").addEventListener("click", () => { ask.hidden = true; form.querySelector("[data-item]").focus(); });
  form.addEventListener("time-over", () => { if (!isOver) handIn(); });
  for (const name of ["online", "focus"]) addEventListener(name, () => { if (failures && !isOver) { failures = 0; work(); } });
  addEventListener("beforeunload", (event) => {
    if ((unsent.size || isHandingIn) && !isOver) event.returnValue = true;
  });
  addEventListener("pagehide", () => { if (!isOver) for (const [position, entry] of unsent) send(position, entry).catch(() => {}); });

  // What the server sent is the truth, whatever the browser filled in again; over it lies only what was not acknowledged.
  form.reset();
  form.autocomplete = "off";
  for (const item of form.querySelectorAll("[data-item]")) seen.set(item.dataset.item, Number(item.dataset.seen));
  for (const position of positions) {
    try {
      const entry = JSON.parse(localStorage.getItem(prefix + position));
      if (entry) { unsent.set(position, { ...entry, late: true }); show(position, entry.values); }
    } catch { erase(position); }
  }
  form.dispatchEvent(new Event("shown"));
  if (unsent.size) { say("busy", fill(words.replay, { n: unsent.size })); work(); }
}
