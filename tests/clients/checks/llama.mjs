// node-llama-cpp, the one JavaScript client that reads HF_ENDPOINT and HF_TOKEN. It asks without the token first and again with
// it after a 401, so a gate that answered nobody with 403 would keep it out for good.

import fs from 'node:fs';
import { resolveModelFile } from '../llama/node_modules/node-llama-cpp/dist/index.js';
import { assert, base, check, freshFolder, GATED, OPEN, refused, sample, tokens } from '../checks.mjs';

function get(token, repo = GATED) {
  process.env.HF_ENDPOINT = base;
  if (token) process.env.HF_TOKEN = token;
  else delete process.env.HF_TOKEN;
  return resolveModelFile(`hf:${repo}/tiny.gguf`, { directory: freshFolder(), cli: false });
}

check('resolveModelFile downloads a gated model', async () => {
  assert.deepEqual(fs.readFileSync(await get(tokens.accepted)), sample(GATED, 'tiny.gguf'));
});
check('resolveModelFile downloads an open model without a token', async () => {
  assert.deepEqual(fs.readFileSync(await get(undefined, OPEN)), sample(OPEN, 'tiny.gguf'));
});
check('resolveModelFile by a stranger fails with 403', () => refused(() => get(tokens.stranger), 403));
check('resolveModelFile without a token fails with 401', () => refused(() => get(undefined), 401));
