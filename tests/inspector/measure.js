// What a reader would call broken on a page, in words: used by test_pictures.py.
() => {
  const faults = [];
  const page = document.documentElement;
  const told = (element) => {
    const text = (element.innerText || element.getAttribute("aria-label") || "").trim();
    const name = element.className && typeof element.className === "string" ? "." + element.className : "";
    return `<${element.localName}${name}> ${text.slice(0, 40)}`;
  };
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const scrolls = (element) => {
    for (let each = element.parentElement; each && each !== document.body; each = each.parentElement) {
      if (/auto|scroll|hidden|clip/.test(getComputedStyle(each).overflowX)) return true;
    }
    return false;
  };

  if (page.scrollWidth > page.clientWidth) faults.push(`the page is ${page.scrollWidth} px wide`);

  // A word of ordinary length stands on one line.
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (!node.parentElement || !isShown(node.parentElement)) continue;
    if (node.parentElement.closest("pre, code, textarea, svg, .cm-editor")) continue;
    for (const word of node.data.matchAll(/[\p{L}\p{N}_]{3,18}/gu)) {
      const before = node.data[word.index - 1];
      if (before && /[^\s(·"]/.test(before)) continue; // a part of something longer
      const after = node.data[word.index + word[0].length];
      if (after && /[^\s).,:;·"]/.test(after)) continue;
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((rect) => Math.round(rect.top)));
      if (lines.size > 1) faults.push(`"${word[0]}" is broken in ${told(node.parentElement)}`);
    }
  }

  // What can be used has a size, lies on the page, and nothing lies over it.
  for (const element of document.querySelectorAll("main :is(a, button, input, select, textarea, summary)")) {
    if (!isShown(element) || element.type === "hidden" || element.disabled) continue;
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const rect = element.getClientRects()[0];
    if (!rect || rect.width < 2 || rect.height < 2) {
      if (!element.closest(".hidden, .visually-hidden")) faults.push(`${told(element)} has no size`);
      continue;
    }
    if ((rect.left < -1 || rect.right > page.clientWidth + 1) && !scrolls(element)) {
      faults.push(`${told(element)} sticks out`);
      continue;
    }
    const x = Math.min(Math.max(rect.left + rect.width / 2, 1), page.clientWidth - 2);
    const top = document.elementFromPoint(x, rect.top + rect.height / 2);
    if (top && !element.contains(top) && !top.contains(element) && !element.labels?.[0]?.contains(top)) {
      faults.push(`${told(element)} is covered by ${told(top)}`);
    }
  }
  return [...new Set(faults)].slice(0, 8);
};
