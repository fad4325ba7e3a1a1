/** What was typed and not saved, kept in the browser: a reload or a crash loses at most a second. */

const keyOf = ({ path, name }) => `draft ${path}/${name}`;

/** The kept draft of a file, `{ text, mark }`: `mark` is that of the file it was made from. */
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
