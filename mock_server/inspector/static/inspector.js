// Copies the text of the element that a button names; everything else works without this file.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const told = document.querySelector("#copied");
  try {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
    told.textContent = "Copied.";
  } catch {
    told.textContent = "The browser does not allow copying; the command is at the end of the page.";
  }
});
