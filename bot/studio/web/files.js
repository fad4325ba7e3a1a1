import { Component, html } from '/web/parts.js';

/** Every file as `{ folder, name }`. */
export const allFiles = (folders) =>
  folders.flatMap((folder) => folder.files.map(({ name }) => ({ folder, name })));

/** Every file but the open one. */
export const othersThan = (file, folders) =>
  allFiles(folders).filter(({ folder, name }) => folder.id !== file.folder || name !== file.name);

/** The template files, by folder. */
export const Files = ({ state: { folders, file, text }, actions }) =>
  html`<nav class="files" aria-label="Template files">
    ${folders.map(
      (folder) => html`<section>
        <h2 title=${folder.path}>${folder.name}${folder.isReadOnly && html` <small>installed</small>`}</h2>
        <ul>
          ${folder.files.map(({ name, isPublished }) => {
            const isOpen = file?.folder === folder.id && file.name === name;
            return html`<li>
              <button type="button" aria-current=${isOpen ? 'true' : undefined} onClick=${() => actions.open(folder, name)}>
                <span>${name.replace(/\.json$/, '')}</span>
                ${isOpen && text !== file.saved && html`<span class="dot" title="Not saved"><span class="unseen">not saved</span></span>`}
                ${isPublished && html`<small>published</small>`}
              </button>
            </li>`;
          })}
        </ul>
      </section>`,
    )}
  </nav>`;

/** The dialog for a new template: its name, and the template to copy. */
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
    const files = allFiles(folders).map(({ folder, name }) => ({
      folder: folder.id,
      name,
      title: `Copy of ${name.replace(/\.json$/, '')}`,
    }));
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
        <p class="quiet">Small letters, digits and single dashes. An existing name gets its next version.</p>
        <div class="tools">
          <button type="submit" class="main">Create</button>
          <button type="button" onClick=${() => this.dialog.close()}>Cancel</button>
        </div>
      </form>
    </dialog>`;
  }
}
