// What a lesson may hold: the same as its Markdown can say, and nothing else.
const { Node: Thing, Mark, mergeAttributes, tables } = TipTap;
const CALL_OUTS = ["scenario", "note", "try", "remember", "warning"];
const PLACE = /^\s*\[\[self-check:\s*([a-z0-9][a-z0-9-]*)\s*\]\]\s*$/;
const OWN = /^(files\/|lesson:|term:)/;

const Lesson = TipTap.Document.extend({ content: "(block|callOut|selfCheck)+" });

const Link = Mark.create({
  name: "link",
  inclusive: false,
  addAttributes: () => ({ href: { default: null } }),
  parseHTML: () => [{ tag: "a[href]" }],
  renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes, 0],
});

const Key = Mark.create({
  name: "kbd",
  exitable: true,
  keepOnSplit: false,
  excludes: "_",
  parseHTML: () => [{ tag: "kbd" }],
  renderHTML: () => ["kbd", 0],
});

const CallOut = Thing.create({
  name: "callOut",
  group: "callOut",
  content: "block+",
  defining: true,
  addAttributes: () => ({ kind: { default: "note", rendered: false } }),
  parseHTML: () => CALL_OUTS.map((kind) => ({ tag: `div.call-out-${kind}`, attrs: { kind } })),
  renderHTML: ({ node }) => ["div", { class: `call-out-${node.attrs.kind}`, role: "group", "aria-label": words[node.attrs.kind] }, 0],
});

const alone = (paragraph) => paragraph.children.length === 1 && !paragraph.textContent.trim() && paragraph.firstElementChild.matches("img[src^='files/']");
const pictureIn = (found) => found.querySelector("img") ?? found;

const Picture = Thing.create({
  name: "picture",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => ({
    src: { default: "", parseHTML: (found) => pictureIn(found).getAttribute("src") },
    alt: { default: "", parseHTML: (found) => pictureIn(found).getAttribute("alt") ?? "" },
  }),
  parseHTML: () => [
    { tag: "p", priority: 70, getAttrs: (paragraph) => (alone(paragraph) ? null : false) },
    { tag: "img[src^='files/']" },
  ],
  renderHTML: ({ HTMLAttributes }) => ["img", HTMLAttributes],
  addNodeView: () => showPicture,
});

const SelfCheck = Thing.create({
  name: "selfCheck",
  group: "selfCheck",
  atom: true,
  draggable: true,
  addAttributes: () => ({
    key: {
      default: "",
      parseHTML: (found) => found.dataset.selfCheck ?? PLACE.exec(found.textContent)?.[1] ?? "",
      renderHTML: ({ key }) => ({ "data-self-check": key }),
    },
  }),
  parseHTML: () => [
    { tag: "div[data-self-check]" },
    { tag: "p", priority: 70, getAttrs: (paragraph) => (PLACE.test(paragraph.textContent) ? null : false) },
  ],
  renderHTML: ({ HTMLAttributes }) => ["div", HTMLAttributes],
  addNodeView: () => showCheck,
});

// Tables: a plain grid, the column's side as a class; never a width, a merged cell or a style.
const one = { default: 1, rendered: false, parseHTML: () => 1 };
const cell = {
  content: "paragraph+",
  isolating: true,
  addAttributes: () => ({
    colspan: one,
    rowspan: one,
    colwidth: { default: null, rendered: false, parseHTML: () => null },
    side: {
      default: null,
      parseHTML: (found) => ["right", "center"].find((side) => found.classList.contains(side)) ?? null,
      renderHTML: ({ side }) => (side ? { class: side } : {}),
    },
  }),
};
const Cell = Thing.create({ ...cell, name: "tableCell", tableRole: "cell", parseHTML: () => [{ tag: "td" }], renderHTML: ({ HTMLAttributes }) => ["td", HTMLAttributes, 0] });
const HeadCell = Thing.create({ ...cell, name: "tableHeader", tableRole: "header_cell", parseHTML: () => [{ tag: "th" }], renderHTML: ({ HTMLAttributes }) => ["th", HTMLAttributes, 0] });
const Row = Thing.create({ name: "tableRow", content: "(tableCell|tableHeader)*", tableRole: "row", parseHTML: () => [{ tag: "tr" }], renderHTML: () => ["tr", 0] });
const Table = Thing.create({
  name: "table",
  group: "block",
  content: "tableRow+",
  tableRole: "table",
  isolating: true,
  parseHTML: () => [{ tag: "table" }],
  renderHTML: () => ["table", ["tbody", 0]],
  addKeyboardShortcuts() {
    const go = (step) => () => this.editor.commands.command(({ state, dispatch }) => tables.goToNextCell(step)(state, dispatch));
    return { Tab: go(1), "Shift-Tab": go(-1) };
  },
  addProseMirrorPlugins: () => [tables.tableEditing()],
  extendNodeSchema(extension) {
    const context = { name: extension.name, options: extension.options, storage: extension.storage };
    return { tableRole: TipTap.callOrReturn(TipTap.getExtensionField(extension, "tableRole", context)) };
  },
});

// How pictures, recordings and questions look while one writes: as learners see them, with what the trainer may do.
function shownBox(node, getPos, editor, draw) {
  const dom = element("div", { class: "shown", contenteditable: "false" });
  let current = node;
  const redrawn = () => { dom.replaceChildren(...draw(current, getPos, editor)); };
  drawn.add(redrawn);
  redrawn();
  return {
    dom,
    update(next) {
      if (next.type !== current.type) return false;
      current = next;
      redrawn();
      return true;
    },
    stopEvent: (event) => Boolean(event.target.closest?.("button, video, audio")),
    ignoreMutation: () => true,
    destroy: () => drawn.delete(redrawn),
  };
}

function showPicture({ node, getPos, editor }) {
  return shownBox(node, getPos, editor, ({ attrs: { src, alt } }) => {
    const file = fileOf(src), kind = mediumOf(src);
    const edit = element("button", { type: "button", class: "link small" }, words.edit);
    edit.addEventListener("click", () => openPicture(kind ? "media" : "picture", { pos: getPos(), src, alt }));
    const about = element("p", { class: "small muted about" }, `${kind ? words[kind] : words.picture}: ${alt || words.noAlt} `, edit);
    if (!file) return [element("p", { class: "notice warn" }, words.missingFile, " ", src), about];
    if (kind) return [element(kind, { controls: "", preload: "none", src: file.address, "aria-label": alt || words[kind] }), about];
    return [element("img", { src: file.address, alt }), about];
  });
}

function showCheck({ node, getPos, editor }) {
  return shownBox(node, getPos, editor, ({ attrs: { key } }) => {
    const check = material.checks.find((one) => one.key === key);
    const box = element("div", { class: "check" }, element("p", { class: "question-number" }, words.check, " ", element("span", { class: "small muted" }, key)));
    if (!check) box.append(element("p", { class: "muted" }, words.missingCheck));
    else {
      const text = element("div", { class: "question-text" });
      text.innerHTML = check.text; // cleaned by the server
      const list = element("ul");
      for (const option of check.options) {
        const item = element("li");
        item.innerHTML = option.text;
        if (option.correct) item.append(" ", element("strong", {}, `(${words.right})`));
        list.append(item);
      }
      box.append(text, list);
    }
    return [box];
  });
}
