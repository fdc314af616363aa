// What the buttons of the toolbar do, and how they are reached by keyboard: one stop of the Tab key, arrows within, Esc back to the text.
function calloutAround({ selection: { $from } }) {
  for (let depth = $from.depth; depth > 0; depth -= 1) if ($from.node(depth).type.name === "callOut") return depth;
  return 0;
}

function setCallOut(kind) {
  return ({ state, tr, dispatch }) => {
    const { $from, $to } = state.selection, depth = calloutAround(state), type = state.schema.nodes.callOut;
    if (depth && kind === "none") {
      const range = state.doc.resolve($from.start(depth)).blockRange(state.doc.resolve($from.end(depth)));
      if (dispatch) tr.lift(range, range.depth - 1);
      return true;
    }
    if (depth) {
      if (dispatch) tr.setNodeMarkup($from.before(depth), null, { kind });
      return true;
    }
    const range = $from.blockRange($to, (node) => node.type.name === "doc");
    if (kind === "none" || !range) return false;
    for (let at = range.startIndex; at < range.endIndex; at += 1) if (!type.contentMatch.matchType(state.doc.child(at).type)) return false;
    if (dispatch) tr.wrap(range, [{ type, attrs: { kind } }]);
    return true;
  };
}

function toRight({ state, tr, dispatch }) {
  if (!tables.isInTable(state)) return false;
  const { left, map, table, tableStart } = tables.selectedRect(state);
  const places = Array.from({ length: map.height }, (_, row) => map.map[row * map.width + left]);
  const side = table.nodeAt(places.at(-1)).attrs.side === "right" ? null : "right";
  if (dispatch) for (const place of places) tr.setNodeMarkup(tableStart + place, null, { ...table.nodeAt(place).attrs, side });
  return true;
}

function insertTable({ state, tr, dispatch }) {
  const { tableCell, tableHeader, tableRow, table } = state.schema.nodes;
  const row = (type) => tableRow.create(null, [0, 1, 2].map(() => type.createAndFill()));
  if (!dispatch) return true;
  if (tr.selection.node) tr.setSelection(TipTap.TextSelection.near(tr.doc.resolve(tr.selection.to)));
  const start = tr.selection.from + 1;
  tr.replaceSelectionWith(table.create(null, [row(tableHeader), row(tableCell), row(tableCell)]));
  tr.setSelection(TipTap.TextSelection.near(tr.doc.resolve(start))).scrollIntoView();
  return true;
}

const plain = (command) => ({ state, dispatch }) => command(state, dispatch);
const inOne = (make) => (chain) => chain.command(make);
const heading = (level) => (chain) => chain.setHeading({ level });
const DO = {
  paragraph: (chain) => chain.clearNodes(),
  "heading-2": heading(2), "heading-3": heading(3), "heading-4": heading(4),
  blockquote: (chain) => chain.toggleBlockquote(), codeBlock: (chain) => chain.toggleCodeBlock(),
  bold: (chain) => chain.toggleBold(), italic: (chain) => chain.toggleItalic(), strike: (chain) => chain.toggleStrike(),
  kbd: (chain) => chain.toggleMark("kbd"),
  bulletList: (chain) => chain.toggleBulletList(), orderedList: (chain) => chain.toggleOrderedList(),
  ...Object.fromEntries([...CALL_OUTS, "none"].map((kind) => [`callOut-${kind}`, inOne(setCallOut(kind))])),
  rule: (chain) => chain.setHorizontalRule(),
  "table-insert": inOne(insertTable), "table-right": inOne(toRight),
  "table-row": inOne(plain(tables.addRowAfter)), "table-column": inOne(plain(tables.addColumnAfter)),
  "table-row-off": inOne(plain(tables.deleteRow)), "table-column-off": inOne(plain(tables.deleteColumn)), "table-off": inOne(plain(tables.deleteTable)),
  undo: (chain) => chain.undo(), redo: (chain) => chain.redo(),
};
const ASK = { picture: () => openPicture("picture"), media: () => openPicture("media"), link: () => openLink(), check: () => openCheck() };

