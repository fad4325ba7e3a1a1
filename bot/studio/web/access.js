import { Component, html } from '/web/parts.js';
import { lowestContrast } from './contrast.js';

/** How the card is for people who hear it, or see little. */
export class Access extends Component {
  measure() {
    // The card is drawn before this row is told of it.
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
