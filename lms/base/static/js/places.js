// [data-places]: a click on a place of the picture ticks its box in the list, and a place whose box is ticked is drawn as chosen.
for (const question of document.querySelectorAll("[data-places]")) {
  const boxes = new Map([...question.querySelectorAll("input[type=checkbox]")].map((box) => [box.value, box]));
  const places = [...question.querySelectorAll("[data-place]")];
  const draw = () => places.forEach((place) => place.classList.toggle("is-chosen", boxes.get(place.dataset.place)?.checked ?? false));
  question.querySelector("svg").classList.add("is-live");
  for (const place of places) {
    place.addEventListener("click", () => {
      const box = boxes.get(place.dataset.place);
      box.checked = !box.checked;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  question.addEventListener("change", draw);
  question.closest("form")?.addEventListener("shown", draw);
  draw();
}
