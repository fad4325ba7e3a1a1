import { html, render } from '/web/parts.js';
import { call, read } from './api.js';
import { dropDraft, keepDraft, readDraft } from './drafts.js';
import { createEditor } from './editor.js';
import { createLive } from './live.js';
import { Studio } from './page.js';

const kept = JSON.parse(localStorage.getItem('look') ?? '{}');
let state = {
  folders: [],
  /** `{ folder, path, name, mark, saved, isPublished, isReadOnly }` */
  file: undefined,
  text: '',
  /** The text as JSON, the last time that it was JSON. */
  parsed: undefined,
  chosen: { sample: undefined, locale: undefined },
  preview: undefined,
  /** Why the newest text has no picture: the one that is shown is of an older text. */
  refused: undefined,
  findings: [],
  look: { view: 'guest', width: 'phone', theme: 'light', panel: 'problems', ...kept },
  pane: 'edit',
  note: '',
  problem: undefined,
  /** The text on the disk, when it is not the one that was changed here. */
  conflict: undefined,
};

let editor;

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return state.parsed;
  }
}

function update(change) {
  const isNew = change.text !== undefined && change.text !== state.text;
  state = { ...state, ...change, ...(isNew ? { parsed: parse(change.text) } : {}) };
  render(html`<${Studio} state=${state} actions=${actions} />`, document.getElementById('app'));
}

const fail = (error) => update({ problem: error.message });

/** Does what was asked for; a refusal is shown. */
const doing =
  (work) =>
  (...given) =>
    void Promise.resolve(work(...given)).catch(fail);

const live = createLive(call, {
  onPreview(preview, { text }) {
    if (preview.refused) update({ refused: preview.refused });
    else update({ preview, refused: undefined, isShown: text === state.text });
    performance.mark('shown');
  },
  onFindings(findings) {
    update({ findings });
    editor.tell(findings);
  },
  onProblem: fail,
});

function show() {
  const { text, file, chosen } = state;
  if (file) live({ text, name: file.name, ...chosen });
}

async function listFolders() {
  update({ folders: await read('folders') });
}

async function openFile(folder, name) {
  const { text, mark, isPublished } = await call('read', { folder: folder.id, name });
  const file = {
    ...{ folder: folder.id, path: folder.path, name, mark, isPublished },
    ...{ isReadOnly: folder.isReadOnly || isPublished, saved: text },
  };
  const draft = file.isReadOnly ? undefined : readDraft(file);
  const isKept = draft !== undefined && draft.text !== text;
  if (draft && !isKept) dropDraft(file);
  update({
    ...{ file, text: isKept ? draft.text : text, chosen: {}, preview: undefined, refused: undefined },
    ...{ findings: [], problem: undefined, pane: 'edit' },
    conflict: isKept && draft.mark !== mark ? text : undefined,
    note: isKept ? 'Your unsaved changes are back.' : '',
  });
  localStorage.setItem('open', JSON.stringify({ path: folder.path, name }));
  editor.open(state.text, { readOnly: file.isReadOnly });
  show();
}

async function save() {
  const { file, text, conflict } = state;
  if (!file || file.isReadOnly || conflict !== undefined) return;
  const { folder, name, mark } = file;
  try {
    const saved = await call('write', { folder, name, text, mark });
    update({ file: { ...file, mark: saved.mark, saved: text }, note: 'Saved.', problem: undefined });
    dropDraft(file);
  } catch (error) {
    if (error.status !== 409) throw error;
    const onDisk = await call('read', { folder, name });
    update({ conflict: onDisk.text, problem: undefined });
  }
}

/** Ends a conflict: with the text here, or with the one on the disk. */
async function settle(keepsMine) {
  const { file } = state;
  const { text, mark } = await call('read', { folder: file.folder, name: file.name });
  update({ file: { ...file, mark, saved: text }, conflict: undefined });
  if (keepsMine) return save();
  dropDraft(file);
  editor.change(text);
}

/** The author was elsewhere, perhaps in another editor. */
async function lookAtDisk() {
  await listFolders();
  const { file, text, conflict } = state;
  if (!file || conflict !== undefined) return;
  const onDisk = await call('read', { folder: file.folder, name: file.name });
  if (onDisk.mark === file.mark) return;
  if (text !== file.saved) return update({ conflict: onDisk.text });
  update({ file: { ...file, mark: onDisk.mark, saved: onDisk.text }, note: 'Read anew from the disk.' });
  editor.change(onDisk.text);
}

let lastEdit = Promise.resolve();

/** Changes the text by a form: one change after the other, each of the newest text. */
function changeText(path, change) {
  const work = async () => editor.change((await call(path, { text: state.text, ...change })).text);
  lastEdit = lastEdit.then(work).catch(fail);
}

const actions = {
  tell: (problem) => update({ problem }),
  edit: (edits) => changeText('edit', { edits }),
  addLocale: (locale) => changeText('locale', { locale }),
  rename: (path, to) => changeText('rename', { path, to }),
  open: doing(openFile),
  save: doing(save),
  settle: doing(settle),
  discard() {
    dropDraft(state.file);
    editor.change(state.file.saved);
    update({ note: '' });
  },
  choose(chosen) {
    update({ chosen: { ...state.chosen, ...chosen } });
    show();
  },
  look(change) {
    update({ look: { ...state.look, ...change } });
    localStorage.setItem('look', JSON.stringify(state.look));
  },
  turnTo: (pane) => update({ pane }),
  goTo(place) {
    update({ pane: 'edit' });
    editor.goTo(place);
  },
  dismiss: () => update({ problem: undefined }),
  /** The page has the place of the editor: it is made once. */
  mount(place) {
    if (editor || !place) return;
    editor = createEditor(place, {
      onSave: () => void actions.save(),
      onChange(text) {
        performance.mark('typed');
        update({ text, note: '' });
        keepDraft(state.file, text, state.file.mark);
        show();
      },
    });
  },
};

update({});
try {
  await listFolders();
  const last = JSON.parse(localStorage.getItem('open') ?? '{}');
  const all = state.folders.flatMap((folder) => folder.files.map(({ name }) => ({ folder, name })));
  const first = all.find(({ folder, name }) => folder.path === last.path && name === last.name) ?? all[0];
  if (first) await openFile(first.folder, first.name);
} catch (error) {
  fail(error);
}
addEventListener('focus', doing(lookAtDisk));
