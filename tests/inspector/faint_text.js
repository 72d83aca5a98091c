// The pieces of text on the page whose contrast to their background is below `least`.
(least) => {
  const parse = (text) => {
    const numbers = text.match(/[\d.]+(?:e-?\d+)?/g).map(Number);
    const scale = text.startsWith("color(srgb") ? 255 : 1;
    const [red, green, blue, alpha = 1] = numbers;
    return [red * scale, green * scale, blue * scale, alpha];
  };
  const over = (upper, lower) => {
    const share = upper[3];
    return [0, 1, 2].map((at) => upper[at] * share + lower[at] * (1 - share)).concat(1);
  };
  const behind = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      layers.push(parse(getComputedStyle(each).backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const canvas = dark ? [18, 18, 18, 1] : [255, 255, 255, 1];
    return layers.reverse().reduce((below, layer) => over(layer, below), canvas);
  };
  const luminance = (colour) => {
    const [red, green, blue] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (element, pseudo) => {
    const ground = behind(element);
    const ink = over(parse(getComputedStyle(element, pseudo).color), ground);
    const [low, high] = [luminance(ink), luminance(ground)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const found = new Set();
  const check = (element, text, pseudo) => {
    const value = contrast(element, pseudo);
    if (value < least) found.add(`${value.toFixed(2)}: ${element.tagName} ${text.slice(0, 60)}`);
  };
  document.querySelectorAll("details").forEach((each) => (each.open = true));
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent.trim();
    const element = texts.currentNode.parentElement;
    if (text && element.getClientRects().length && !element.closest("script, title, option"))
      check(element, text);
  }
  for (const each of document.querySelectorAll("input, select, textarea")) {
    if (each.type === "hidden") continue;
    check(each, each.name);
    if (each.placeholder) check(each, each.placeholder, "::placeholder");
  }
  return [...found];
}
