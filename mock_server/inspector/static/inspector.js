// Makes the pages more convenient; everything works without this file, but for copying and keys.

const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const isWide = () => matchMedia("(min-width: 1100px)").matches;

// Copies the text of the element that a button names.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const told = button.parentElement.querySelector(".copied") || one("#done");
  try {
    await navigator.clipboard.writeText(one(button.dataset.copy).textContent);
    told.textContent = "Copied.";
  } catch {
    told.textContent = "The browser does not allow copying; the text can be selected.";
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-link]");
  if (!button) return;
  const link = new URL(button.dataset.link, location).href;
  const told = button.parentElement.querySelector(".copied");
  await navigator.clipboard.writeText(link).then(() => (told.textContent = "Copied."), () => (told.textContent = link));
});

// Puts the corrected body into the editor, which explains it at once.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-apply]");
  const area = one("#body");
  if (!button || !area) return;
  area.value = one(button.dataset.apply).textContent;
  one("code-editor")?.refresh?.();
  area.form.dispatchEvent(new Event("explain"));
});

// The theme: the system's, or one that was chosen.
const THEMES = ["automatic", "light", "dark"];
const showTheme = () => {
  if (one("#theme")) one("#theme").textContent = `Theme: ${document.documentElement.dataset.theme}`;
};
one("#theme")?.addEventListener("click", () => {
  const { dataset } = document.documentElement;
  dataset.theme = THEMES[(THEMES.indexOf(dataset.theme) + 1) % THEMES.length];
  localStorage.setItem("theme", dataset.theme);
  showTheme();
});
showTheme();

// Times: the reader's own, and in lists how long ago.
const ago = (seconds) => {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86400 ? `${Math.floor(seconds / 3600)} h` : null;
};
const tellTimes = () => {
  for (const each of all("time[datetime]")) {
    const at = new Date(each.dateTime);
    if (Number.isNaN(at.valueOf())) continue;
    const short = each.closest(".when") && ago((Date.now() - at) / 1000);
    const isDay = each.matches(".timeline h3 time");
    const told = isDay ? {} : { timeStyle: each.closest(".spark, figure, .chart ~ details") ? "short" : "medium" };
    if (isDay || !each.closest(".timeline") || each.closest(".rail")) told.dateStyle = "medium";
    const text = short || at.toLocaleString(undefined, told);
    if (each.textContent !== text) each.textContent = text;
  }
  const ticks = all(".chart text[data-at]").map((each) => [each, new Date(each.dataset.at)]);
  for (const [each, at] of ticks) {
    const isOneDay = ticks.every(([, other]) => other.toDateString() === at.toDateString());
    const day = isOneDay ? {} : { month: "short", day: "numeric" };
    each.textContent = at.toLocaleString(undefined, { ...day, hour: "2-digit", minute: "2-digit" });
  }
  // A day is named once, and is the reader's.
  let named;
  for (const each of all(".timeline > li > h3")) {
    each.hidden = each.textContent === named;
    named = each.textContent;
  }
};
tellTimes();
setInterval(tellTimes, 10_000);
document.addEventListener("htmx:after:swap", tellTimes);
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail.ctx?.target;
  if ((target?.id ?? target) !== "result" && !String(target).includes("result")) return;
  if (one("#stale")) one("#stale").hidden = true;
  showMail();
  markPlaces();
});

// A result that is a mail is shown as one; any other leaves the frame hidden.
const showMail = () => {
  if (one("#mail")) one("#mail").hidden = true;
  if (one("#result[data-mail]")) one("#as-mail")?.click();
};
one("#as-mail")?.addEventListener("click", () => (one("#mail").hidden = false));
addEventListener("load", showMail);

