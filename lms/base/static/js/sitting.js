// [data-sitting]: each answer is saved as it is given, by a numbered save with a receipt. Until the receipt is here the answer stands in a journal
// on this machine, keyed by person and attempt, and is sent again and again. The page says "saved" only what a receipt said.
for (const form of document.querySelectorAll("[data-sitting]")) {
  const words = JSON.parse(form.dataset.words);
  const scope = `lms ${form.dataset.person} ${form.dataset.attempt} `;
  const prefix = `${scope}answer `;
  const client = Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => (n % 36).toString(36)).join("");
  const line = document.querySelector("[data-save-status]");
  const ask = document.querySelector("[data-hand-in]");
  const listed = [...document.querySelectorAll("[data-navigator] [data-position]")];
  const unsent = new Map();
  const seen = new Map();
  const typing = new Map();
  let number = 0, failures = 0, timer = 0, late = 0, isBusy = false, isOver = false, isHandingIn = false;
  let leaving = null, isLeaving = false; // the button that leads to another page as soon as all is saved

  const inputs = (position) => [...form.querySelectorAll(`[name="answer-${position}"]`)];
  const isChoice = (input) => input.type === "radio" || input.type === "checkbox";
  const isPair = (input) => [...(input.options ?? [])].some((option) => option.value.includes(":"));
  function valuesOf(position) { // of choices those that are made; of fields to be filled every one, in order, unless all are empty
    const fields = inputs(position);
    if (fields.some(isChoice)) return fields.filter((one) => (isChoice(one) ? one.checked : one.value)).map((one) => one.value);
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

  // The journal is sealed with a key that the server gives only to the person whose attempt it is: the next person at this PC finds ciphertext.
  // A browser seals only on https (and on this very machine); on plain http the journal lies in the store of this tab and ends with the tab.
  const subtle = crypto.subtle;
  const key = subtle?.importKey("raw", Uint8Array.from(form.dataset.journalKey.match(/../g), (two) => parseInt(two, 16)), "AES-GCM", false, ["encrypt", "decrypt"]);
  form.removeAttribute("data-journal-key");
  const stores = () => { try { return subtle ? [localStorage] : [sessionStorage, localStorage]; } catch { return []; } };
  const bound = (iv, name) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) });

  async function sealed(name, entry) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const body = new Uint8Array(await subtle.encrypt(bound(iv, name), await key, new TextEncoder().encode(JSON.stringify(entry))));
    return btoa([...iv, ...body].map((octet) => String.fromCharCode(octet)).join(""));
  }

  async function unsealed(name, text) {
    if (text.startsWith("{")) return JSON.parse(text); // of this tab, or written before journals were sealed
    const octets = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    const body = await subtle.decrypt(bound(octets.slice(0, 12), name), await key, octets.slice(12));
    return JSON.parse(new TextDecoder().decode(body));
  }

  async function write(position, entry) {
    unsent.set(position, entry);
    try {
      const text = subtle ? await sealed(prefix + position, entry) : JSON.stringify(entry);
      if (unsent.get(position) === entry) stores()[0]?.setItem(prefix + position, text);
    } catch { /* full or forbidden: it stays in memory */ }
  }

  function erase(position) {
    unsent.delete(position);
    try { for (const store of stores()) store.removeItem(prefix + position); } catch { /* as above */ }
  }

  function stop() {
    isOver = true;
    clearTimeout(timer);
    unsent.clear();
    try {
      for (const store of stores()) for (const name of Object.keys(store)) if (name.startsWith(scope)) store.removeItem(name);
    } catch { /* as above */ }
  }

  const headers = () => ({ Accept: "application/json", "X-Form-Key": form.elements._key.value });
  const post = (address, body, type) =>
    fetch(address, { method: "POST", headers: { ...headers(), ...type }, body, keepalive: true, signal: AbortSignal.timeout(20000) });
  const send = (position, entry) =>
    post(form.dataset.answers, JSON.stringify({ position: Number(position), ...entry }), { "Content-Type": "application/json" });
  const askClock = () => fetch(form.dataset.clock, { headers: headers(), signal: AbortSignal.timeout(20000) });
  const tellClock = (told) => form.dispatchEvent(new CustomEvent("clock", { detail: told }));

  async function work() {
    if (isBusy || isOver) return;
    clearTimeout(timer);
    const [position, entry] = unsent.entries().next().value ?? [];
    if (!position && !isHandingIn && !leaving) return;
    isBusy = true;
    const slow = setTimeout(() => { if (!failures) say("busy", words.sending); }, 1200);
    try {
      if (position) await takeReceipt(await send(position, entry), position, entry);
      else if (isHandingIn) await takeResult(await post(form.action, new URLSearchParams([...new FormData(form), ["sure", "1"]])));
      else await leave(await askClock());
    } catch {
      again("lost", isHandingIn ? words.handInLost : leaving ? words.leaveLost : words.lost);
    }
    clearTimeout(slow);
    isBusy = false;
    if (!failures) work();
  }

  function again(state, text, { link, seconds } = {}) {
    failures += 1;
    for (const [position, entry] of unsent) if (!entry.late) write(position, { ...entry, late: true });
    say(state, text, link);
    timer = setTimeout(work, 1000 * (seconds || Math.min(2 ** failures, 15)));
  }

  async function takeReceipt(answer, position, entry) {
    if (answer.status === 422) {
      failures = 0;
      erase(position);
      return say("lost", (await answer.json()).error);
    }
    if (!answer.ok) return takeRefusal(answer, position);
    const receipt = await answer.json();
    failures = 0;
    seen.set(position, receipt.version);
    const was = form.elements[`was-${position}`];
    if (was) was.value = receipt.was;
    listed.find((one) => one.dataset.position === position)?.classList.toggle("is-answered", receipt.answer.length > 0);
    const latest = unsent.get(position);
    const isOthers = receipt.kept === "other" || receipt.kept === "locked";
    if (latest?.client === entry.client && latest.number === entry.number) {
      erase(position);
      if (isOthers) show(position, receipt.answer);
    } else if (latest) {
      write(position, { ...latest, seen: receipt.version });
    }
    tellClock(receipt);
    const text = fill(words.saved, { answered: receipt.answered, total: receipt.total, time: receipt.time });
    say("saved", isOthers ? `${text}. ${fill(words[receipt.kept], { position })}` : text);
  }

  async function takeRefusal(answer, position) {
    if (answer.status === 409 || answer.status === 410) return takeEnd(await answer.json(), position);
    if ([400, 401, 403, 404].includes(answer.status)) return again("lost", words.signIn, { link: "sign-in", seconds: 10 });
    again("lost", words.busy, { seconds: Number(answer.headers.get("Retry-After")) });
  }

  function takeEnd(told, position) { // too late to count; the rest of the journal is sent all the same, to be kept
    form.inert = true;
    if (told.kept === "late") {
      late += 1;
      failures = 0;
      erase(position);
      if (unsent.size || isHandingIn) return;
    }
    stop();
    say("over", late ? `${told.error} ${fill(words.late, { n: late })}` : told.error, "result");
  }

  async function takeResult(answer) {
    if (!answer.ok) return takeRefusal(answer);
    const { result } = await answer.json();
    stop();
    location.replace(result);
  }

  async function leave(answer) { // the line holds and all is saved: now the page may go
    if (!answer.ok) return takeRefusal(answer);
    tellClock(await answer.json());
    failures = 0;
    isLeaving = true;
    form.requestSubmit(leaving);
    leaving = null;
  }

  function handIn() {
    settle();
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
    clearTimeout(typing.get(position)?.timer);
    typing.delete(position);
    leaving = null;
    write(position, { values: valuesOf(position), client, number: (number += 1), seen: seen.get(position), late: false });
    ask.hidden = true;
    if (!failures) work();
  }

  function settle() { // what is being typed is an answer, too
    for (const { event } of [...typing.values()]) take(event);
  }

  form.addEventListener("change", take);
  form.addEventListener("input", (event) => { // what is being typed is kept after a pause, not only when the field is left
    const { type, name } = event.target;
    if (!["text", "textarea"].includes(type) || !name?.startsWith("answer-")) return;
    const position = name.slice(7);
    clearTimeout(typing.get(position)?.timer);
    typing.set(position, { event, timer: setTimeout(take, type === "text" ? 1200 : 3000, event) });
  });

  form.addEventListener("submit", (event) => {
    if (isLeaving) return;
    event.preventDefault();
    settle();
    if (event.submitter?.hasAttribute("formaction")) { // save: another page, or one question to be marked, may come next
      if (event.submitter.name) { leaving = event.submitter; say("busy", words.leaving); }
      failures = 0;
      return work();
    }
    const open = listed.filter((one) => (positions.includes(one.dataset.position) ? !valuesOf(one.dataset.position).length : !one.classList.contains("is-answered")));
    const text = fill(open.length ? words.open : words.allAnswered, { n: open.length, total: listed.length });
    ask.querySelector("[data-hand-in-text]").textContent = text;
    ask.querySelector("[data-hand-in-open]").replaceChildren(...open.flatMap((one) => [linkTo(one), " "]));
    ask.hidden = false;
    ask.scrollIntoView({ block: "center" });
    ask.focus();
  });

  function linkTo(one) { // a question on this page, or on another one
    const textContent = one.dataset.position;
    if (one.href) return Object.assign(document.createElement("a"), { href: one.href, textContent });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent });
    button.addEventListener("click", () => one.click());
    return button;
  }

  ask.querySelector("[data-really]").addEventListener("click", handIn);
  ask.querySelector("[data-not-yet]").addEventListener("click", () => { ask.hidden = true; form.querySelector("[data-item]")?.focus(); });
  form.addEventListener("time-over", async () => { // unless somebody gave more time meanwhile
    if (isOver || isHandingIn) return;
    settle();
    try {
      const told = await (await askClock()).json();
      tellClock(told);
      if (told.state === "open" && told.deadline > told.now) return;
    } catch { /* then the time that is known holds */ }
    handIn();
  });
  for (const name of ["online", "focus"]) addEventListener(name, () => { if (failures && !isOver) { failures = 0; work(); } });
  addEventListener("beforeunload", (event) => {
    settle();
    if ((unsent.size || isHandingIn) && !isOver) event.returnValue = true;
  });
  addEventListener("pagehide", () => { if (!isOver) for (const [position, entry] of unsent) send(position, entry).catch(() => {}); });

  async function replay() { // over what the server sent lies only what was not acknowledged, on whichever page of the paper it was given
    for (const store of stores()) {
      for (const name of Object.keys(store).filter((one) => one.startsWith(prefix))) {
        const position = name.slice(prefix.length);
        const text = store.getItem(name);
        const entry = await unsealed(name, text).catch(() => null);
        if (unsent.has(position)) continue;
        if (!entry && subtle) store.removeItem(name);
        if (!entry) continue;
        unsent.set(position, { ...entry, late: true });
        if (subtle ? text.startsWith("{") : store !== sessionStorage) {
          await write(position, unsent.get(position));
          if (!subtle) store.removeItem(name);
        }
        show(position, entry.values);
      }
    }
    form.dispatchEvent(new Event("shown"));
    if (unsent.size) { say("busy", fill(words.replay, { n: unsent.size })); work(); }
  }

  // What the server sent is the truth, whatever the browser filled in again.
  form.reset();
  form.autocomplete = "off";
  for (const item of form.querySelectorAll("[data-item]")) seen.set(item.dataset.item, Number(item.dataset.seen));
  form.dispatchEvent(new Event("shown"));
  replay().catch(() => {});
}
