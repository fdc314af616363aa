// [data-check]: a self-check question answers at once, under the option that was chosen. Without script the explanations stand in <details>.
for (const check of document.querySelectorAll("[data-check]")) {
  const told = check.querySelector("[data-told]");
  check.querySelector("details").hidden = true;
  check.addEventListener("change", () => {
    const whys = [];
    for (const input of check.querySelectorAll("input")) {
      const label = input.closest("label");
      label.nextElementSibling?.matches(".why") && label.nextElementSibling.remove();
      if (!input.checked) continue;
      const why = check.querySelector(`[data-why="${input.value}"] .why`).cloneNode(true);
      label.after(why);
      whys.push(why.textContent.trim());
    }
    told.textContent = whys.join(" ");
  });
}
