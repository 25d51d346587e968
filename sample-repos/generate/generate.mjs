#!/usr/bin/env node
// Writes the machine-made files of the sample repositories; README.md, LICENSE and reviews/*.jsonl are written by people.
//
//   node sample-repos/generate/generate.mjs           write them
//   node sample-repos/generate/generate.mjs --check   compare them with what is there; status 1 if a byte differs

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeGguf } from './gguf.mjs';
import { writeOnnx } from './onnx.mjs';
import { writeParquet } from './parquet.mjs';
import { writeSafetensors } from './safetensors.mjs';
import { writeTextFiles } from './tokenizer.mjs';
import { makeWeights, parameterCount } from './weights.mjs';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const MODELS = ['models/acme/tiny-sentiment', 'models/acme/tiny-sentiment-auto', 'models/acme/tiny-sentiment-open'];
const DATASET = 'datasets/acme/tiny-reviews';

function modelFiles() {
  const weights = makeWeights();
  console.log(`${parameterCount(weights)} parameters`);
  return {
    ...writeTextFiles(),
    'model.safetensors': writeSafetensors(weights),
    'onnx/model.onnx': writeOnnx(weights),
    'tiny.gguf': writeGguf(weights),
  };
}

function datasetFiles() {
  const rowsOf = (split) =>
    fs.readFileSync(path.join(ROOT, DATASET, `reviews/${split}.jsonl`), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  return Object.fromEntries(['train', 'test'].map((split) => [`data/${split}.parquet`, writeParquet(rowsOf(split))]));
}

function* everyFile() {
  const model = Object.entries(modelFiles());
  for (const folder of MODELS) for (const [name, content] of model) yield [path.join(folder, name), Buffer.from(content)];
  for (const [name, content] of Object.entries(datasetFiles())) yield [path.join(DATASET, name), content];
}

function write() {
  for (const [name, content] of everyFile()) {
    const file = path.join(ROOT, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    console.log(`${String(content.length).padStart(8)} ${name}`);
  }
}

function check() {
  let compared = 0;
  const different = [];
  for (const [name, content] of everyFile()) {
    compared++;
    const file = path.join(ROOT, name);
    if (!fs.existsSync(file) || !fs.readFileSync(file).equals(content)) different.push(name);
  }
  for (const name of different) console.error(`differs: ${name}`);
  console.log(`${compared} files compared, ${different.length} differ`);
  return different.length === 0;
}

if (process.argv[2] === '--check') process.exitCode = check() ? 0 : 1;
else write();
