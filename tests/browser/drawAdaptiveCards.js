/* Runs in the page of adaptiveCards.test.ts, beside Microsoft's renderer. */

/** Draws all cards one below the other, and reads what can be seen of each. */
// biome-ignore lint/correctness/noUnusedVariables: the test calls it.
function drawAdaptiveCards(cards) {
  const { AdaptiveCard, HostConfig } = window.AdaptiveCards;
  // As Web Chat does it.
  const markdown = window.markdownit();
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    Object.assign(result, { outputHtml: markdown.render(text), didProcess: true });
  };
  const places = cards.map((json) => {
    const card = new AdaptiveCard();
    card.hostConfig = new HostConfig({ supportsInteractivity: true });
    card.parse(json);
    const place = document.createElement('div');
    place.style.width = '600px';
    const element = card.render();
    if (element !== undefined) place.append(element);
    document.body.append(place);
    return place;
  });
  return places.map((place) => {
    const seen = lookAt(place);
    for (const more of clicksOf(place)) {
      const isNew = ({ word }) => !seen.words.some((one) => one.word === word);
      seen.words.push(...more.words.filter(isNew).map((one) => ({ ...one, isOpened: true })));
      seen.pictures.push(...more.pictures.filter((url) => !seen.pictures.includes(url)));
    }
    return seen;
  });
}

function lookAt(place) {
  const pictures = [...place.querySelectorAll('img')].filter((one) => one.checkVisibility());
  return { words: wordsIn(place), pictures: pictures.map((one) => one.src) };
}

/** What is seen after each click on what opens a card or shows a part; the last button first, for one card closes another. */
function* clicksOf(place) {
  const clicked = new Set();
  const next = () =>
    [...place.querySelectorAll('button, .ac-selectable')].findLast(
      (one) => !clicked.has(one) && one.checkVisibility(),
    );
  for (let button = next(); button !== undefined && clicked.size < 10; button = next()) {
    clicked.add(button);
    button.click();
    yield lookAt(place);
  }
}

function wordsIn(place) {
  const words = [];
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    // A choice is seen when its list is opened.
    const holder = node.parentElement.closest('select') ?? node.parentElement;
    if (!holder.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    // What a button opens stands below the other buttons, under the words of its own.
    const opens = node.parentElement.closest('[aria-expanded]') !== null;
    const { top, left } = range.getBoundingClientRect();
    for (const word of node.nodeValue.match(/w\d+x/g) ?? []) {
      words.push({ word, top: Math.round(top), left, ...(opens ? { isOpened: true } : {}) });
    }
  }
  return words;
}
