// [data-navigator]: which questions are answered, which were marked to come back to. Marks stay on this machine.
for (const list of document.querySelectorAll("[data-navigator]")) {
  const form = document.querySelector("[data-sitting]");
  const words = JSON.parse(form.dataset.words);
  const prefix = `lms ${form.dataset.person} ${form.dataset.attempt} mark `;
  const isAnswered = (item) => [...item.querySelectorAll("[name^=answer-]")].some((one) => (one.type === "radio" || one.type === "checkbox" ? one.checked : one.value.trim()));

  function draw(item) {
    const position = item.dataset.item;
    const link = list.querySelector(`[data-position="${position}"]`);
    const isMarked = item.querySelector(".mark").getAttribute("aria-pressed") === "true";
    link.classList.toggle("is-answered", isAnswered(item));
    link.classList.toggle("is-marked", isMarked);
    link.setAttribute("aria-label", [words.question.replace("{position}", position), isAnswered(item) ? words.answered : words.notAnswered, ...(isMarked ? [words.marked] : [])].join(", "));
  }

  for (const item of form.querySelectorAll("[data-item]")) {
    const key = prefix + item.dataset.item;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "mark", textContent: words.mark });
    const mark = (isMarked) => button.setAttribute("aria-pressed", isMarked);
    try { mark(localStorage.getItem(key) === "1"); } catch { mark(false); }
    button.addEventListener("click", () => {
      const isMarked = button.getAttribute("aria-pressed") !== "true";
      mark(isMarked);
      try { isMarked ? localStorage.setItem(key, "1") : localStorage.removeItem(key); } catch { /* then only until the page is left */ }
      draw(item);
    });
    item.append(button);
    draw(item);
  }
  form.addEventListener("change", ({ target }) => { const item = target.closest("[data-item]"); if (item) draw(item); });
  form.addEventListener("shown", () => form.querySelectorAll("[data-item]").forEach(draw));
}
