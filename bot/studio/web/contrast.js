/** Contrast as WCAG 2 measures it, of what the browser has drawn. */

const channels = (color) => color.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];

function luminance([red, green, blue]) {
  const linear = (value) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function behind(element) {
  for (let one = element; one !== null; one = one.parentElement) {
    const color = channels(getComputedStyle(one).backgroundColor);
    if (color[3] === undefined || color[3] === 1) return color;
  }
  return [255, 255, 255];
}

/** The text of an element that is hardest to read, `{ words, ratio }`; undefined without any text. */
export function lowestContrast(screen) {
  const walker = document.createTreeWalker(screen, NodeFilter.SHOW_TEXT);
  let lowest;
  while (walker.nextNode()) {
    const { parentElement: element, nodeValue } = walker.currentNode;
    if (nodeValue.trim() === '' || !element.checkVisibility() || element.closest('.unseen')) continue;
    const [light, dark] = [channels(getComputedStyle(element).color), behind(element)]
      .map(luminance)
      .sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (lowest === undefined || ratio < lowest.ratio) lowest = { words: nodeValue.trim(), ratio };
  }
  return lowest;
}
