// Adds the points up while levels are chosen, says what is not saved yet, folds the text on a
// phone, and lets Ctrl+Enter save the draft. The server counts again; without this script the
// total is that of the saved sheet.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-scoring]");
  if (!form) {
    return;
  }
  const comma = document.documentElement.lang.startsWith("en") ? "." : ",";
  const total = form.querySelector("[data-total]");
  const marked = form.querySelector("[data-marked]");
  const state = form.querySelector("[data-state]");
  let changed = false;

  const count = () => {
    let weighted = 0;
    let levels = 0;
    form.querySelectorAll("[data-weight]").forEach((criterion) => {
      const chosen = criterion.querySelector("input[type=radio]:checked");
      if (chosen) {
        weighted += Number(criterion.dataset.weight) * Number(chosen.value);
        levels += 1;
      }
    });
    total.textContent = (weighted / 5).toFixed(2).replace(".", comma);
    marked.textContent = String(levels);
  };

  const noteChange = () => {
    changed = true;
    state.textContent = form.dataset.unsaved;
    count();
  };

  form.addEventListener("change", noteChange);
  form.addEventListener("input", noteChange);
  form.addEventListener("submit", () => {
    changed = false;
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.querySelector("button[value=save]").click();
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) {
      event.preventDefault();
    }
  });
  if (window.matchMedia("(max-width: 59.99em)").matches) {
    document.querySelectorAll(".chapter").forEach((chapter) => chapter.removeAttribute("open"));
  }
  count();
});
