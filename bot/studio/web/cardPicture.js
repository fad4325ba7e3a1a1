import { html, render } from '/web/parts.js';
import { Picture, views } from './picture.js';

/** Draws one view of a card and nothing else: of this a picture is taken. */
globalThis.drawCard = ({ preview, view, look }) =>
  render(
    html`<${Picture} view=${views.find(({ id }) => id === view)} preview=${preview} look=${look} />`,
    document.getElementById('app'),
  );
