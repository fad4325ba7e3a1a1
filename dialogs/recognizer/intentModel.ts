const featureCap = 4_000;
const epochs = 30;
const learningRate = 1;
const decay = 1e-4;

/** One label with its probability. */
export interface Prediction {
  label: string;
  score: number;
}

/** Returns the most probable label of an utterance. */
export type IntentModel = (utterance: string) => Prediction;

/** The result of training, as JSON: `weights` has a row for each feature, with a number for each label. */
export interface IntentWeights {
  readonly labels: readonly string[];
  readonly features: readonly string[];
  /** Inverse document frequency of each feature. */
  readonly idf: readonly number[];
  /** Inverse document frequency of a feature that no example has. */
  readonly unseenIdf: number;
  readonly bias: readonly number[];
  readonly weights: readonly (readonly number[])[];
}

type Vector = { ids: number[]; weights: number[] };

/**
 * Trains a softmax regression over tf-idf features (words, word pairs, character trigrams).
 *
 * Deterministic: it starts at zero and visits the examples in a fixed order, one of each label in turn. It keeps the 4,000 most
 * frequent features. The learning rate and the number of epochs were chosen by cross-validation on the examples, never on the test sentences.
 */
export function trainIntents(examples: Readonly<Record<string, readonly string[]>>): IntentWeights {
  const labels = Object.keys(examples);
  const rows = interleave(
    labels.map((label, index) => (examples[label] ?? []).map((text) => ({ text, label: index }))),
  );
  const known = learnFeatures(rows.map((row) => listFeatures(row.text)));
  const vectorize = createVectorizer(known);
  const samples = rows.map((row) => ({ ...vectorize(listFeatures(row.text)), label: row.label }));
  const bias = labels.map(() => 0);
  const weights = known.features.map(() => labels.map(() => 0));

  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = learningRate / (1 + epoch / 10);
    for (const sample of samples) {
      const error = predictProbabilities(sample, bias, weights);
      error[sample.label] = (error[sample.label] ?? 0) - 1;
      for (const [k, wrong] of error.entries()) bias[k] = (bias[k] ?? 0) - rate * 0.1 * wrong;
      for (const [i, id] of sample.ids.entries()) {
        const [row = [], value = 0] = [weights[id], sample.weights[i]];
        for (const [k, before] of row.entries())
          row[k] = before - rate * (value * (error[k] ?? 0) + decay * before);
      }
    }
  }
  return { labels, ...known, bias, weights };
}

/** The model with trained weights. */
export function createIntentModel(trained: IntentWeights): IntentModel {
  const vectorize = createVectorizer(trained);
  return (utterance) => {
    const scores = predictProbabilities(vectorize(listFeatures(utterance)), trained.bias, trained.weights);
    const best = scores.indexOf(Math.max(...scores));
    return { label: trained.labels[best] ?? '', score: scores[best] ?? 0 };
  };
}

/** The probability of each label. */
function predictProbabilities(
  { ids, weights: values }: Vector,
  bias: readonly number[],
  weights: IntentWeights['weights'],
): number[] {
  const scores = [...bias];
  for (let i = 0; i < ids.length; i++) {
    const [row = [], value = 0] = [weights[ids[i] ?? 0], values[i]];
    for (let k = 0; k < scores.length; k++) scores[k] = (scores[k] ?? 0) + value * (row[k] ?? 0);
  }
  const top = Math.max(...scores);
  let sum = 0;
  for (let k = 0; k < scores.length; k++) sum += scores[k] = Math.exp((scores[k] ?? 0) - top);
  return scores.map((score) => score / sum);
}

function interleave<T>(groups: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...groups.map((group) => group.length));
  return Array.from({ length: longest }, (_, index) =>
    groups.flatMap((group) => group.slice(index, index + 1)),
  ).flat();
}

type Features = Pick<IntentWeights, 'features' | 'idf' | 'unseenIdf'>;

/** Lists the features of the examples with their inverse document frequencies. */
function learnFeatures(documents: readonly string[][]): Features {
  const counts = new Map<string, number>();
  for (const document of documents) {
    for (const feature of new Set(document)) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  }
  const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, featureCap);
  return {
    features: kept.map(([feature]) => feature),
    idf: kept.map(([, count]) => Math.log((1 + documents.length) / (1 + count)) + 1),
    unseenIdf: Math.log(1 + documents.length) + 1,
  };
}

/** Creates the function that turns the features of a text into a vector of length 1. */
function createVectorizer({ features: names, idf, unseenIdf }: Features): (found: string[]) => Vector {
  const index = new Map(names.map((feature, id) => [feature, id]));
  return (found) => {
    const tf = new Map<string, number>();
    for (const feature of found) tf.set(feature, (tf.get(feature) ?? 0) + 1);
    const ids: number[] = [];
    const weights: number[] = [];
    let squares = 0;
    for (const [feature, count] of tf) {
      const id = index.get(feature);
      const weight = (1 + Math.log(count)) * (id === undefined ? unseenIdf : (idf[id] ?? 0));
      squares += weight * weight;
      if (id === undefined) continue;
      ids.push(id);
      weights.push(weight);
    }
    // Unseen features count for the length: a text of mostly unknown words must not get a high score.
    const length = Math.sqrt(squares) || 1;
    return { ids, weights: weights.map((weight) => weight / length) };
  };
}

/**
 * Cuts an utterance into the features of the model: its words, pairs of words, and character trigrams.
 *
 * Case, accents and punctuation do not count, a run of digits is one word `0`; trigrams carry typing errors.
 */
export function listFeatures(utterance: string): string[] {
  const words = utterance
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/[\p{M}'’]/gu, '')
    .replace(/\p{N}+/gu, '0')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const found = words.map((word) => `w:${word}`);
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    if (next !== undefined) found.push(`p:${word} ${next}`);
    const padded = `_${word}_`;
    for (let start = 0; start + 3 <= padded.length; start++) found.push(padded.slice(start, start + 3));
  }
  return found;
}
