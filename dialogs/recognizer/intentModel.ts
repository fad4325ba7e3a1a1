import { features } from './features.ts';

const featureCap = 4_000;
const epochs = 30;
const learningRate = 1;
const decay = 1e-4;

/** One label with its probability. */
export interface Prediction<Label extends string> {
  label: Label;
  score: number;
}

/** Gives the most probable label of an utterance. */
export type IntentModel<Label extends string> = (utterance: string) => Prediction<Label>;

type Vector = { ids: number[]; weights: number[] };

/**
 * Trains a softmax regression over tf-idf features (words, word pairs, character trigrams).
 *
 * Deterministic: it starts at zero and visits the examples in a fixed order, one label after the other in turn.
 * The features seen most often are kept (at most 4,000).
 *
 * Numbers (learning rate, epochs) were chosen by cross-validation on the examples, never on the test sentences.
 */
export function trainIntentModel<Label extends string>(
  examples: Readonly<Record<Label, readonly string[]>>,
): IntentModel<Label> {
  const labels = Object.keys(examples) as Label[]; // Object.keys forgets the key type
  const rows = interleave(
    labels.map((label, index) => examples[label].map((text) => ({ text, label: index }))),
  );
  const vectorize = vectorizer(rows.map((row) => features(row.text)));
  const samples = rows.map((row) => ({ ...vectorize(features(row.text)), label: row.label }));
  const width = labels.length;
  const weights = new Float64Array(vectorize.size * width);
  const bias = new Float64Array(width);

  function probabilities({ ids, weights: values }: Vector): Float64Array {
    const scores = bias.slice();
    for (let i = 0; i < ids.length; i++) {
      const [row, value] = [(ids[i] ?? 0) * width, values[i] ?? 0];
      for (let k = 0; k < width; k++) scores[k] = (scores[k] ?? 0) + value * (weights[row + k] ?? 0);
    }
    const top = Math.max(...scores);
    let sum = 0;
    for (let k = 0; k < width; k++) sum += scores[k] = Math.exp((scores[k] ?? 0) - top);
    return scores.map((score) => score / sum);
  }

  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = learningRate / (1 + epoch / 10);
    for (const sample of samples) {
      const error = probabilities(sample);
      error[sample.label] = (error[sample.label] ?? 0) - 1;
      for (let k = 0; k < width; k++) bias[k] = (bias[k] ?? 0) - rate * 0.1 * (error[k] ?? 0);
      for (let i = 0; i < sample.ids.length; i++) {
        const [row, value] = [(sample.ids[i] ?? 0) * width, sample.weights[i] ?? 0];
        for (let k = 0; k < width; k++) {
          const before = weights[row + k] ?? 0;
          weights[row + k] = before - rate * (value * (error[k] ?? 0) + decay * before);
        }
      }
    }
  }

  return (utterance) => {
    const scores = probabilities(vectorize(features(utterance)));
    const best = scores.indexOf(Math.max(...scores));
    return { label: labels[best] as Label, score: scores[best] ?? 0 }; // best is an index of labels
  };
}

function interleave<T>(groups: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...groups.map((group) => group.length));
  return Array.from({ length: longest }, (_, index) =>
    groups.flatMap((group) => group.slice(index, index + 1)),
  ).flat();
}

/** Learns which features there are and how telling each is (idf); gives vectors of length 1. */
function vectorizer(documents: readonly string[][]): ((found: string[]) => Vector) & { size: number } {
  const counts = new Map<string, number>();
  for (const document of documents) {
    for (const feature of new Set(document)) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  }
  const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, featureCap);
  const index = new Map(kept.map(([feature], id) => [feature, id]));
  const idf = kept.map(([, count]) => Math.log((1 + documents.length) / (1 + count)) + 1);
  const unseen = Math.log(1 + documents.length) + 1;

  function vectorize(found: string[]): Vector {
    const tf = new Map<string, number>();
    for (const feature of found) tf.set(feature, (tf.get(feature) ?? 0) + 1);
    const ids: number[] = [];
    const weights: number[] = [];
    let squares = 0;
    for (const [feature, count] of tf) {
      const id = index.get(feature);
      const weight = (1 + Math.log(count)) * (id === undefined ? unseen : (idf[id] ?? 0));
      squares += weight * weight;
      if (id === undefined) continue;
      ids.push(id);
      weights.push(weight);
    }
    // Unseen features count for the length: mostly unknown words must not look like a sure intent.
    const length = Math.sqrt(squares) || 1;
    return { ids, weights: weights.map((weight) => weight / length) };
  }
  return Object.assign(vectorize, { size: kept.length });
}
