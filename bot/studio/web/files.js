import { html } from '/web/parts.js';

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