// The list, and one event beside it.
const rows = () => all("#events [data-row]");
let chosen = one("#events [data-row][aria-current]")?.dataset.row;
const mark = () => {
  for (const each of rows()) {
    if (each.dataset.row === chosen) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
};

// Only the newest request may fill the pane, and until it has, the pane refuses every action: what
// it still shows is another event than the chosen row.
let loading = new AbortController();
const fill = async (href) => {
  loading.abort();
  loading = new AbortController();
  const { signal } = loading;
  const pane = one("#pane");
  const name = `Event ${chosen}`;
  one(".split").classList.add("with-pane");
  pane.inert = true;
  pane.setAttribute("aria-busy", "true");
  try {
    await new Promise((go) => setTimeout(go, 40)); // a key that is held asks for the last row alone
    if (signal.aborted) return;
    const answer = await fetch(href, { signal });
    const text = await answer.text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const event = page.querySelector("#event");
    if (signal.aborted) return;
    if (event) pane.replaceChildren(event);
    else say(pane, name, "It could not be shown: it may have been deleted. The list has what is there.");
    htmx.process(pane);
    tellTimes();
  } catch {
    if (signal.aborted) return;
    say(pane, name, "The server does not answer. Choose the row again once it does.");
  }
  pane.scrollTop = 0;
  pane.inert = false;
  pane.removeAttribute("aria-busy");
};
const say = (pane, name, text) => {
  const title = document.createElement("h2");
  const told = document.createElement("p");
  title.textContent = name;
  told.textContent = text;
  told.className = "note";
  told.setAttribute("role", "alert");
  pane.replaceChildren(title, told);
};
const choose = (row) => {
  chosen = row.dataset.row;
  mark();
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  if (!one("#pane") || !isWide()) return;
  const address = new URL(location);
  address.searchParams.set("show", chosen);
  history.replaceState(history.state, "", address);
  fill(row.href);
};
// List and detail stand side by side from the start: the first dropped event, else the newest.
if (!chosen && one("#pane") && isWide()) {
  const first = one("#events [data-row]:has(.dot.ignored, .dot.rejected)") || one("#events [data-row]");
  if (first) {
    chosen = first.dataset.row;
    mark();
    fill(first.href);
  }
}
document.addEventListener("click", (event) => {
  const row = event.target.closest("#events [data-row]");
  if (!row || !isWide() || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (row.dataset.row === chosen && event.detail > 1) location.href = row.href;
  else choose(row);
});

// The brush: to drag over bars of the sparkline, or to reach over them with Shift and the arrows and
// then press Enter, shows the events of their time.
let from = null;
let to = null;
const bars = () => all(".spark g");
const within = (bar) => Math.max(0, Math.min(bars().length - 1, bar));
const barAt = (event) => {
  const box = one(".spark svg").getBoundingClientRect();
  return within(Math.floor(((event.clientX - box.left) / box.width) * bars().length));
};
const brush = (bar) => {
  to = bar;
  const [first, last] = [from, to].sort((one, other) => one - other);
  one("#brush").setAttribute("x", 10 * first);
  one("#brush").setAttribute("width", first === last ? 0 : 10 * (last - first + 1));
};
const showBrushed = () => {
  const [first, last] = [from, to].sort((one, other) => one - other);
  from = null;
  if (first === last) return false;
  const address = new URL(one(".spark a").getAttribute("href"), location);
  address.searchParams.set("q", `after:${bars()[first].dataset.start} before:${bars()[last].dataset.end}`);
  location.href = address.href;
  return true;
};
document.addEventListener("pointerdown", (event) => {
  if (event.button || !event.target.closest(".spark svg")) return;
  from = to = barAt(event);
  event.preventDefault(); // a link is not dragged away
});
document.addEventListener("pointermove", (event) => {
  if (from !== null && one("#brush") && event.buttons) brush(barAt(event));
});
document.addEventListener("pointerup", () => {
  if (from !== null && one(".spark svg")) showBrushed();
});
document.addEventListener("keydown", (event) => {
  const bar = event.target.closest(".spark a")?.parentElement;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (bar && step && event.shiftKey) {
    from ??= to = bars().indexOf(bar);
    brush(within(to + step));
    event.preventDefault();
  } else if (bar && event.key === "Enter" && from !== null) {
    if (showBrushed()) event.preventDefault();
  } else if (event.key !== "Shift" && from !== null) {
    brush(from);
    from = null;
  }
});

// The command bar: what is typed is looked up, arrows choose, Enter goes there.
const choices = () => all("#jump-list a");
document.addEventListener("keydown", (event) => {
  const bar = one("#jump");
  if ((event.ctrlKey || event.metaKey) && event.key === "k" && bar) {
    event.preventDefault();
    if (!bar.open) bar.showModal();
    one("#jump-to").select();
    htmx.trigger("#jump-to", "jump");
    return;
  }
  if (!bar?.open) return;
  const at = choices().indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const next = at + step;
    if (next < 0) one("#jump-to").focus();
    else choices()[Math.min(next, choices().length - 1)]?.focus();
    event.preventDefault();
  } else if (event.key === "Enter" && event.target.id === "jump-to") {
    choices()[0]?.click();
    event.preventDefault();
  }
});

// Keys, unless somebody is typing.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && one("#explain")) {
    if (!event.defaultPrevented) one("#explain").click();
    return;
  }
  if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const at = rows().findIndex((each) => each.dataset.row === chosen);
  const go = { j: at + 1, k: at - 1 }[event.key];
  const neighbour = { j: one("a[rel=next]"), k: one("a[rel=prev]") }[event.key];
  if (go !== undefined && rows()[Math.max(go, 0)]) choose(rows()[Math.max(go, 0)]);
  else if (go !== undefined && neighbour) neighbour.click();
  else if (event.key === "Enter" && event.target.matches("[data-row]")) location.href = event.target.href;
  else if (event.key === "/" && one("#search")) one("#search").focus();
  else if (event.key === "t") location.href = one("#menu a[href$='/try']").href;
  else if (event.key === "?") one("#keys").showModal();
  else return;
  event.preventDefault();
});

