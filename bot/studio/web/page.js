import { Component, html } from '/web/parts.js';
import { CardPane, Choice } from './cardPane.js';
import { Compare } from './compare.js';
import { Dock } from './dock.js';
import { Files, NewTemplate } from './files.js';

const panes = [
  { id: 'files', title: 'Files' },
  { id: 'edit', title: 'Edit' },
  { id: 'card', title: 'Card' },
];

function stateOf({ file, text, note }) {
  if (!file) return '';
  if (file.isPublished) return 'Published: it cannot be changed';
  if (file.isReadOnly) return 'Installed: it cannot be changed';
  return [text === file.saved ? '' : 'Not saved.', note].filter(Boolean).join(' ');
}

/** The actions for the open file. */
const Tools = ({ state, actions }) => {
  const { file, text, compared, folders } = state;
  const isChanged = file && !file.isReadOnly && text !== file.saved;
  const canWrite = folders.some(({ isReadOnly }) => !isReadOnly);
  return html`<div class="tools">
    ${canWrite && html`<button type="button" onClick=${actions.startNew}>New…</button>`}
    ${
      file &&
      html`
        ${canWrite && html`<button type="button" onClick=${actions.nextVersion}>Next version</button>`}
        <button type="button" aria-pressed=${compared !== undefined} onClick=${compared ? actions.endCompare : actions.startCompare}>Compare</button>
        <button type="button" onClick=${actions.send}>Send to the Messenger</button>
        ${!file.isReadOnly && html`<button type="button" onClick=${actions.publish}>Publish</button>`}
        ${isChanged && html`<button type="button" onClick=${actions.discard}>Discard changes</button>`}
        ${!file.isReadOnly && html`<button type="button" class="main" disabled=${!isChanged} onClick=${actions.save}>Save</button>`}
      `
    }
  </div>`;
};

const Head = ({ state, actions }) => {
  const { file } = state;
  return html`<header class="head">
    <h1>Card Studio</h1>
    <p class="name">${file?.name ?? 'No file is open'} <span class="state" role="status">${stateOf(state)}</span></p>
    <${Tools} state=${state} actions=${actions} />
    <${Choice} label="Pane" name="pane" value=${state.pane} options=${panes} onChoose=${actions.turnTo} />
  </header>`;
};

const Conflict = ({ actions }) =>
  html`<div class="notice" role="alert">
    <p>The file was changed on the disk since you opened it. Nothing was overwritten.</p>
    <button type="button" onClick=${actions.compareConflict}>Compare both</button>
    <button type="button" onClick=${() => actions.settle(false)}>Take the file on the disk</button>
    <button type="button" onClick=${() => actions.settle(true)}>Save mine over it</button>
  </div>`;

/** Asks before a step that cannot be undone. */
const Question = ({ asking: { words, yes, work }, actions }) =>
  html`<div class="notice" role="alert">
    <p>${words}</p>
    <button type="button" onClick=${work}>${yes}</button>
    <button type="button" onClick=${actions.endAsking}>Cancel</button>
  </div>`;

/** The place of the editor, which draws itself. */
class EditorPlace extends Component {
  shouldComponentUpdate() {
    return false;
  }

  render({ mount }) {
    return html`<div class="editor" ref=${mount}></div>`;
  }
}

/** The whole page. */
export const Studio = ({ state, actions }) =>
  html`<div class="studio pane-${state.pane} ${state.look.view === 'all' ? 'is-wide' : ''}">
    <${Head} state=${state} actions=${actions} />
    ${
      state.problem &&
      html`<div class="notice" role="alert"><p>${state.problem}</p><button type="button" onClick=${actions.dismiss}>Close</button></div>`
    }
    ${state.conflict !== undefined && html`<${Conflict} actions=${actions} />`}
    ${state.isNewOpen && html`<${NewTemplate} state=${state} actions=${actions} />`}
    ${state.asking && html`<${Question} asking=${state.asking} actions=${actions} />`}
    <main class=${state.compared ? 'is-comparing' : ''}>
      <${Files} state=${state} actions=${actions} />
      <section class="edit-pane" aria-label="Editor">
        <${EditorPlace} mount=${actions.mount} />
        <${Dock} state=${state} actions=${actions} />
      </section>
      ${state.compared ? html`<${Compare} state=${state} actions=${actions} />` : html`<${CardPane} state=${state} actions=${actions} />`}
    </main>
  </div>`;
