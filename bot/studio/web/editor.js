import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  snippetCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
  syntaxTree,
} from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { call } from './api.js';

const colors = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--code-key)' },
  { tag: tags.string, color: 'var(--code-text)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-value)' },
]);

const { nonce } = document.querySelector('script[nonce]');

/** The extensions of every editor of the page. */
export const looks = (name) => [
  EditorView.cspNonce.of(nonce),
  json(),
  syntaxHighlighting(colors),
  lineNumbers(),
  foldGutter(),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ 'aria-label': name, tabindex: '0' }),
];

/** The range of a finding: the token at its place, to the end of its line at most. */
function rangeOf(state, { line, column }) {
  const at = state.doc.line(Math.min(line, state.doc.lines));
  const from = Math.min(at.from + column - 1, at.to);
  const { to } = syntaxTree(state).resolveInner(from, 1);
  return { from, to: Math.max(from, Math.min(to, at.to)) };
}

/** A place to fill in is `$1` or `${1:words}` for VS Code, and `${}` or `${words}` here. */
const asSnippet = (insert) =>
  insert.replace(/\\([$}\\])|\$(\d+)|\$\{\d+(?::([^{}]*))?\}/g, (_, escaped, bare, words) =>
    escaped ? (escaped === '$' ? '$' : `\\${escaped}`) : bare === '0' ? '' : `\${${words ?? ''}}`,
  );

async function complete({ state, pos, explicit }) {
  // While the author types, proposals appear only where a key, a value or a binding can begin.
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
const language = [
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

/** The editor of one file: `text()`, `open(text)`, `showFindings(findings)`, `goTo(place)`, `focus()`. */
export function createEditor(parent, { onChange, onSave }) {
  let isReadOnly = false;
  const stateOf = (doc) =>
    EditorState.create({
      doc,
      extensions: [
        ...looks('Template file'),
        EditorState.readOnly.of(isReadOnly),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        indentOnInput(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        lintGutter(),
        language,
        keymap.of([
          { key: 'Mod-s', run: () => onSave() ?? true },
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...completionKeymap,
          ...lintKeymap,
        ]),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) onChange(state.doc.toString());
        }),
      ],
    });
  const view = new EditorView({ parent, state: stateOf('') });
  return {
    text: () => view.state.doc.toString(),
    /** Shows another file: undo does not bring back the previous one. */
    open(text, { readOnly }) {
      isReadOnly = readOnly;
      view.setState(stateOf(text));
    },
    /** Replaces the part of the text that differs, so that undo takes it back. */
    change(text) {
      const old = view.state.doc.toString();
      let from = 0;
      while (from < Math.min(old.length, text.length) && old[from] === text[from]) from += 1;
      let end = 0;
      const most = Math.min(old.length, text.length) - from;
      while (end < most && old.at(-1 - end) === text.at(-1 - end)) end += 1;
      if (old === text) return;
      view.dispatch({ changes: { from, to: old.length - end, insert: text.slice(from, text.length - end) } });
    },
    showFindings(findings) {
      const diagnostics = findings.map(({ severity, code, message, hint, ...place }) => ({
        ...rangeOf(view.state, place),
        severity,
        source: code,
        message: `${message} ${hint}`,
      }));
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    goTo(place) {
      const { from } = rangeOf(view.state, place);
      view.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      });
      view.focus();
    },
    focus: () => view.focus(),
  };
}
