// [data-deadline]: time left by the server's clock. All instants come from the server; only the time that passed since is measured here, by a
// clock that nobody can set. Each receipt puts it right again, and says it when more time was given. At the end the form hears "time-over".
for (const timer of document.querySelectorAll("[data-deadline]")) {
  const form = document.querySelector("[data-sitting]");
  const notice = document.querySelector("[data-time-notice]");
  const words = JSON.parse(form.dataset.words);
  let since = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
  let deadline = Number(timer.dataset.deadline);
  let left = deadline - Number(timer.dataset.now);
  let minutes = Infinity;
  let isTold = false;
  timer.closest("[data-clock]").hidden = false;
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((left - (performance.now() - since)) / 1000));
    const pad = (n) => String(n).padStart(2, "0");
    timer.textContent = `${pad(Math.floor(seconds / 60))}:${pad(seconds % 60)}`;
    timer.classList.toggle("is-short", seconds <= 120);
    const mark = [1, 5].find((n) => seconds <= n * 60);
    if (mark && mark < minutes && seconds) {
      minutes = mark;
      notice.textContent = words.minutesLeft.replace("{n}", Math.ceil(seconds / 60));
    }
    if (seconds || isTold) return;
    isTold = true;
    form.dispatchEvent(new Event("time-over"));
  };
  form.addEventListener("clock", ({ detail }) => {
    if (!detail.deadline) return;
    if (detail.deadline > deadline) {
      minutes = Infinity;
      isTold = false;
      notice.classList.remove("hidden-visually");
      notice.textContent = words.moreTime.replace("{until}", detail.until);
    }
    deadline = detail.deadline;
    document.querySelector("[data-until]").textContent = words.until.replace("{until}", detail.until);
    left = deadline - detail.now;
    since = performance.now();
  });
  setInterval(tick, 500);
  setTimeout(tick);
}
