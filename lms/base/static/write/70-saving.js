// The draft saves itself a few seconds after a change, is sent again while the network is away, and closing the tab with something unsaved warns.
const QUIET = 3000, LONGEST = 15000, PING = 60000;
let isDirty = false, isBusy = false, isStopped = "conflict" in form.dataset, isLeaving = false;
let mode = "source", isChangedHere = false; // isChangedHere: the visual text says something else than the source field
let timer = 0, since = 0, failures = 0;

form.addEventListener("formdata", (event) => {
  if (mode === "visual" && isChangedHere) event.formData.set("html", editor.getHTML());
});

function changed() {
  if (!isDirty) since = Date.now();
  isDirty = true;
  if (isStopped) return;
  say(words.unsaved, "unsaved");
  plan(Math.max(0, Math.min(QUIET, since + LONGEST - Date.now())));
}

function plan(wait) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

function notice(selector, text) {
  const place = document.querySelector(selector);
  place.textContent = text ?? "";
  place.hidden = !text;
}

async function save() {
  clearTimeout(timer);
  if (isBusy || !isDirty || isStopped) return;
  isBusy = true;
  isDirty = false;
  say(words.saving, "busy");
  try {
    take(await post(form.dataset.autosave, new FormData(form)));
    failures = 0;
  } catch {
    isDirty = true;
    failures += 1;
    say(words.offline, "lost");
    plan(1000 * Math.min(2 ** failures, 30));
  }
  isBusy = false;
  form.dispatchEvent(new Event("saved"));
}

function take({ ok, status, told }) {
  if (ok) {
    form.elements.version.value = told.version;
    for (const field of document.querySelectorAll("[data-version]")) field.value = told.version;
    say(isDirty ? words.unsaved : told.saved, isDirty ? "unsaved" : "saved");
    notice("[data-others]", told.others);
    notice("[data-lost]", told.left_out.length ? [words.leftOut, ...told.left_out].join(" ") : "");
    find("[data-weight]").textContent = told.weight;
    if (isDirty) plan(QUIET);
    return;
  }
  if (status >= 500 || status === 429) throw new Error(String(status));
  isDirty = true;
  if (told.is_conflict) isStopped = true;
  say(told.is_conflict ? words.conflict : `${words.notSaved} ${told.error ?? words.failed}`, "lost");
}

async function ping() {
  if (document.hidden || isBusy || isStopped) return;
  const body = new FormData();
  body.append("ping", "1");
  body.append("version", form.elements.version.value);
  try {
    const { ok, told } = await post(form.dataset.autosave, body);
    if (ok && !isBusy) notice("[data-others]", told.is_old ? `${told.others} ${words.old}`.trim() : told.others);
  } catch { /* the next one tells */ }
}

form.addEventListener("input", (event) => { if (!event.target.closest("[data-page]")) changed(); });
addEventListener("online", () => { if (isDirty) plan(0); });
addEventListener("beforeunload", (event) => { if ((isDirty || isBusy) && !isLeaving) event.preventDefault(); });
form.addEventListener("submit", (event) => {
  if (isLeaving) return event.preventDefault();
  if (isBusy) { // its answer brings the version that this sending needs
    event.preventDefault();
    const { submitter } = event;
    return form.addEventListener("saved", () => form.requestSubmit(submitter), { once: true });
  }
  isStopped = isLeaving = true;
  clearTimeout(timer);
  return addEventListener("pageshow", (shown) => { if (shown.persisted) isLeaving = false; });
});
