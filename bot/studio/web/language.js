import { autocompletion, snippetCompletion } from '@codemirror/autocomplete';
import { hoverTooltip } from '@codemirror/view';
import { call } from './api.js';

/** A place to fill in is `$1` or `${1:words}` for VS Code, and `${}` or `${words}` here. */
const asSnippet = (insert) =>
  insert.replace(/\\([$}\\])|\$(\d+)|\$\{\d+(?::([^{}]*))?\}/g, (_, escaped, bare, words) =>
    escaped ? (escaped === '$' ? '$' : `\\${escaped}`) : bare === '0' ? '' : `\${${words ?? ''}}`,
  );

async function complete({ state, pos, explicit }) {
  // Asked for while typing only where something can begin: a key, a value, a binding.
  if (!explicit && !/["{[$.\w(]$/.test(state.sliceDoc(Math.max(0, pos - 1), pos))) return null;
  const found = await call('complete', { text: state.doc.toString(), offset: pos });
  if (found.length === 0) return null;
  const [{ from }] = found;
  const options = found.map(({ label, insert, to, kind, info }, at) => {
    const apply = (view, completion, start, end) =>
      snippetCompletion(asSnippet(insert), {}).apply(view, completion, start, Math.max(end, to));
    return { label, type: kind, info: info || undefined, apply, boost: 99 - at };
  });
  return { from, options, validFor: /^["\w$-]*$/ };
}

/** Completion and hover text, made on the server from the schema that VS Code uses and the template's own fields. */
export const language = [
  autocompletion({ override: [complete] }),
  hoverTooltip(async ({ state }, pos) => {
    const { words } = await call('hover', { text: state.doc.toString(), offset: pos });
    if (words === '') return null;
    const dom = document.createElement('div');
    dom.className = 'hover-words';
    dom.textContent = words;
    return { pos, create: () => ({ dom }) };
  }),
];
