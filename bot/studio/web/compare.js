import { MergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { Component, html } from '/web/parts.js';
import { looks } from './editor.js';
import { othersThan } from './files.js';
import { Picture, views } from './picture.js';

/** The texts of two versions side by side, their differences marked and equal parts folded. */
class Texts extends Component {
  shouldComponentUpdate({ left, right }) {
    return left.text !== this.props.left.text || right.text !== this.props.right.text;
  }

  componentDidMount() {
    this.draw();
  }

  componentDidUpdate() {
    this.draw();
  }

  componentWillUnmount() {
    this.view?.destroy();
  }

  draw() {
    this.view?.destroy();
    const side = ({ text, name }) => ({
      doc: text,
      extensions: [...looks(`Text of ${name}`), EditorState.readOnly.of(true)],
    });
    this.view = new MergeView({
      ...{ a: side(this.props.left), b: side(this.props.right), parent: this.place },
      collapseUnchanged: { margin: 3, minSize: 6 },
    });
  }

  render() {
    return html`<div class="compare-texts" ref=${(place) => (this.place = place ?? this.place)}></div>`;
  }
}

const Side = ({ side: { name, preview }, look }) => {
  const view = views.find(({ id }) => id === look.view) ?? views[0];
  return html`<div class="compare-side">
    ${preview?.refused ? html`<h2>${name}</h2><p class="refusal">${preview.refused.message}</p>` : preview && html`<${Picture} view=${view} preview=${preview} look=${look} title="${name}: ${view.name}" />`}
  </div>`;
};

/** Two versions side by side: their pictures, and their texts. */
export const Compare = ({ state: { compared, folders, file, text, preview, look }, actions }) => {
  const others = othersThan(file, folders);
  const at = others.findIndex(({ folder, name }) => folder.id === compared.folder && name === compared.name);
  const mine = { name: file.name, text, preview };
  return html`<section class="compare" aria-label="Compare">
    <div class="bar">
      <label>Compare with         <select onChange=${({ currentTarget }) => actions.compare(others[currentTarget.value])}>
          ${others.map(({ folder, name }, index) => html`<option value=${index} selected=${index === at}>${folder.name}/${name}</option>`)}
        </select>
      </label>
      <button type="button" class="small" onClick=${actions.endCompare}>Back to the editor</button>
    </div>
    <div class="compare-pictures">
      <${Side} side=${compared} look=${look} />
      <${Side} side=${mine} look=${look} />
    </div>
    <${Texts} left=${compared} right=${mine} />
  </section>`;
};
