import assert from 'node:assert/strict';
import { test } from 'node:test';
import { studioPage } from './studioPage.ts';

const studio = studioPage();

test('the picture follows 200 keystrokes in the biggest template', async (t) => {
  const times = await studio.page().evaluate<number[]>(`(async () => {
    const { EditorView } = await import('@codemirror/view');
    const view = EditorView.findFromDOM(document.querySelector('.editor .cm-editor'));
    const at = view.state.doc.toString().indexOf('"title": "') + '"title": "'.length;
    view.focus();
    view.dispatch({ selection: { anchor: at } });
    const times = [];
    for (let typed = 0; typed < 200; typed++) {
      const shown = new Promise((resolve) => {
        new PerformanceObserver((list, observer) => {
          if (list.getEntriesByName('shown').length === 0) return;
          observer.disconnect();
          resolve();
        }).observe({ type: 'mark' });
      });
      const before = performance.now();
      document.execCommand(typed % 2 === 0 ? 'insertText' : 'delete', false, 'x');
      await shown;
      times.push(performance.now() - before);
    }
    return times;
  })()`);
  assert.equal(times.length, 200);
  const p95 = times.toSorted((a, b) => a - b)[189] ?? 0;
  t.diagnostic(`keystroke to picture, 95th percentile of 200: ${p95.toFixed(0)} ms`);
});