const bar = find("[role=toolbar]");
const tools = [...bar.querySelectorAll(".tool")];
const menus = [...bar.querySelectorAll("[data-menu]")];
const listOf = (button) => button.nextElementSibling;
const styleButton = find("[data-menu=style]"), styleLabel = styleButton.firstChild.textContent.trim();

// The text has the focus at once, so that no key is lost on the way back to it.
function chain() {
  editor.view.focus();
  return editor.chain();
}

function act(name) {
  if (ASK[name]) return ASK[name]();
  return DO[name](chain()).run();
}

function close(button, isFocused) {
  listOf(button).hidden = true;
  button.setAttribute("aria-expanded", "false");
  if (isFocused) button.focus();
}

function open(button) {
  for (const other of menus) if (other !== button) close(other);
  listOf(button).hidden = false;
  button.setAttribute("aria-expanded", "true");
  listOf(button).querySelector("button:not([disabled])")?.focus();
}

function rove(to) {
  for (const tool of tools) tool.tabIndex = tool === to ? 0 : -1;
  to.focus();
}

bar.addEventListener("mousedown", (event) => { if (event.target.closest("button")) event.preventDefault(); });
bar.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.menu) {
    if (listOf(button).hidden) open(button);
    else close(button, true);
    return;
  }
  for (const menu of menus) close(menu);
  if (button.matches(".tool")) for (const tool of tools) tool.tabIndex = tool === button ? 0 : -1;
  act(button.dataset.do);
});
bar.addEventListener("keydown", (event) => {
  const item = event.target.closest("[role=menuitem]"), tool = event.target.closest(".tool");
  const among = item ? [...item.parentElement.querySelectorAll("button:not([disabled])")] : tools.filter((one) => !one.disabled);
  const at = among.indexOf(item ?? tool);
  const steps = item ? { ArrowDown: at + 1, ArrowUp: at - 1 } : { ArrowRight: at + 1, ArrowLeft: at - 1 };
  const to = { ...steps, Home: 0, End: among.length - 1 }[event.key];
  if (to !== undefined) {
    const next = among[(to + among.length) % among.length];
    if (item) next.focus();
    else rove(next);
  } else if (event.key === "ArrowDown" && tool?.dataset.menu) open(tool);
  else if (event.key === "Escape" && item) close(item.parentElement.previousElementSibling, true);
  else if (event.key === "Escape") editor.view.focus();
  else return;
  event.preventDefault();
});
bar.addEventListener("focusout", (event) => {
  for (const menu of menus) if (!menu.parentElement.contains(event.relatedTarget)) close(menu);
});

const Reach = TipTap.Extension.create({
  name: "reach",
  addKeyboardShortcuts: () => ({
    "Alt-F10": () => {
      (tools.find((tool) => tool.tabIndex === 0) ?? tools[0]).focus();
      return true;
    },
  }),
});

function showState() {
  for (const tool of tools) if (tool.hasAttribute("aria-pressed")) tool.setAttribute("aria-pressed", String(editor.isActive(tool.dataset.do)));
  const isIn = editor.isActive("table");
  for (const button of find("[aria-label][role=menu]", find("[data-menu=table]").parentElement).querySelectorAll("button")) {
    button.disabled = (button.dataset.do === "table-insert") === isIn;
  }
  const style = [2, 3, 4].find((level) => editor.isActive("heading", { level }));
  const name = style ? `heading-${style}` : ["codeBlock", "blockquote"].find((one) => editor.isActive(one)) ?? "paragraph";
  const said = find(`[data-do="${name}"]`).textContent;
  if (styleButton.firstChild.textContent !== `${said} `) styleButton.firstChild.textContent = `${said} `;
  styleButton.setAttribute("aria-label", `${styleLabel}: ${said}`);
}
