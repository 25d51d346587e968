// Clients that read parts of a file by range: @huggingface/gguf and hyparquet. Neither looks at the refusal's text.

import { gguf } from '@huggingface/gguf';
import { asyncBufferFromUrl, parquetReadObjects } from 'hyparquet';
import { assert, base, check, DATASET, GATED, OPEN, refused, sample, tokens } from '../checks.mjs';

const bearer = (token) => ({ Authorization: `Bearer ${token}` });
const ggufUrl = (repo) => `${base}/${repo}/resolve/main/tiny.gguf`;
const parquetUrl = `${base}/datasets/${DATASET.name}/resolve/main/data/train.parquet`;

check('gguf reads the header of a gated model', async () => {
  const { metadata, tensorInfos } = await gguf(ggufUrl(GATED), { additionalFetchHeaders: bearer(tokens.accepted) });
  assert.equal(metadata['general.name'], 'tiny sentiment');
  assert.deepEqual(tensorInfos.map(({ name }) => name), ['token_embd.weight', 'position_embd.weight', 'cls.output.weight']);
});
check('gguf reads the header of an open model', async () => {
  assert.equal((await gguf(ggufUrl(OPEN))).metadata['bert.embedding_length'], 32);
});
check('gguf by a stranger fails', () =>
  refused(() => gguf(ggufUrl(GATED), { additionalFetchHeaders: bearer(tokens.stranger) }), undefined, 'not a valid gguf file'));
check('hyparquet reads a gated dataset row by row', async () => {
  const file = await asyncBufferFromUrl({ url: parquetUrl, requestInit: { headers: bearer(tokens.accepted) } });
  assert.equal(file.byteLength, sample(DATASET, 'data/train.parquet').length);
  const rows = await parquetReadObjects({ file });
  const expected = sample(DATASET, 'reviews/train.jsonl').toString().trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(rows, expected);
});
check('hyparquet by a stranger fails with 403', () =>
  refused(() => asyncBufferFromUrl({ url: parquetUrl, requestInit: { headers: bearer(tokens.stranger) } }), undefined, '403'));
check('hyparquet without a token fails with 401', () => refused(() => asyncBufferFromUrl({ url: parquetUrl }), undefined, '401'));
