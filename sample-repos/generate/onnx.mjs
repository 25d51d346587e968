// The model's computation as an ONNX file. Field numbers are those of onnx.proto
// (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

import { bytesField, floatField, intField, message } from './protobuf.mjs';
import { bytesOf, EMBEDDINGS, LABELS, LAYER, SHAPE } from './weights.mjs';

const FLOAT = 1;
const INT64 = 7;
const IR_VERSION = 8;
const OPERATOR_SET = 17; // the first with LayerNormalization

const tensorProto = (name, dims, type, raw) =>
  message(dims.map((d) => intField(1, d)), intField(2, type), bytesField(8, name), bytesField(9, raw));

function valueProto(name, type, dims) {
  const dim = (d) => bytesField(1, typeof d === 'string' ? bytesField(2, d) : intField(1, d));
  const tensorType = message(intField(1, type), bytesField(2, message(dims.map(dim))));
  return message(bytesField(1, name), bytesField(2, bytesField(1, tensorType)));
}

function attributeProto(name, value) {
  if (Array.isArray(value)) return message(bytesField(1, name), value.map((v) => intField(8, v)), intField(20, 7));
  if (Number.isInteger(value)) return message(bytesField(1, name), intField(3, value), intField(20, 2));
  return message(bytesField(1, name), floatField(2, value), intField(20, 1));
}

/** Collects nodes and constants; every operation returns the name of its output. */
class Graph {
  nodes = [];
  constants = [];

  run(type, inputs, attributes = {}, output = `t${this.nodes.length}`) {
    this.nodes.push(message(
      inputs.map((name) => bytesField(1, name)),
      bytesField(2, output),
      bytesField(3, `${type}_${this.nodes.length}`),
      bytesField(4, type),
      Object.entries(attributes).map(([name, value]) => bytesField(5, attributeProto(name, value)))));
    return output;
  }

  floats(name, dims, data) {
    this.constants.push(tensorProto(name, dims, FLOAT, bytesOf(Float32Array.from(data))));
    return name;
  }

  integers(name, data, dims = [data.length]) {
    const raw = Buffer.alloc(8 * data.length);
    data.forEach((value, i) => raw.writeBigInt64LE(BigInt(value), 8 * i));
    this.constants.push(tensorProto(name, dims, INT64, raw));
    return name;
  }

  linear(x, name) {
    const transposed = this.run('Transpose', [`${name}.weight`], { perm: [1, 0] });
    return this.run('Add', [this.run('MatMul', [x, transposed]), `${name}.bias`]);
  }

  normalize(x, name) {
    return this.run('LayerNormalization', [x, `${name}.weight`, `${name}.bias`], { axis: -1, epsilon: 1e-12 });
  }
}

function embed(g) {
  const start = g.integers('start', [0]);
  const length = g.run('Slice', [g.run('Shape', ['input_ids']), g.integers('one_index', [1]), g.integers('two_index', [2]), start]);
  const positions = g.run('Slice', [`${EMBEDDINGS}position_embeddings.weight`, start, length, start]);
  const words = g.run('Gather', [`${EMBEDDINGS}word_embeddings.weight`, 'input_ids']);
  return g.normalize(g.run('Add', [words, positions]), `${EMBEDDINGS}LayerNorm`);
}

function attend(g, hidden, one) {
  const { dim, heads } = SHAPE;
  const split = g.integers('split_heads', [0, 0, heads, dim / heads]);
  const join = g.integers('join_heads', [0, 0, dim]);
  const headsOf = (x, perm) => g.run('Transpose', [g.run('Reshape', [x, split])], { perm });

  const scaled = g.run('Mul', [g.linear(hidden, `${LAYER}attention.q_lin`), g.floats('scale', [], [1 / Math.sqrt(dim / heads)])]);
  const query = headsOf(scaled, [0, 2, 1, 3]);
  const key = headsOf(g.linear(hidden, `${LAYER}attention.k_lin`), [0, 2, 3, 1]);
  const value = headsOf(g.linear(hidden, `${LAYER}attention.v_lin`), [0, 2, 1, 3]);

  const mask = g.run('Unsqueeze', [g.run('Cast', ['attention_mask'], { to: FLOAT }), g.integers('mask_axes', [1, 2])]);
  const penalty = g.run('Mul', [g.run('Sub', [one, mask]), g.floats('minus_much', [], [-1e9])]);
  const attention = g.run('Softmax', [g.run('Add', [g.run('MatMul', [query, key]), penalty])], { axis: -1 });
  const context = g.run('Transpose', [g.run('MatMul', [attention, value])], { perm: [0, 2, 1, 3] });
  return g.linear(g.run('Reshape', [context, join]), `${LAYER}attention.out_lin`);
}

function feedForward(g, hidden, one) {
  const up = g.linear(hidden, `${LAYER}ffn.lin1`);
  const erf = g.run('Erf', [g.run('Div', [up, g.floats('sqrt_two', [], [Math.SQRT2])])]);
  const gelu = g.run('Mul', [g.run('Mul', [up, g.floats('half', [], [0.5])]), g.run('Add', [erf, one])]);
  return g.linear(gelu, `${LAYER}ffn.lin2`);
}

export function writeOnnx(weights) {
  const g = new Graph();
  for (const [name, { shape, data }] of Object.entries(weights)) g.floats(name, shape, data);
  const one = g.floats('one', [], [1]);

  const embedded = embed(g);
  const attended = g.normalize(g.run('Add', [attend(g, embedded, one), embedded]), `${LAYER}sa_layer_norm`);
  const hidden = g.normalize(g.run('Add', [feedForward(g, attended, one), attended]), `${LAYER}output_layer_norm`);
  const firstToken = g.run('Gather', [hidden, g.integers('first', [0], [])], { axis: 1 });
  const pooled = g.run('Relu', [g.linear(firstToken, 'pre_classifier')]);
  const transposed = g.run('Transpose', ['classifier.weight'], { perm: [1, 0] });
  g.run('Add', [g.run('MatMul', [pooled, transposed]), 'classifier.bias'], {}, 'logits');

  const sentence = ['batch_size', 'sequence_length'];
  const graph = message(
    g.nodes.map((node) => bytesField(1, node)),
    bytesField(2, 'tiny-sentiment'),
    g.constants.map((constant) => bytesField(5, constant)),
    bytesField(11, valueProto('input_ids', INT64, sentence)),
    bytesField(11, valueProto('attention_mask', INT64, sentence)),
    bytesField(12, valueProto('logits', FLOAT, ['batch_size', LABELS.length])));
  const operatorSet = message(bytesField(1, ''), intField(2, OPERATOR_SET));
  return message(intField(1, IR_VERSION), bytesField(2, 'repohost sample generator'), bytesField(7, graph), bytesField(8, operatorSet));
}
