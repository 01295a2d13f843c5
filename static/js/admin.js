// What the admin's own pages leave unsaid to those who hear them or have only a keyboard.

// Names the boxes that Django's select2 makes out of lists: by themselves they say only
// the chosen value, and nothing at all while none is chosen.
const nameBoxes = () => {
  document.querySelectorAll("select.select2-hidden-accessible").forEach((select) => {
    const label = document.querySelector(`label[for="${select.id}"]`);
    const box = select.nextElementSibling;
    if (!label || !box) {
      return;
    }
    label.id = label.id || `${select.id}-label`;
    const single = box.querySelector(".select2-selection--single");
    if (single) {
      const value = single.querySelector(".select2-selection__rendered");
      single.setAttribute("aria-labelledby", `${label.id} ${value.id}`);
      value.setAttribute("aria-labelledby", label.id);
    }
    const search = `[aria-controls="select2-${select.id}-results"]`;
    const fields = [...box.querySelectorAll("input"), ...document.querySelectorAll(search)];
    fields
      .filter((field) => field !== single)
      .forEach((field) => field.setAttribute("aria-labelledby", label.id));
  });
};

// In tables of rows the heading of the column names the control; here it does so aloud too.
const nameCells = () => {
  document.querySelectorAll(".tabular td[class*='field-']").forEach((cell) => {
    const column = [...cell.classList].find((name) => name.startsWith("field-")).slice(6);
    const heading = cell.closest("table").querySelector(`th.column-${column}`);
    cell.querySelectorAll("input:not([type=hidden]), select, textarea").forEach((control) => {
      if (heading && !control.labels.length && !control.hasAttribute("aria-label")) {
        control.setAttribute("aria-label", heading.textContent.trim());
      }
    });
  });
};

// What scrolls sideways can be scrolled by keyboard.
const openToKeyboard = () => {
  document.querySelectorAll(".inline-group, .results").forEach((box) => {
    if (box.scrollWidth > box.clientWidth) {
      box.tabIndex = 0;
    }
  });
};

document.addEventListener("formset:added", nameCells);
document.addEventListener("DOMContentLoaded", () => {
  nameCells();
  openToKeyboard();
  if (document.querySelector("select.admin-autocomplete")) {
    new MutationObserver(nameBoxes).observe(document.body, { childList: true, subtree: true });
    nameBoxes();
  }
});
