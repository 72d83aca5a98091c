// Makes the pages more convenient; everything works without this file, but for "Copy as curl".

// Copies the text of the element that a button names.
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

const isLive = (event) => event.detail.ctx.sourceElement?.matches?.("[data-live]");

// A tab that nobody sees asks for nothing, so that any number of them costs nothing.
document.addEventListener("htmx:before:request", (event) => {
  if (isLive(event) && document.hidden) event.preventDefault();
});

// What was left blank is no part of the address.
document.addEventListener("htmx:config:request", (event) => {
  const { body } = event.detail.ctx.request;
  for (const [name, value] of [...body]) if (value === "") body.delete(name);
});

// A server that is gone is told of, until it is back.
const tell = (text) => {
  const told = document.querySelector("#lost");
  if (told && told.textContent !== text) told.textContent = text;
};
document.addEventListener("htmx:error", (event) => {
  if (isLive(event)) tell("The server does not answer. This page goes on as soon as it does.");
});
document.addEventListener("htmx:after:request", (event) => {
  if (isLive(event)) tell("");
});
