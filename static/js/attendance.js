// Puts a box above each day that ticks or unticks the whole column of this page.
// Without this script every box is ticked by hand; the server knows no difference.
document.addEventListener("DOMContentLoaded", () => {
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
