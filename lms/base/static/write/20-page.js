// The lesson editor, made of these files in the order of their names in one module scope. This one: the page around it, and what can be put in.
const form = document.querySelector("form[data-write]");
const words = JSON.parse(form.dataset.words);
const keyOf = (one) => one.querySelector("[name=_key]").value;
const find = (selector, within = form) => within.querySelector(selector);
const line = find("[data-status]");

function say(text, state = "") {
  line.dataset.state = state;
  if (line.textContent !== text) line.textContent = text;
}

async function post(address, body, { key = keyOf(form), seconds = 30 } = {}) {
  const headers = { Accept: "application/json", "X-Form-Key": key };
  const answer = await fetch(address, { method: "POST", body, headers, signal: AbortSignal.timeout(1000 * seconds) });
  const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
  return { ok: answer.ok, status: answer.status, told };
}

// Files, lessons, questions, terms and topics of the course; what shows some of them is drawn again when they are there.
const material = { files: [], lessons: [], checks: [], terms: [], topics: [] };
const drawn = new Set();
const redraw = () => { for (const draw of drawn) draw(); };
const materialHere = fetch(form.dataset.material, { headers: { Accept: "application/json" } })
  .then((answer) => (answer.ok ? answer.json() : {}))
  .then((told) => { Object.assign(material, told); redraw(); })
  .catch(() => say(words.failed, "lost"));
const fileOf = (src) => material.files.find((file) => `files/${file.name}` === src);
const mediumOf = (src) => (/\.(mp4|webm)$/i.test(src) ? "video" : /\.(mp3|m4a|ogg)$/i.test(src) ? "audio" : "");
const isPicture = (src) => /\.(png|jpe?g|gif|webp)$/i.test(src);

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== false && value != null) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
