// Hashes files beside the page, which stays usable meanwhile. Asked with { file }, it answers { done } as it goes on, and in the end { hex } or { fault }.
import './vendor/hash-wasm-sha256.js';

const PIECE = 4 * 1024 * 1024;

onmessage = async ({ data: { file } }) => {
  try {
    const hash = await globalThis.hashwasm.createSHA256();
    hash.init();
    for (let at = 0; at < file.size; at += PIECE) {
      hash.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
      postMessage({ done: Math.min(file.size, at + PIECE) });
    }
    postMessage({ hex: hash.digest('hex') });
  } catch (e) {
    postMessage({ fault: String(e?.message ?? e) });
  }
};
