// The weights of a one-layer DistilBERT, set by hand instead of trained: dimension 0 of every word vector carries the
// sentiment, attention averages over the sentence, and the head reads dimension 0 off the first token.
// The noise elsewhere makes the tensors look like real ones to tools that compress or print them.

import { NEGATIVE_WORDS, POSITIVE_WORDS, VOCABULARY } from './vocabulary.mjs';

export const SHAPE = { dim: 32, heads: 4, hidden: 64, positions: 128, layers: 1 };
export const LABELS = ['NEGATIVE', 'POSITIVE'];

export const LAYER = 'distilbert.transformer.layer.0.';
export const EMBEDDINGS = 'distilbert.embeddings.';

const SEED = 20260101;

/** Mulberry32. Only integer arithmetic and one exact division, so every machine draws the same numbers. */
function uniformNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/** Name -> { shape, data }, in the order in which the tensors are stored. */
export function makeWeights() {
  const { dim, hidden, positions } = SHAPE;
  const next = uniformNumbers(SEED);
  const constant = (shape, value) => ({ shape, data: new Float32Array(sizeOf(shape)).fill(value) });
  const noise = (shape, deviation) => {
    // A uniform draw, because a normal one needs Math.log and Math.cos, whose last digit may differ between engines.
    const width = 2 * Math.sqrt(3) * deviation;
    return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => (next() - 0.5) * width) };
  };
  const nearlyDiagonal = (value, deviation) => {
    const tensor = noise([dim, dim], deviation);
    for (let i = 0; i < dim; i++) tensor.data[i * dim + i] += value;
    return tensor;
  };
  const weights = {};
  const linear = (name, weight) => {
    weights[`${name}.weight`] = weight;
    weights[`${name}.bias`] = constant([weight.shape[0]], 0);
  };
  const normalization = (name) => {
    weights[`${name}.weight`] = constant([dim], 1);
    weights[`${name}.bias`] = constant([dim], 0);
  };

  weights[`${EMBEDDINGS}word_embeddings.weight`] = wordVectors(noise([VOCABULARY.length, dim], 0.4));
  weights[`${EMBEDDINGS}position_embeddings.weight`] = noise([positions, dim], 0.02);
  normalization(`${EMBEDDINGS}LayerNorm`);
  // Queries and keys near zero give every token the same attention: the sentence is averaged.
  linear(`${LAYER}attention.q_lin`, noise([dim, dim], 0.02));
  linear(`${LAYER}attention.k_lin`, noise([dim, dim], 0.02));
  linear(`${LAYER}attention.v_lin`, nearlyDiagonal(1, 0.01));
  linear(`${LAYER}attention.out_lin`, nearlyDiagonal(3, 0.01));
  normalization(`${LAYER}sa_layer_norm`);
  linear(`${LAYER}ffn.lin1`, noise([hidden, dim], 0.05));
  linear(`${LAYER}ffn.lin2`, noise([dim, hidden], 0.05));
  normalization(`${LAYER}output_layer_norm`);
  linear('pre_classifier', signReader(noise([dim, dim], 0.01)));
  linear('classifier', verdict(noise([LABELS.length, dim], 0.01)));
  return weights;
}

function wordVectors(tensor) {
  VOCABULARY.forEach((word, id) => {
    const sentiment = POSITIVE_WORDS.includes(word) ? 4 : NEGATIVE_WORDS.includes(word) ? -4 : 0;
    tensor.data[id * SHAPE.dim] = sentiment;
  });
  return tensor;
}

/** Row 0 reads the sentiment, row 1 its negative; the ReLU that follows keeps whichever is positive. */
function signReader(tensor) {
  tensor.data[0] = 1;
  tensor.data[SHAPE.dim] = -1;
  return tensor;
}

function verdict(tensor) {
  const { dim } = SHAPE;
  [tensor.data[0], tensor.data[1]] = [-1, 1];
  [tensor.data[dim], tensor.data[dim + 1]] = [1, -1];
  return tensor;
}

export const parameterCount = (weights) => Object.values(weights).reduce((sum, { data }) => sum + data.length, 0);

/** The formats all store little-endian 32-bit floats; so does every machine Node runs on. */
export const bytesOf = (floats) => Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength);
