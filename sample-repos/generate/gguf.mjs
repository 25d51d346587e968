// GGUF version 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), for clients that read only the header of
// a large file by range. The tensors are the embeddings and the last layer: enough to look at, not to run in llama.cpp.

import { VOCABULARY } from './vocabulary.mjs';
import { bytesOf, EMBEDDINGS, SHAPE } from './weights.mjs';

const ALIGNMENT = 32;
const TYPE = { uint32: 4, string: 8, array: 9 };
const TENSORS = {
  'token_embd.weight': `${EMBEDDINGS}word_embeddings.weight`,
  'position_embd.weight': `${EMBEDDINGS}position_embeddings.weight`,
  'cls.output.weight': 'classifier.weight',
};

function uint32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

const string = (text) => Buffer.concat([uint64(Buffer.byteLength(text)), Buffer.from(text)]);
const entry = (key, type, value) => Buffer.concat([string(key), uint32(type), value]);
const padding = (length) => Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);

function metadata() {
  const number = (key, value) => entry(key, TYPE.uint32, uint32(value));
  const text = (key, value) => entry(key, TYPE.string, string(value));
  const tokens = Buffer.concat([uint32(TYPE.string), uint64(VOCABULARY.length), ...VOCABULARY.map(string)]);
  return [
    text('general.architecture', 'bert'),
    text('general.name', 'tiny sentiment'),
    number('general.alignment', ALIGNMENT),
    number('general.file_type', 0),
    number('bert.block_count', SHAPE.layers),
    number('bert.embedding_length', SHAPE.dim),
    number('bert.context_length', SHAPE.positions),
    text('tokenizer.ggml.model', 'bert'),
    entry('tokenizer.ggml.tokens', TYPE.array, tokens),
  ];
}

export function writeGguf(weights) {
  const descriptions = [];
  const data = [];
  let offset = 0;
  for (const [name, source] of Object.entries(TENSORS)) {
    const tensor = weights[source];
    const bytes = bytesOf(tensor.data);
    const dimensions = [...tensor.shape].reverse(); // GGUF names the innermost dimension first
    descriptions.push(string(name), uint32(dimensions.length), ...dimensions.map(uint64), uint32(0), uint64(offset));
    data.push(bytes, padding(bytes.length));
    offset += bytes.length + padding(bytes.length).length;
  }

  const entries = metadata();
  const head = Buffer.concat([
    Buffer.from('GGUF'), uint32(3), uint64(Object.keys(TENSORS).length), uint64(entries.length), ...entries, ...descriptions]);
  return Buffer.concat([head, padding(head.length), ...data]);
}
