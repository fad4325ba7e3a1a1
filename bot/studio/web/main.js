import { html, render } from '/web/parts.js';
import { call, read } from './api.js';
import { dropDraft, keepDraft, readDraft } from './drafts.js';
import { createEditor } from './editor.js';
import { allFiles, othersThan } from './files.js';
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
  /** Why the newest text has no picture; the picture on the page is of an older text. */
  refused: undefined,
  findings: [],
  look: { view: 'guest', width: 'phone', theme: 'light', direction: 'locale', panel: 'problems', ...kept },
  pane: 'edit',
  note: '',
  problem: undefined,
  /** The text on the disk, when it is not the one that was changed here. */
  conflict: undefined,
  /** The other version beside this one, `{ folder, name, text, preview }`. */
  compared: undefined,
  /** Templates to begin with, `{ title, text }`. */
  starts: [],
  isNewOpen: false,
  /** The question before a step that cannot be undone, `{ words, yes, work }`. */
  asking: undefined,
};

let editor;

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return state.parsed;
  }
}

/** The choice without a sample or a locale that the text no longer has. */
const stillThere = ({ sample, locale }, parsed) => ({
  sample: sample in Object(parsed?.samples) ? sample : undefined,
  locale: [parsed?.locales].flat().includes(locale) ? locale : undefined,
});

function update(change) {
  const isNew = change.text !== undefined && change.text !== state.text;
  state = { ...state, ...change };
  if (isNew) {
    state.parsed = parse(state.text);
    state.chosen = stillThere(state.chosen, state.parsed);
  }
  render(html`<${Studio} state=${state} actions=${actions} />`, document.getElementById('app'));
}

const fail = (error) => update({ problem: error.message });

/** Makes an action of the page: it shows why it failed. */
const toAction =
  (work) =>
  (...given) =>
    void Promise.resolve(work(...given)).catch(fail);

const live = createLive(call, {
  onPreview(preview, { text }) {
    if (preview.refused) update({ refused: preview.refused });
    else update({ preview, refused: undefined, isShown: text === state.text });
    requestAnimationFrame(() => performance.mark('shown'));
  },
  onFindings(findings) {
    update({ findings });
    editor.showFindings(findings);
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
    ...{ findings: [], problem: undefined, asking: undefined, compared: undefined, pane: 'edit' },
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

/** Looks for a change on the disk: the author was perhaps in another editor. */
async function lookAtDisk() {
  await listFolders();
  const { file, text, conflict } = state;
  if (!file || conflict !== undefined) return;
  const onDisk = await call('read', { folder: file.folder, name: file.name });
  if (onDisk.mark === file.mark) return;
  if (text !== file.saved) return update({ conflict: onDisk.text });
  update({ file: { ...file, mark: onDisk.mark, saved: onDisk.text }, note: 'Read again from the disk.' });
  editor.change(onDisk.text);
}

let lastEdit = Promise.resolve();

/** Changes the newest text by a form, after the changes that are under way. */
function changeText(path, change) {
  const work = async () => editor.change((await call(path, { text: state.text, ...change })).text);
  lastEdit = lastEdit.then(work).catch(fail);
  return lastEdit;
}

async function create(source, id) {
  const folder =
    state.folders.find((one) => !one.isReadOnly && one.id === state.file?.folder) ??
    state.folders.find((one) => !one.isReadOnly);
  const text = source.text ?? (await call('read', { folder: source.folder, name: source.name })).text;
  const { name } = await call('copy', { folder: folder.id, text, id });
  update({ isNewOpen: false });
  await listFolders();
  await openFile(folder, name);
}

async function compare({ folder, name }) {
  const { text } = await call('read', { folder: folder.id, name });
  const preview = await call('preview', { text });
  update({ compared: { folder: folder.id, name, text, preview } });
}

/** Compares with the version before this one, else with any other file. */
async function startCompare() {
  const { folders, file } = state;
  const others = othersThan(file, folders);
  const [, id] = /^(.*-v)\d+\.json$/.exec(file.name) ?? [];
  const sameId = others.filter(({ name }) => name.startsWith(id));
  const other = sameId.findLast(({ name }) => name < file.name) ?? sameId[0] ?? others[0];
  if (other) await compare(other);
}

async function compareConflict() {
  const { file, conflict } = state;
  const preview = await call('preview', { text: conflict });
  update({ compared: { folder: file.folder, name: `${file.name} on the disk`, text: conflict, preview } });
}

async function publish() {
  if (state.text !== state.file.saved) await save();
  const { file, text, conflict } = state;
  if (text !== file.saved || conflict !== undefined) return;
  await call('publish', { folder: file.folder, name: file.name, mark: file.mark });
  update({ asking: undefined });
  await listFolders();
  await openFile(state.folders[file.folder], file.name);
}

async function send() {
  const { text, chosen, look } = state;
  const route = ['v1', 'v2'].includes(look.view) ? look.view : 'guest';
  const { address } = await call('send', { text, route, ...chosen });
  window.open(address, '_blank', 'noopener');
}

/** Saves a picture of the present view, which a browser of the server draws. */
async function savePicture() {
  const { text, chosen, look, file } = state;
  const { view, width, theme } = look;
  update({ note: 'Taking the picture…' });
  const { png } = await call('picture', { text, view, width, theme, ...chosen });
  const link = document.createElement('a');
  link.href = `data:image/png;base64,${png}`;
  link.download = file.name.replace(/json$/, 'png');
  link.click();
  update({ note: 'The picture is saved.' });
}

const actions = {
  savePicture: toAction(savePicture),
  startNew: toAction(async () => update({ starts: await read('starts'), isNewOpen: true })),
  endNew: () => update({ isNewOpen: false }),
  create: toAction(create),
  nextVersion: toAction(() => create({ text: state.text }, state.file.name.replace(/-v\d+\.json$/, ''))),
  startCompare: toAction(startCompare),
  compare: toAction(compare),
  compareConflict: toAction(compareConflict),
  endCompare: () => update({ compared: undefined }),
  publish: () =>
    update({
      asking: {
        words: `Publish ${state.file.name}? From then on the file must not change; only its next version can.`,
        yes: 'Publish it',
        work: toAction(publish),
      },
    }),
  endAsking: () => update({ asking: undefined }),
  send: toAction(send),
  showProblem: (problem) => update({ problem }),
  edit: (edits) => changeText('edit', { edits }),
  addLocale: (locale) => changeText('locale', { locale }),
  rename: (path, to) => changeText('rename', { path, to }),
  open: toAction(openFile),
  save: toAction(save),
  settle: toAction(settle),
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
  /** Creates the editor in its place of the page, once. */
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
  const all = allFiles(state.folders);
  const first = all.find(({ folder, name }) => folder.path === last.path && name === last.name) ?? all[0];
  if (first) await openFile(first.folder, first.name);
} catch (error) {
  fail(error);
}
addEventListener('focus', toAction(lookAtDisk));
