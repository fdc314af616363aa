// The dialogs: a picture (never without the words that tell it), a recording, a link, a self-check question.
const dialogs = Object.fromEntries([...document.querySelectorAll("[data-dialog]")].map((dialog) => [dialog.dataset.dialog, dialog]));
let task = {}; // what the open dialog is about

for (const dialog of Object.values(dialogs)) {
  dialog.addEventListener("close", () => editor.view.focus());
  for (const button of dialog.querySelectorAll("[data-cancel]")) button.addEventListener("click", () => dialog.close());
}

function fault(within, text) {
  within.querySelector("[data-fault]").textContent = text;
}

function show(name, about) {
  task = about;
  for (const place of dialogs[name].querySelectorAll("[data-fault]")) place.textContent = "";
  for (const input of dialogs[name].querySelectorAll("[data-upload]")) input.value = "";
  dialogs[name].showModal();
}

function fill(select, groups, chosen = "") {
  select.replaceChildren(element("option", { value: "" }, words.choose));
  for (const [label, options] of groups) {
    if (!options.length) continue;
    const home = label ? element("optgroup", { label }) : select;
    for (const [value, text] of options) home.append(element("option", { value }, text));
    if (home !== select) select.append(home);
  }
  select.value = chosen;
}

async function upload(dialog, input, select, alt = "") {
  const body = new FormData();
  body.append("file", input.files[0]);
  body.append("alt", alt);
  fault(dialog, words.uploading);
  try {
    const { told } = await post(form.dataset.upload, body, { seconds: 120 });
    const [file] = told.files ?? [];
    fault(dialog, file ? "" : told.faults?.[0] ?? told.error ?? words.failed);
    if (!file) return;
    material.files = [...material.files.filter((known) => known.name !== file.name), file];
    redraw();
    select.append(element("option", { value: `files/${file.name}` }, file.name));
    select.value = `files/${file.name}`;
    select.dispatchEvent(new Event("change"));
  } catch {
    fault(dialog, words.failed);
  }
}

for (const dialog of [dialogs.picture, dialogs.media, dialogs.link]) {
  const input = dialog.querySelector("[data-upload]"), select = dialog.querySelector("[data-file], [data-target]");
  input.addEventListener("change", () => { if (input.files.length) upload(dialog, input, select, dialog.querySelector("[data-alt]")?.value); });
}

// openPicture("picture" or "media", {pos, src, alt}): a new one, or other words for that at this place of the text.
function openPicture(name, about = {}) {
  const dialog = dialogs[name], right = name === "picture" ? isPicture : mediumOf;
  const known = material.files.filter((file) => right(file.name)).map((file) => [`files/${file.name}`, file.name]);
  fill(dialog.querySelector("[data-file]"), [["", known]], about.src ?? "");
  dialog.querySelector("[data-alt]").value = about.alt ?? "";
  show(name, about);
}

for (const name of ["picture", "media"]) {
  const dialog = dialogs[name], select = dialog.querySelector("[data-file]"), alt = dialog.querySelector("[data-alt]");
  select.addEventListener("change", () => { alt.value ||= fileOf(select.value)?.alt ?? ""; });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const attrs = { src: select.value, alt: alt.value.trim() };
    if (!attrs.src) return fault(dialog, name === "picture" ? words.askFile : words.askMedia);
    if (!attrs.alt) {
      fault(dialog, name === "picture" ? words.askAlt : words.askName);
      return alt.focus();
    }
    const { pos } = task;
    dialog.close();
    if (pos === undefined) return put({ type: "picture", attrs });
    return editor.chain().command(({ tr }) => Boolean(tr.setNodeMarkup(pos, null, attrs))).run();
  });
}

function put(content) { // a picture that is selected stays; one can write on below what was put in
  const { node, to } = editor.state.selection;
  const put = node ? chain().insertContentAt(to, content) : chain().insertContent(content);
  put.command(({ state, tr, dispatch }) => {
    if (dispatch && tr.doc.lastChild.isAtom) tr.insert(tr.doc.content.size, state.schema.nodes.paragraph.create());
    return true;
  }).run();
}

