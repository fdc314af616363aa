// button[data-preview=ID]: shows what its formaction answers in the element of that id, without leaving the page.
for (const button of document.querySelectorAll("button[data-preview]")) {
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    const place = document.getElementById(button.dataset.preview);
    button.disabled = true;
    try {
      const answer = await fetch(button.formAction, { method: "POST", body: new FormData(button.form), headers: { Accept: "text/html" } });
      const shown = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(place.id);
      if (!shown) throw new Error(String(answer.status));
      place.replaceChildren(...shown.childNodes);
      place.focus();
      place.scrollIntoView();
    } catch {
      button.form.action = button.formAction;
      button.form.submit();
    } finally {
      button.disabled = false;
    }
  });
}
