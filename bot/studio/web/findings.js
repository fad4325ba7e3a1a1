import { html } from '/web/parts.js';

/** What lint finds in the text, each with the way to its place. */
export const Findings = ({ state: { findings }, actions }) =>
  findings.length === 0
    ? html`<p class="nothing">Every sample can be sent in every locale, by every route.</p>`
    : html`<ul class="findings">
        ${findings.map(
          (one) => html`<li>
            <button type="button" class="finding finding-${one.severity}" onClick=${() => actions.goTo(one)}>
              <span class="place">Line ${one.line}</span> <code>${one.code}</code> ${one.message} <span class="hint">${one.hint}</span>
            </button>
          </li>`,
        )}
      </ul>`;
