import { html } from '/web/parts.js';

/** What lint finds in the text, each with the way to its place. */
export const Findings = ({ state: { findings }, actions }) => {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const counted = (count, one) => `${count} ${one}${count === 1 ? '' : 's'}`;
  return html`<details class="findings" open=${errors > 0}>
    <summary>
      <span role="status">${findings.length === 0 ? 'No problems' : `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`}</span>
    </summary>
    <ul>
      ${findings.map(
        (one) => html`<li>
          <button type="button" class="finding finding-${one.severity}" onClick=${() => actions.goTo(one)}>
            <span class="place">Line ${one.line}</span> <code>${one.code}</code> ${one.message} <span class="hint">${one.hint}</span>
          </button>
        </li>`,
      )}
    </ul>
  </details>`;
};
