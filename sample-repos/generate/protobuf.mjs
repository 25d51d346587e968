// The few pieces of the Protocol Buffers wire format that ONNX needs.

export function varint(value) {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes = [];
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest ? low | 128 : low);
  } while (rest);
  return Buffer.from(bytes);
}

const tag = (field, wireType) => varint((field << 3) | wireType);

export const message = (...fields) => Buffer.concat(fields.flat());
export const intField = (field, value) => Buffer.concat([tag(field, 0), varint(value)]);

/** A string, raw bytes or a nested message: all three are stored with their length in front. */
export function bytesField(field, value) {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value);
  return Buffer.concat([tag(field, 2), varint(bytes.length), bytes]);
}

export function floatField(field, value) {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([tag(field, 5), bytes]);
}
