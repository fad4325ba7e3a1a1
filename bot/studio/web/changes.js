import { html } from '/web/parts.js';
import { views } from './picture.js';

/** A row for each route: what of the card it shows in another way, and what is sent. */
export const Changes = ({ state: { preview } }) =>
  preview &&
  html`<div class="panel">
    ${views.map(({ name, from }) => {
      const { messages, changes } = preview[from];
      return html`<section class="route">
        <h2>${name}</h2>
        ${
          changes.length === 0
            ? html`<p>Nothing was changed or left out.</p>`
            : html`<ul>${changes.map(({ path, what }) => html`<li><code>${path}</code> ${what}</li>`)}</ul>`
        }
        <details><summary>JSON as sent<span class="unseen"> by ${name}</span></summary><pre tabindex="0">${JSON.stringify(messages.length === 1 ? messages[0] : messages, null, 2)}</pre></details>
      </section>`;
    })}
  </div>`;
