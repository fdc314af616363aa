// [data-reveal]: a tick that shows the passwords of its form while it is set. It is hidden where there is no script.
for (const label of document.querySelectorAll("[data-reveal]")) {
  const fields = label.closest("form").querySelectorAll("input[type=password]");
  label.hidden = false;
  label.querySelector("input").addEventListener("change", (event) => {
    for (const field of fields) field.type = event.target.checked ? "text" : "password";
  });
}
