// form[data-editor]: a question is written by keyboard only. Enter goes on to the next field (Shift+Enter makes a line), Ctrl+Enter presses
// [data-next]; a row is added below the last one when it is written in; fields of one line grow with their text.
for (const form of document.querySelectorAll("form[data-editor]")) {
  const grow = (area) => { area.style.height = "auto"; area.style.height = `${area.scrollHeight + 2}px`; };
  const fields = () => [...form.querySelectorAll("textarea, input:not([type=hidden]), select, [data-next]")].filter((field) => field.offsetParent);
  for (const area of form.querySelectorAll("textarea[data-line]")) grow(area);
  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.querySelector("[data-next]").click();
    } else if (!event.shiftKey && field.matches("input, textarea[data-line]")) {
      event.preventDefault();
      const all = fields();
      all[all.indexOf(field) + 1].focus();
    }
  });
  form.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-line]")) grow(event.target);
    const rows = event.target.closest("[data-rows]"), row = event.target.closest(".written-row");
    if (!rows || row !== rows.lastElementChild || !event.target.value || rows.querySelectorAll(".written-row").length >= rows.dataset.rows) return;
    const number = rows.querySelectorAll(".written-row").length, next = row.cloneNode(true);
    const put = (text) => text.replace(new RegExp(`\\b${number}\\b`), number + 1);
    next.querySelector(".row-number").textContent = number + 1;
    for (const field of next.querySelectorAll("input, textarea, select")) {
      for (const name of ["id", "name", "aria-label"]) if (field.hasAttribute(name)) field.setAttribute(name, put(field.getAttribute(name)));
      if (field.type === "radio") field.value = number + 1;
      else if (field.type !== "checkbox" && field.tagName !== "SELECT") field.value = "";
      field.checked = false;
    }
    for (const label of next.querySelectorAll(".hidden-visually")) label.textContent = put(label.textContent);
    rows.append(next);
  });
}
