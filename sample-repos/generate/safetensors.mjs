// https://github.com/huggingface/safetensors#format: 8 bytes of header length, a JSON header, the tensors' bytes.

import { bytesOf } from './weights.mjs';

export function writeSafetensors(weights) {
  const header = { __metadata__: { format: 'pt' } };
  const tensors = [];
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(weights)) {
    const end = offset + data.byteLength;
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] };
    tensors.push(bytesOf(data));
    offset = end;
  }

  let json = JSON.stringify(header);
  json += ' '.repeat((8 - (json.length % 8)) % 8); // tensors begin on a multiple of 8, so that readers can map them
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, Buffer.from(json), ...tensors]);
}
