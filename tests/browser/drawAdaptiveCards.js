/* Runs in the page of adaptiveCards.test.ts, beside Microsoft's renderer. */

/** Draws all cards one below the other, and reads what can be seen of each. */
// biome-ignore lint/correctness/noUnusedVariables: the test calls it.
function drawAdaptiveCards(cards) {
  const { AdaptiveCard, HostConfig } = window.AdaptiveCards;
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
  return places.map((place) => ({
    words: wordsIn(place),
    pictures: [...place.querySelectorAll('img')].filter((one) => one.checkVisibility()).map((one) => one.src),
  }));
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
    const { top, left } = range.getBoundingClientRect();
    for (const word of node.nodeValue.match(/w\d+x/g) ?? []) words.push({ word, top: Math.round(top), left });
  }
  return words;
}
