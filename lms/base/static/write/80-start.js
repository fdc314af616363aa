// The page begins as the visual editor; "Xem mã nguồn" shows the Markdown instead.
const visual = find("[data-visual]"), sourceBox = find("[data-source]"), switcher = find("[data-switch]");
const area = form.elements.source;

const editor = new TipTap.Editor({
  element: find("[data-page]"),
  injectCSS: false,
  extensions: [
    Lesson, TipTap.Paragraph, TipTap.Text, TipTap.Heading.configure({ levels: [2, 3, 4] }), TipTap.Bold, TipTap.Italic, TipTap.Strike, TipTap.Code,
    TipTap.CodeBlock, TipTap.Blockquote, TipTap.BulletList, TipTap.OrderedList, TipTap.ListItem, TipTap.ListKeymap, TipTap.HardBreak,
    TipTap.HorizontalRule, TipTap.UndoRedo, TipTap.Gapcursor, Link, Key, CallOut, Picture, SelfCheck, Table, Row, Cell, HeadCell, Reach,
  ],
  content: form.dataset.html,
  editorProps: {
    attributes: { class: "prose", role: "textbox", "aria-multiline": "true", "aria-labelledby": "writing-label", "aria-describedby": "writing-hint", lang: "vi" },
    transformPastedHTML: cleanPasted,
    handlePaste: pastePicture,
  },
  onUpdate: () => {
    isChangedHere = true;
    changed();
  },
  onTransaction: () => showState(),
});
form.removeAttribute("data-html");

function turn(to) {
  mode = to;
  visual.hidden = to !== "visual";
  sourceBox.hidden = to !== "source";
  switcher.textContent = to === "visual" ? words.source : words.visual;
}

async function switchMode() {
  switcher.disabled = true;
  const body = new FormData(), isToSource = mode === "visual";
  if (isToSource) body.append("html", editor.getHTML());
  else body.append("source", area.value);
  try {
    const { ok, told } = isToSource && !isChangedHere ? { ok: true, told: { source: area.value } } : await post(form.dataset.convert, body);
    if (!ok) say(told.error ?? words.failed, "lost");
    else if (isToSource) {
      area.value = told.source.trimEnd();
      if (told.left_out?.length) say([words.leftOut, ...told.left_out].join(" "), "lost");
    } else editor.commands.setContent(told.html, { emitUpdate: false });
    if (ok) {
      isChangedHere = false;
      turn(isToSource ? "source" : "visual");
      if (isToSource) area.focus();
      else editor.commands.focus("start");
    }
  } catch {
    say(words.failed, "lost");
  }
  switcher.disabled = false;
}

switcher.addEventListener("click", switchMode);
find("[data-switch-row]").hidden = false;
tools[0].tabIndex = 0;
showState();
turn("sourceOnly" in form.dataset || area.getAttribute("aria-invalid") ? "source" : "visual");
ping();
setInterval(ping, PING);
