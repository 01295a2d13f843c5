// Takes the person to what needs them first: the error summary, or the receipt.
// Without this script the page is the same and the summary is still on top.
document.addEventListener("DOMContentLoaded", () => {
  const target = document.querySelector("[data-focus]");
  if (target) {
    target.focus();
  }
});
