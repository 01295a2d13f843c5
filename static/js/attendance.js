// Takes the focus to the empty row at once (a browser does it later, and whoever types fast
// loses letters), and puts a box above each day that ticks the whole column of this page.
// Without this script the page works the same, box by box; the server knows no difference.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[autofocus]")?.focus();
  const form = document.querySelector("#ticks");
  if (!form) {
    return;
  }
  for (const heading of form.querySelectorAll("th[data-day]")) {
    const boxes = [...form.querySelectorAll("input[name=tick]")].filter((box) =>
      box.value.endsWith(`:${heading.dataset.day}`),
    );
    const all = document.createElement("input");
    all.type = "checkbox";
    all.className = "form-check-input";
    all.checked = boxes.every((box) => box.checked);
    all.setAttribute("aria-label", `${heading.dataset.all} ${heading.textContent.trim()}`);
    all.addEventListener("change", () => {
      for (const box of boxes) {
        box.checked = all.checked;
      }
    });
    const label = document.createElement("label");
    label.className = "tick";
    label.append(all);
    heading.append(label);
  }
});
