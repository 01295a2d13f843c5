// Counts what is typed under a long answer, as the server counts it. Without this script the
// limit stands in the hint and the server says when it is passed.
document.addEventListener("DOMContentLoaded", () => {
  for (const area of document.querySelectorAll("textarea[data-limit]")) {
    const limit = Number(area.dataset.limit);
    const count = document.createElement("p");
    count.className = "hint";
    const show = () => {
      const length = Array.from(area.value.normalize("NFC").trim()).length;
      count.textContent = `${length} / ${limit}`;
      count.classList.toggle("invalid-feedback", length > limit);
    };
    area.addEventListener("input", show);
    area.after(count);
    show();
  }
});
