import { Component, html } from '/web/parts.js';

/** The card for people who hear it, or see little. */
export class Access extends Component {
  measure() {
    // The page has drawn the new card already.
    const screen = document.querySelector('.view .screen');
    const lowest = screen ? lowestContrast(screen) : undefined;
    if (lowest?.ratio !== this.state.lowest?.ratio || lowest?.words !== this.state.lowest?.words)
      this.setState({ lowest });
  }

  componentDidMount() {
    this.frame = requestAnimationFrame(() => this.measure());
  }

  componentDidUpdate() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.measure());
  }

  componentWillUnmount() {
    cancelAnimationFrame(this.frame);
  }

  render({ state: { preview } }, { lowest }) {
    if (!preview) return null;
    const { barriers, spoken } = preview;
    return html`<div class="panel route">
      <h2>What keeps people out</h2>
      ${
        barriers.length === 0
          ? html`<p>Nothing was found.</p>`
          : html`<ul>${barriers.map(({ path, message, hint }) => html`<li>${message} ${hint} <code>${path}</code></li>`)}</ul>`
      }
      ${
        lowest &&
        html`<p>Lowest contrast in this view: <b>${lowest.ratio.toFixed(1)} : 1</b>, at “${lowest.words.slice(0, 60)}”
        (${lowest.ratio >= 4.5 ? 'enough: WCAG AA asks for 4.5' : 'too little: WCAG AA asks for 4.5'}).</p>`
      }
      <h2>What a screen reader says, in this order</h2>
      <ol>${spoken.map(({ role, text }) => html`<li>${role && html`<span class="quiet">${role}: </span>`}${text}</li>`)}</ol>
    </div>`;
  }
}

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
function lowestContrast(screen) {
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
