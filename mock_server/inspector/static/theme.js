// The theme that was chosen, before anything is drawn; what it is changed by is in inspector.js.
document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "automatic";
