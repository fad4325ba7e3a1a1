import { Component, html } from '/web/parts.js';
import { CardPane, Choice } from './cardPane.js';
import { Dock } from './dock.js';
import { Files } from './files.js';

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

const Head = ({ state, actions }) => {
  const { file, text } = state;
  const isChanged = file && !file.isReadOnly && text !== file.saved;
  return html`<header class="head">
    <h1>Card Studio</h1>
    <p class="name">${file?.name ?? 'No file is open'} <span class="state" role="status">${stateOf(state)}</span></p>
    <div class="tools">
      ${isChanged && html`<button type="button" onClick=${actions.discard}>Discard changes</button>`}
      <button type="button" class="main" disabled=${!isChanged} onClick=${actions.save}>Save</button>
    </div>
    <${Choice} label="Pane" name="pane" value=${state.pane} options=${panes} onChoose=${actions.turnTo} />
  </header>`;
};

const Conflict = ({ actions }) =>
  html`<div class="notice" role="alert">
    <p>The file was changed on the disk since you opened it. Nothing was overwritten.</p>
    <button type="button" onClick=${() => actions.settle(false)}>Take the file on the disk</button>
    <button type="button" onClick=${() => actions.settle(true)}>Save mine over it</button>
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
    <main>
      <${Files} state=${state} actions=${actions} />
      <section class="edit-pane" aria-label="Editor">
        <${EditorPlace} mount=${actions.mount} />
        <${Dock} state=${state} actions=${actions} />
      </section>
      <${CardPane} state=${state} actions=${actions} />
    </main>
  </div>`;
