import { html } from '/web/parts.js';

const names = {
  cardBytes: 'Size of the card',
  text: 'Text fallback',
  body: 'Longest text',
  title: 'Longest title',
  label: 'Longest label',
  payload: 'Longest payload',
  url: 'Longest address',
  altText: 'Longest alternative text',
  factLabel: 'Longest fact label',
  factValue: 'Longest fact',
  components: 'Components',
  depth: 'Depth',
  buttons: 'Buttons in a group',
  quickReplies: 'Quick replies',
  carouselCards: 'Cards in a carousel',
  facts: 'Facts in a group',
  dynamicFields: 'Fields',
};
const count = new Intl.NumberFormat();

/** How much of each limit the card uses, and how much is left. */
export const Limits = ({ state: { preview } }) =>
  preview &&
  html`<table class="panel limits">
    <thead class="unseen"><tr><th>Limit</th><th>Used</th><th>Left</th></tr></thead>
    <tbody>
      ${preview.limits.map(
        ({ limit, used, max, unit, path }) => html`<tr title=${path}>
          <th scope="row">${names[limit] ?? limit}</th>
          <td><meter min="0" max=${max} high=${max * 0.85} optimum="0" value=${used} aria-label="${names[limit] ?? limit}"></meter></td>
          <td>${count.format(used)} of ${count.format(max)} ${unit}, ${count.format(max - used)} left</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