function openLink() {
  const dialog = dialogs.link, { href } = editor.getAttributes("link"), { from, to, empty } = editor.state.selection;
  const lessons = material.lessons.map(({ key, title }) => [`lesson:${key}`, title]), terms = material.terms.map(({ key, title }) => [`term:${key}`, title]);
  fill(dialog.querySelector("[data-target]"), [
    [words.lessons, lessons],
    [words.terms, terms],
    [words.files, material.files.map(({ name }) => [`files/${name}`, name])],
  ], href ?? "");
  if (href) editor.commands.extendMarkRange("link");
  const selected = href ? editor.state.selection : { from, to };
  dialog.querySelector("[data-text]").value = empty && !href ? "" : editor.state.doc.textBetween(selected.from, selected.to, " ");
  dialog.querySelector("[data-unlink]").hidden = !href;
  show("link", { text: dialog.querySelector("[data-text]").value });
}

dialogs.link.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const select = dialogs.link.querySelector("[data-target]"), typed = dialogs.link.querySelector("[data-text]").value.trim();
  if (!select.value) return fault(dialogs.link, words.askTarget);
  const marks = [{ type: "link", attrs: { href: select.value } }], text = typed || select.selectedOptions[0].textContent;
  dialogs.link.close();
  if (task.text && text === task.text.trim()) return chain().setMark("link", marks[0].attrs).run();
  return chain().insertContent({ type: "text", text, marks }).run();
});
dialogs.link.querySelector("[data-unlink]").addEventListener("click", () => {
  dialogs.link.close();
  chain().extendMarkRange("link").unsetMark("link").run();
});

function checksInText() {
  const found = [];
  editor.state.doc.descendants((node) => { if (node.type.name === "selfCheck") found.push(node.attrs.key); });
  return found;
}

function openCheck() {
  const used = checksInText(), plainText = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;
  const free = material.checks.filter(({ key }) => !used.includes(key)).map(({ key, text }) => [key, `${plainText(text).slice(0, 90)} (${key})`]);
  fill(dialogs.check.querySelector("[data-key]"), [["", free]]);
  const topics = dialogs.check.querySelector("[data-topics]");
  topics.hidden = material.topics.length < 2;
  topics.querySelector("select").replaceChildren(...material.topics.map(({ id, title }) => element("option", { value: id }, title)));
  show("check", {});
}

// A question stands on its own, outside of call-outs, lists and tables: after the block in which the cursor is.
function putCheck(key) {
  dialogs.check.close();
  const { $to } = editor.state.selection, after = $to.depth ? $to.after(1) : $to.pos;
  chain().insertContentAt(after, [{ type: "selfCheck", attrs: { key } }, { type: "paragraph" }]).setTextSelection(after + 2).scrollIntoView().run();
}

dialogs.check.querySelector("form[method=dialog]").addEventListener("submit", (event) => {
  event.preventDefault();
  const { value } = dialogs.check.querySelector("[data-key]");
  if (!value) return fault(event.target, words.askCheck);
  return putCheck(value);
});
dialogs.check.querySelector("[data-new-check]").addEventListener("submit", async (event) => {
  event.preventDefault();
  const own = event.target, button = own.querySelector(".primary");
  button.disabled = true;
  fault(own, "");
  try {
    const { ok, told } = await post(own.getAttribute("action"), new FormData(own), { key: keyOf(own) });
    if (ok) {
      material.checks.push(told);
      own.reset();
      putCheck(told.key);
    } else {
      fault(own, told.error ?? words.failed);
      own.querySelector(`[name^="${told.field || "stem"}"]`)?.focus();
    }
  } catch {
    fault(own, words.failed);
  }
  button.disabled = false;
});
