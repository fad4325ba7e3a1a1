/** Drafts: text that is not saved yet, kept in the browser. A reload or a crash loses at most the last second. */

const keyOf = ({ path, name }) => `draft ${path}/${name}`;

/** The draft of a file, `{ text, mark }`: `mark` is the mark of the file from which it was made. */
export function readDraft(file) {
  const kept = localStorage.getItem(keyOf(file));
  return kept === null ? undefined : JSON.parse(kept);
}

export const dropDraft = (file) => localStorage.removeItem(keyOf(file));

let timer;
let waiting;

function writeNow() {
  clearTimeout(timer);
  timer = undefined;
  if (waiting === undefined) return;
  const { file, text, mark } = waiting;
  waiting = undefined;
  if (text === file.saved) dropDraft(file);
  else localStorage.setItem(keyOf(file), JSON.stringify({ text, mark }));
}

/** Keeps a draft within the next second. */
export function keepDraft(file, text, mark) {
  waiting = { file, text, mark };
  timer ??= setTimeout(writeNow, 500);
}

addEventListener('pagehide', writeNow);
