// [data-inbox]: the list of messages shows which ones have been decided.
for (const inbox of document.querySelectorAll("[data-inbox]")) {
  const draw = () => {
    for (const mark of inbox.querySelectorAll("[data-mark]")) mark.hidden = !mark.closest("details").querySelector("select").value;
  };
  inbox.addEventListener("change", draw);
  inbox.closest("form")?.addEventListener("shown", draw);
  draw();
}
