// Pasting from Word and from web pages: structure comes along, dress does not.
const DROPPED = "style, script, meta, link, title, xml, noscript, template, object, iframe, svg, form > *:is(input, select, textarea, button)";
const KEPT = { a: ["href"], img: ["src", "alt"], ol: ["start"], div: ["class", "data-self-check"], td: ["class"], th: ["class"] };
const styleOf = (found) => found.getAttribute("data-style") ?? "";
// The policy of the page speaks up at any style, even while it is only being read: it is read under another name.
const withoutStyles = (html) => html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle(?=\s*=)/gi, " data-style"));

function cleanPasted(html) {
  if (html.includes("data-pm-slice")) return html; // copied here
  const { body } = new DOMParser().parseFromString(withoutStyles(html), "text/html");
  dropComments(body);
  for (const found of body.querySelectorAll(DROPPED)) found.remove();
  for (const found of body.querySelectorAll("p.MsoTitle")) rename(found, "h1");
  listWordParagraphs(body);
  evenHeadings(body);
  plainCells(body);
  const pictures = body.querySelectorAll("img").length;
  for (const found of [...body.querySelectorAll("*")]) undress(found);
  if (body.querySelectorAll("img").length < pictures) notice("[data-lost]", words.lostPictures);
  return body.innerHTML;
}

// A picture alone (a screenshot) is uploaded, and the words that tell it are asked for.
function pastePicture(_view, { clipboardData }) {
  const file = [...(clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
  if (!file || clipboardData.types.includes("text/html")) return false;
  const carried = new DataTransfer(), input = dialogs.picture.querySelector("[data-upload]");
  carried.items.add(file);
  openPicture("picture");
  input.files = carried.files;
  input.dispatchEvent(new Event("change"));
  return true;
}

function dropComments(within) {
  const walker = document.createTreeWalker(within, NodeFilter.SHOW_COMMENT), found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  for (const comment of found) comment.remove();
}

function rename(found, tag) {
  const made = found.ownerDocument.createElement(tag);
  made.append(...found.childNodes);
  found.replaceWith(made);
  return made;
}

// Word writes a list as paragraphs; the sign before each, kept for programs that know no lists, tells numbers from dots.
function listWordParagraphs(body) {
  let open = [], before = null; // the open lists, outermost first
  for (const paragraph of [...body.querySelectorAll("p")]) {
    const level = Number(/mso-list:\s*l\d+\s+level(\d+)/i.exec(styleOf(paragraph))?.[1] ?? 0);
    if (!level) continue;
    const sign = [...paragraph.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(styleOf(span)));
    const tag = /^\s*(\d+|[a-z]{1,4})[.)]/i.test(sign?.textContent ?? "") ? "ol" : "ul";
    sign?.remove();
    if (before === null || before !== paragraph.previousElementSibling) open = [];
    open.length = Math.min(open.length, level);
    if (open.length === level && open[level - 1].localName !== tag) open.length = level - 1;
    while (open.length < level) {
      const list = body.ownerDocument.createElement(open.length === level - 1 ? tag : "ul");
      const home = open.at(-1)?.lastElementChild;
      if (home) home.append(list);
      else if (open.length) open.at(-1).append(list);
      else paragraph.before(list);
      open.push(list);
    }
    open.at(-1).append(rename(paragraph, "li"));
    before = open[0];
  }
}

function evenHeadings(body) {
  const shift = body.querySelector("h1") ? 1 : 0;
  for (const found of [...body.querySelectorAll("h1, h2, h3, h4, h5, h6")]) rename(found, `h${Math.min(4, Number(found.localName[1]) + shift)}`);
}

function plainCells(body) {
  for (const found of body.querySelectorAll("td table, th table, td img, th img")) found.replaceWith(found.textContent);
  for (const item of [...body.querySelectorAll(":is(td, th) :is(li, h1, h2, h3, h4, h5, h6, div, pre, blockquote)")]) rename(item, "p");
  for (const list of [...body.querySelectorAll(":is(td, th) :is(ul, ol)")]) list.replaceWith(...list.childNodes);
}

function undress(found) {
  const style = styleOf(found), tag = found.localName;
  if (tag.includes(":") || tag === "font" || (tag === "b" && /(^|[;\s])font-weight:\s*(normal|400)/i.test(style))) {
    found.replaceWith(...found.childNodes);
    return;
  }
  if (tag === "img" && !OWN.test(found.getAttribute("src") ?? "")) {
    found.remove();
    return;
  }
  if (tag === "a" && !OWN.test(found.getAttribute("href") ?? "")) {
    found.replaceWith(...found.childNodes);
    return;
  }
  for (const name of found.getAttributeNames()) if (!KEPT[tag]?.includes(name)) found.removeAttribute(name);
  if (tag !== "span" || !found.firstChild) return;
  for (const [pattern, mark] of [[/(^|[;\s])font-weight:\s*(bold|[6-9]00)/i, "strong"], [/(^|[;\s])font-style:\s*italic/i, "em"], [/line-through/i, "s"]]) {
    if (!pattern.test(style)) continue;
    const made = found.ownerDocument.createElement(mark);
    made.append(...found.childNodes);
    found.append(made);
  }
}
