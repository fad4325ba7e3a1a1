import { html } from '/web/parts.js';
import { Access } from './access.js';
import { Choice } from './cardPane.js';
import { Changes } from './changes.js';
import { Exports } from './exports.js';
import { FieldsForm } from './fieldsForm.js';
import { Findings } from './findings.js';
import { Limits } from './limits.js';
import { SampleForm } from './sampleForm.js';

const counted = (count, one) => `${count} ${one}${count === 1 ? '' : 's'}`;

function problemsTitle(findings) {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const parts = [errors > 0 && counted(errors, 'error'), warnings > 0 && counted(warnings, 'warning')];
  return parts.filter(Boolean).join(', ') || 'No problems';
}

const panels = [
  { id: 'problems', Panel: Findings },
  { id: 'sample', title: 'Sample data', Panel: SampleForm },
  { id: 'fields', title: 'Fields', Panel: FieldsForm },
  { id: 'changes', title: 'Sent as', Panel: Changes },
  { id: 'limits', title: 'Limits', Panel: Limits },
  { id: 'access', title: 'Accessibility', Panel: Access },
  { id: 'exports', title: 'Export', Panel: Exports },
];

/** What an author looks at beside the text: one panel at a time. */
export const Dock = ({ state, actions }) => {
  const problems = problemsTitle(state.findings);
  const options = panels.map(({ id, title = problems }) => ({ id, title }));
  const { panel } = state.look;
  const { Panel } = panels.find(({ id }) => id === panel);
  return html`<section class="dock" aria-label="About the template">
    <${Choice} label="Panel" name="panel" value=${panel} options=${options} onChoose=${(chosen) => actions.look({ panel: chosen })} />
    <p class="unseen" role="status">${problems}</p>
    <div class="dock-panel">${state.file && html`<${Panel} state=${state} actions=${actions} />`}</div>
  </section>`;
};
