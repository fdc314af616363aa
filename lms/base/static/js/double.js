// A form is sent once: its buttons rest while the answer is on its way (the server would give the first answer again anyway).
for (const form of document.querySelectorAll("form[method=post]:not([data-own])")) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = true; });
    addEventListener("pageshow", (shown) => {
      if (shown.persisted) for (const button of form.querySelectorAll("button")) button.disabled = false;
    });
  });
}
