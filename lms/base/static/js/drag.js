// [data-drag]: rows that are moved by their buttons can also be dragged by their dots, with mouse, pen or finger.
for (const form of document.querySelectorAll("[data-drag]")) {
  const rows = [...form.querySelectorAll("[data-row]")];
  for (const shown of [...form.querySelectorAll("[data-grip]"), ...document.querySelectorAll("[data-drag-hint]")]) shown.hidden = false;
  const isSection = (row) => row.dataset.row.startsWith("section:");
  let dragged = null, target = null;
  const unmark = () => rows.forEach((row) => row.classList.remove("is-before", "is-after", "is-dragged"));
  const places = () => rows.filter((row) => !isSection(dragged) || isSection(row));
  const find = (y) => {
    unmark();
    dragged.classList.add("is-dragged");
    target = places().find((row) => y < row.getBoundingClientRect().top + row.offsetHeight / 2) ?? "end";
    if (target === "end") rows.at(-1).classList.add("is-after");
    else target.classList.add("is-before");
  };
  const stop = (drop) => {
    const name = dragged.dataset.row;
    const own = rows.indexOf(dragged);
    const stays = target === null || target === dragged || (target === "end" ? own === rows.length - 1 : !isSection(dragged) && rows[own + 1] === target);
    dragged = null;
    unmark();
    if (!drop || stays) return;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "move";
    field.value = target === "end" ? `${name} end` : `${name} before ${target.dataset.row}`;
    form.append(field);
    form.requestSubmit();
  };
  for (const grip of form.querySelectorAll("[data-grip]")) {
    grip.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      dragged = grip.closest("[data-row]");
      target = null;
    });
    grip.addEventListener("pointermove", (event) => {
      if (!dragged) return;
      if (event.clientY < 60) scrollBy(0, -12);
      if (event.clientY > innerHeight - 60) scrollBy(0, 12);
      find(event.clientY);
    });
    grip.addEventListener("pointerup", () => dragged && stop(true));
    grip.addEventListener("pointercancel", () => dragged && stop(false));
  }
  addEventListener("keydown", (event) => event.key === "Escape" && dragged && stop(false));
}
