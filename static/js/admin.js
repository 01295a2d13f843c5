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

document.addEventListener("DOMContentLoaded", () => {
  if (document.querySelector("select.admin-autocomplete")) {
    new MutationObserver(nameBoxes).observe(document.body, { childList: true, subtree: true });
    nameBoxes();
  }
});
