import { Component, html } from '/web/parts.js';

/** Asks for the name of a new template, and what it begins with. */
export class NewTemplate extends Component {
  componentDidMount() {
    this.dialog.showModal();
  }

  create = (event) => {
    event.preventDefault();
    const { elements } = event.currentTarget;
    this.props.actions.create(
      this.sources[elements.namedItem('source').value],
      elements.namedItem('id').value,
    );
  };

  render({ state: { starts, folders, file }, actions }) {
    const files = folders.flatMap((folder) =>
      folder.files.map(({ name }) => ({
        folder: folder.id,
        name,
        title: `Copy of ${name.replace(/\.json$/, '')}`,
      })),
    );
    this.sources = [...starts, ...files];
    const open = this.sources.findIndex(({ folder, name }) => folder === file?.folder && name === file?.name);
    const chosen = starts.length > 0 ? 0 : open;
    return html`<dialog class="dialog" aria-labelledby="new-title" ref=${(dialog) => (this.dialog = dialog ?? this.dialog)} onClose=${actions.endNew}>
      <form onSubmit=${this.create}>
        <h2 id="new-title">New template</h2>
        <label>Begin with
          <select name="source">
            ${this.sources.map(({ title }, at) => html`<option value=${at} selected=${at === chosen}>${title}</option>`)}
          </select>
        </label>
        <label>Name
          <input name="id" required maxlength="64" pattern="[a-z][a-z0-9]*(-[a-z0-9]+)*" placeholder="parcel-shop" autocomplete="off" title="Small letters, digits and single dashes" />
        </label>
        <p class="quiet">Small letters, digits and single dashes. A name that there is gets its next version.</p>
        <div class="tools">
          <button type="submit" class="main">Create</button>
          <button type="button" onClick=${() => this.dialog.close()}>Cancel</button>
        </div>
      </form>
    </dialog>`;
  }
}

/** What can be done with the open file. */
export const Tools = ({ state, actions }) => {
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