// The editor explains while one types, after a pause; until then the verdict is of another text.
let pause;
document.addEventListener("input", (event) => {
  const form = event.target.closest(".editor");
  if (!form) return;
  if (one("#result h2") && one("#stale")) one("#stale").hidden = false;
  clearTimeout(pause);
  if ("explains" in form.dataset) pause = setTimeout(() => form.dispatchEvent(new Event("explain")), 700);
});
document.addEventListener("submit", () => clearTimeout(pause), true);
const markPlaces = () => {
  const found = all("#marks [data-path]").map((each) => ({
    path: JSON.parse(each.dataset.path),
    message: each.textContent,
  }));
  one("code-editor")?.mark?.(found);
};
document.addEventListener("ready", markPlaces);

// Dropped events that nobody has seen are counted in the title and the icon.
const title = document.title;
let seen = Number(one("#events")?.dataset.dropped ?? 0);
const count = () => {
  const dropped = Number(one("#events")?.dataset.dropped ?? 0);
  if (!document.hidden || dropped < seen) seen = dropped;
  document.title = dropped > seen ? `(${dropped - seen}) ${title}` : title;
  const icon = one("#icon");
  icon.dataset.plain ??= icon.href;
  const wanted = dropped > seen ? icon.dataset.alert : icon.dataset.plain;
  if (icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
};
document.addEventListener("visibilitychange", count);
document.addEventListener("htmx:after:swap", () => { mark(); count(); });

const isLive = (event) => event.detail.ctx.sourceElement?.matches?.("[data-live]");

// A list does not move under somebody who reads further down: new rows wait for a click.
document.addEventListener("htmx:before:swap", (event) => {
  const kept = one("#events .rows");
  if (!isLive(event) || !kept || scrollY < 120) return;
  for (const { fragment } of event.detail.tasks) {
    const list = fragment?.querySelector?.(".rows");
    const newest = Number(kept.querySelector("[data-row]")?.dataset.row);
    const news = [...(list?.querySelectorAll("[data-row]") ?? [])].filter((each) => Number(each.dataset.row) > newest);
    if (!news.length) continue;
    const button = fragment.querySelector("#news");
    button.hidden = false;
    button.textContent = `${news.length === list.children.length ? `${news.length}+` : news.length} new`;
    list.replaceWith(kept.cloneNode(true));
  }
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("#news")) return;
  scrollTo({ top: 0 });
  htmx.ajax("GET", location.href, { target: "#events", select: "#events", swap: "outerHTML" });
});

// The counts of the menu go with the list.
document.addEventListener("htmx:after:swap", () => {
  const counts = one("#events")?.dataset.counts;
  for (const [key, text] of Object.entries(counts ? JSON.parse(counts) : {}))
    if (one(`[data-count="${key}"]`)) one(`[data-count="${key}"]`).textContent = text;
});

// A tab that nobody sees asks seldom, so that any number of them costs next to nothing.
let hidden = 0;
document.addEventListener("htmx:before:request", (event) => {
  if (isLive(event) && document.hidden && hidden++ % 10) event.preventDefault();
});

// What was left blank is no part of the address.
document.addEventListener("htmx:config:request", (event) => {
  const { body } = event.detail.ctx.request;
  if (!body?.delete) return;
  if (event.detail.ctx.sourceElement?.matches?.("form[role=search]"))
    for (const [name, value] of [...body]) if (value === "") body.delete(name);
});

// What was done is told once: a reload does not tell it again.
if (new URLSearchParams(location.search).has("done")) {
  const address = new URL(location);
  address.searchParams.delete("done");
  history.replaceState(history.state, "", address);
}

// What a form names is pressed once the form has been answered: the editor explains it again.
document.addEventListener("htmx:after:request", (event) => {
  const then = event.detail.ctx.sourceElement?.dataset?.then;
  if (then) one(then)?.click();
});

// A server that is gone is told of, until it is back.
const tell = (text) => {
  const told = one("#lost");
  if (told && told.textContent !== text) told.textContent = text;
  one("#live")?.classList.toggle("gone", Boolean(text));
};
const GONE = "The server does not answer.";
document.addEventListener("htmx:error", (event) => {
  if (isLive(event)) tell(`${GONE} This page goes on as soon as it does.`);
  else tellHere(event.detail.ctx.sourceElement, `${GONE} Nothing was changed; try again once it does.`);
});
// Beside what asked, so that a click is never without an answer.
const tellHere = (asked, text) => {
  const form = asked?.closest?.("form");
  if (!form) return tell(text);
  const told = form.querySelector(":scope > .gone-note") || document.createElement("p");
  told.className = "note gone-note";
  told.setAttribute("role", "alert");
  told.textContent = text;
  if (!told.isConnected) form.append(told);
};
document.addEventListener("htmx:after:request", (event) => {
  event.detail.ctx.sourceElement?.closest?.("form")?.querySelector(":scope > .gone-note")?.remove();
});
document.addEventListener("htmx:after:request", (event) => {
  if (isLive(event)) tell("");
});
