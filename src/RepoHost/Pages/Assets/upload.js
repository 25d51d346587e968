// Uploads by the routes of the Hub's own clients: how is each file to be sent (preupload), large ones to LFS, then one commit.
const form = document.querySelector('[data-upload]');
const { folder, done: whenDone, preupload, commit, batch, login } = form.dataset;
const find = (name) => form.querySelector(`[data-${name}]`);
const [list, drop, problem, status, send, cancel] = ['list', 'drop', 'problem', 'status', 'send', 'cancel'].map(find);

const MOST_FILES = 10000;
const ASKED_AT_ONCE = 200;
const SENT_AT_ONCE = 2;
const ATTEMPTS = 4;

/** @type {Map<string, {path: string, file: File, row: Element, mode?: string, ignored?: boolean, oid?: string, stored?: boolean, sent: number, hashed: number}>} */
const chosen = new Map();
let running = null;
let stale = false;

// ---- Choosing

for (const part of form.querySelectorAll('[data-with-script]')) part.hidden = false;
for (const part of form.querySelectorAll('[data-without-script]')) part.remove();
const choosers = { files: find('files'), folder: find('directory') };
for (const button of form.querySelectorAll('[data-choose]')) button.addEventListener('click', () => choosers[button.dataset.choose].click());
for (const chooser of Object.values(choosers)) {
  chooser.addEventListener('change', () => {
    add([...chooser.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
    chooser.value = '';
  });
}

// Anywhere on the page: a file that misses the box must not replace the page.
addEventListener('dragover', (event) => {
  event.preventDefault();
  if (!running) drop.dataset.over = '';
});
addEventListener('dragleave', (event) => { if (!event.relatedTarget) delete drop.dataset.over; });
addEventListener('drop', async (event) => {
  event.preventDefault();
  delete drop.dataset.over;
  if (running) return;
  // What is dropped is only there until this returns, so all of it is taken hold of first.
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean);
  const found = [];
  for (const entry of entries) await collect(entry, found);
  add(found);
});

async function collect(entry, found) {
  if (found.length > MOST_FILES) return;
  if (entry instanceof File) {
    found.push({ file: entry, path: entry.name });
  } else if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject)).catch(() => null);
    if (file) found.push({ file, path: entry.fullPath.slice(1) });
  } else {
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)).catch(() => []);
      if (some.length === 0) return;
      for (const inner of some) await collect(inner, found);
    }
  }
}

function add(files) {
  tell();
  for (const { file, path } of files) {
    if (chosen.size >= MOST_FILES && !chosen.has(path)) {
      tell(`${MOST_FILES} files can be uploaded at once. Send these first, or use git or a client.`);
      break;
    }
    chosen.get(path)?.row.remove();
    const entry = { file, path, row: rowOf(path, file), sent: 0, hashed: 0 };
    chosen.set(path, entry);
    list.append(entry.row);
  }
  listed();
  if (files.length > 0) status.textContent = `${chosen.size} ${chosen.size === 1 ? 'file' : 'files'} chosen`;
}

function rowOf(path, file) {
  const row = document.createElement('tr');
  row.dataset.file = path;
  const [name, size, state, remove] = ['file-name', 'file-size', 'upload-state', 'upload-remove'].map((className) => Object.assign(document.createElement('td'), { className }));
  const text = document.createElement('bdi');
  text.textContent = visible(path);
  name.append(text);
  size.textContent = bytes(file.size);
  const bar = Object.assign(document.createElement('progress'), { max: 1, value: 0, hidden: true });
  bar.setAttribute('aria-label', visible(path));
  const words = document.createElement('span');
  state.append(bar, words);
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'quiet small', textContent: 'Remove' });
  button.setAttribute('aria-label', `Remove ${visible(path)}`);
  button.addEventListener('click', () => {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    chosen.delete(path);
    row.remove();
    listed();
    (next?.querySelector('button') ?? form.querySelector('[data-choose]')).focus();
  });
  remove.append(button);
  row.append(name, size, state, remove);
  return row;
}

function listed() {
  find('list-box').hidden = chosen.size === 0;
  const summary = form.querySelector('[name=Summary]');
  const [only] = chosen.values();
  summary.placeholder = chosen.size === 1 ? `Upload ${visible(only.path.split('/').pop())}`.slice(0, 200) : 'Upload files';
}

// ---- Sending

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (running) return;
  if (chosen.size === 0) return tell('Choose one file at least.');
  tell();
  running = new AbortController();
  working(true);
  void upload(running.signal).then(
    () => {
      removeEventListener('beforeunload', hold);
      location.assign(whenDone);
    },
    (fault) => {
      running = null;
      working(false);
      const stopped = fault?.name === 'AbortError';
      stale = true;
      status.textContent = stopped ? 'Stopped' : '';
      for (const entry of chosen.values()) if (!entry.stored && !entry.ignored) say(entry, stopped ? 'stopped' : entry.failed ?? 'not sent yet');
      if (fault?.loggedOut) tellLoggedOut();
      else if (!stopped) tell(fault.message || 'The upload did not work.');
      send.lastChild.textContent = ' Try again';
    },
  );
});
cancel.addEventListener('click', () => running?.abort());

function hold(event) { event.preventDefault(); }

function working(yes) {
  for (const control of form.querySelectorAll('button, input, textarea')) control.disabled = yes && control !== cancel;
  cancel.hidden = !yes;
  find('back').hidden = yes;
  find('all').hidden = !yes;
  if (yes) {
    cancel.focus();
    addEventListener('beforeunload', hold);
  } else {
    removeEventListener('beforeunload', hold);
    send.focus();
  }
}

// 1 how each file is to be sent; 2 large ones, two at a time; 3 all of it in one commit
async function upload(signal) {
  const entries = [...chosen.values()];
  for (const entry of entries) delete entry.failed;
  if (stale) await renew(signal);
  await ask(entries.filter((entry) => !entry.mode), signal);
  const wanted = entries.filter((entry) => !entry.ignored);
  if (wanted.length === 0) throw new Error('All of these files are named by .gitignore, so there is nothing to upload.');

  const large = wanted.filter((entry) => entry.mode === 'lfs' && !entry.stored);
  const faults = [];
  const turns = [...Array(SENT_AT_ONCE)].map(async () => {
    for (let entry; (entry = large.shift()); ) {
      try {
        await store(entry, signal);
      } catch (fault) {
        if (fault.name === 'AbortError') throw fault;
        entry.failed = fault.message;
        say(entry, fault.message);
        faults.push(fault);
      }
    }
  });
  await Promise.all(turns);
  const ended = faults.find((fault) => fault.loggedOut);
  if (ended) throw ended;
  // What has gone up stays there for the next attempt; a commit without the rest is not what was asked for.
  if (faults.length > 0) throw new Error(`${faults.length === 1 ? 'One file' : `${faults.length} files`} could not be uploaded: ${faults[0].message} Nothing was committed. Try again, or remove ${faults.length === 1 ? 'it' : 'them'} from the list.`);
  await commitAll(wanted, signal);
}

async function ask(entries, signal) {
  for (let at = 0; at < entries.length; at += ASKED_AT_ONCE) {
    const some = entries.slice(at, at + ASKED_AT_ONCE);
    const files = await Promise.all(some.map(async ({ path, file }) => ({ path: full(path), size: file.size, sample: await base64(file.slice(0, 512)) })));
    const answer = await json(preupload, { files }, signal);
    for (const [i, told] of answer.files.entries()) {
      const entry = some[i];
      [entry.mode, entry.ignored] = [told.uploadMode, told.shouldIgnore];
      say(entry, told.shouldIgnore ? 'left out: .gitignore names it' : told.oid ? 'replaces the file that is there' : 'waiting');
    }
  }
}

async function store(entry, signal) {
  const { file } = entry;
  if (!entry.oid) {
    entry.oid = await hash(file, signal, (done) => show(entry, 'reading', entry.hashed = done, 0));
  }
  entry.hashed = file.size;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await json(batch, { operation: 'upload', transfers: ['basic', 'multipart'], hash_algo: 'sha256', objects: [{ oid: entry.oid, size: file.size }] }, signal, 'application/vnd.git-lfs+json');
      const object = answer.objects[0];
      if (object.error) throw Object.assign(new Error(object.error.message), { final: true });
      if (object.actions) {
        const { upload: up, verify } = object.actions;
        await (answer.transfer === 'multipart' ? sendParts(entry, up, signal) : put(here(up.href), file, signal, (sent) => show(entry, 'sending', file.size, entry.sent = sent)));
        if (verify) await json(here(verify.href), { oid: entry.oid, size: file.size }, signal, 'application/vnd.git-lfs+json');
      }
      [entry.stored, entry.sent] = [true, file.size];
      show(entry, 'uploaded', file.size, file.size);
      return;
    } catch (fault) {
      if (fault.name === 'AbortError' || fault.final || attempt === ATTEMPTS) throw fault;
      entry.sent = 0;
      say(entry, 'interrupted, trying again');
      await pause(1000 * 2 ** attempt, signal);
    }
  }
}

async function sendParts(entry, up, signal) {
  const size = Number(up.header.chunk_size);
  const numbers = Object.keys(up.header).filter((key) => /^\d+$/.test(key)).sort();
  const parts = [];
  for (const number of numbers) {
    const at = (Number(number) - 1) * size;
    const part = entry.file.slice(at, at + size);
    for (let attempt = 1; ; attempt++) {
      try {
        const request = await put(here(up.header[number]), part, signal, (sent) => show(entry, 'sending', entry.file.size, entry.sent = at + sent));
        parts.push({ partNumber: Number(number), etag: request.getResponseHeader('ETag') });
        break;
      } catch (fault) {
        if (fault.name === 'AbortError' || fault.final || attempt === ATTEMPTS) throw fault;
        await pause(1000 * 2 ** attempt, signal);
      }
    }
  }
  await json(here(up.href), { oid: entry.oid, parts }, signal, 'application/vnd.git-lfs+json');
}

async function commitAll(entries, signal) {
  status.textContent = 'Committing';
  const value = { summary: field('Summary') || form.querySelector('[name=Summary]').placeholder, description: field('Description') };
  const lines = [JSON.stringify({ key: 'header', value }), '\n'];
  for (const { path, file, mode, oid } of entries) {
    if (mode === 'lfs') {
      lines.push(JSON.stringify({ key: 'lfsFile', value: { path: full(path), algo: 'sha256', oid, size: file.size } }), '\n');
    } else {
      // The browser keeps a Blob where it likes; the text of one file at a time is all that is held here.
      lines.push(new Blob([`{"key":"file","value":{"path":${JSON.stringify(full(path))},"encoding":"base64","content":"`, await base64(file), '"}}\n']));
    }
  }
  const body = new Blob(lines);
  const regular = entries.filter((entry) => entry.mode !== 'lfs');
  await request('POST', commit, body, { 'Content-Type': 'application/x-ndjson', 'X-CSRF-Token': token() }, signal, (sent) => {
    const share = body.size === 0 ? 1 : Math.min(1, sent / body.size);
    for (const entry of regular) show(entry, 'sending', 0, entry.sent = entry.file.size * share);
  });
  for (const entry of entries) [entry.stored, entry.sent] = [true, entry.file.size];
}

// ---- Small things

function full(path) { return folder ? `${folder}/${path}` : path; }

function field(name) { return form.querySelector(`[name=${name}]`).value.trim(); }

// Addresses of a batch are absolute, on the address that the server calls itself; this page may have been opened under another.
function here(href) {
  const url = new URL(href, location.href);
  return location.origin + url.pathname + url.search;
}

function token() { return document.querySelector('input[name=csrf]').value; }

// Before another attempt: there may have been a login in another tab, and this page's field against forgery was made for the session before.
async function renew(signal) {
  const answer = await fetch(location.href, { signal, headers: { Accept: 'text/html' } }).catch(() => { throw signal.reason ?? new Error('The connection to the server broke off.'); });
  const fresh = answer.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-upload] input[name=csrf]') : null;
  if (!fresh) throw endedSession();
  document.querySelector('input[name=csrf]').value = fresh.value;
  stale = false;
}

function endedSession() {
  return Object.assign(new Error('not sent: you are not logged in any more'), { final: true, loggedOut: true });
}

async function base64(blob) {
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(new Error('A file could not be read. It may have been moved or changed since it was chosen: remove it and choose it again.'));
    reader.readAsDataURL(blob);
  });
  return url.slice(url.indexOf(',') + 1);
}

function hash(file, signal, progress) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('hash-worker.js', import.meta.url), { type: 'module' });
    const end = (settle, value) => {
      worker.terminate();
      settle(value);
    };
    signal.addEventListener('abort', () => end(reject, signal.reason), { once: true });
    worker.onerror = () => end(reject, Object.assign(new Error('The file could not be read.'), { final: true }));
    worker.onmessage = ({ data }) => {
      if (data.hex) end(resolve, data.hex);
      else if (data.fault) end(reject, Object.assign(new Error(`The file could not be read: ${data.fault}`), { final: true }));
      else progress(data.done);
    };
    worker.postMessage({ file });
  });
}

async function json(url, value, signal, type = 'application/json') {
  const answer = await request('POST', url, JSON.stringify(value), { 'Content-Type': type, Accept: type, 'X-CSRF-Token': token() }, signal);
  return answer.responseText ? JSON.parse(answer.responseText) : null;
}

function put(url, blob, signal, progress) {
  return request('PUT', url, blob, { 'Content-Type': 'application/octet-stream' }, signal, progress);
}

// XMLHttpRequest, because fetch can't tell how much of a body has been sent.
function request(method, url, body, headers, signal, progress) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const xhr = new XMLHttpRequest();
    const stop = () => xhr.abort();
    xhr.open(method, url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    // Or the browser itself would ask for a password when an LFS route answers 401.
    xhr.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
    if (progress) xhr.upload.onprogress = (event) => progress(event.loaded);
    xhr.onabort = () => reject(signal.reason);
    xhr.onerror = () => reject(new Error('The connection to the server broke off.'));
    xhr.onload = () => (xhr.status >= 200 && xhr.status < 300 ? resolve(xhr) : reject(faultOf(xhr)));
    xhr.onloadend = () => signal.removeEventListener('abort', stop);
    signal.addEventListener('abort', stop);
    xhr.send(body);
  });
}

function faultOf(xhr) {
  // The routes' own sentence is for programs, which send a password or a token.
  if (xhr.status === 401) return endedSession();
  let sentence = '';
  try {
    const body = JSON.parse(xhr.responseText);
    sentence = body.error ?? body.message ?? '';
  } catch {
    // A proxy's page, say.
  }
  // Only what is the server's own trouble, or that of the way there, may go better another time; an address may have run out.
  const final = xhr.status >= 400 && xhr.status < 500 && ![403, 408, 429].includes(xhr.status);
  return Object.assign(new Error(sentence || `The server answered ${xhr.status}.`), { final });
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });
}

function say(entry, words) {
  entry.row.querySelector('.upload-state span').textContent = words;
  if (!running) entry.row.querySelector('progress').hidden = true;
}

let shown = 0;
function show(entry, words, hashed, sent) {
  const bar = entry.row.querySelector('progress');
  bar.hidden = false;
  // Reading is quick beside sending.
  bar.value = entry.mode === 'lfs' ? (0.1 * hashed + 0.9 * sent) / Math.max(1, entry.file.size) : sent / Math.max(1, entry.file.size);
  entry.row.querySelector('.upload-state span').textContent = words;
  const all = [...chosen.values()].filter((one) => !one.ignored);
  const [total, gone] = [all.reduce((sum, one) => sum + one.file.size, 0), all.reduce((sum, one) => sum + Math.min(one.sent, one.file.size), 0)];
  find('all-progress').value = total === 0 ? 1 : gone / total;
  find('all-text').textContent = `${bytes(gone)} of ${bytes(total)}`;
  // Screen readers hear of every tenth part, not of every packet.
  const tenth = Math.floor((10 * gone) / Math.max(1, total));
  if (tenth !== shown) {
    shown = tenth;
    status.textContent = `${tenth * 10} percent uploaded`;
  }
}

function tell(sentence) {
  problem.hidden = !sentence;
  problem.textContent = sentence ?? '';
  if (sentence) problem.focus();
}

function tellLoggedOut() {
  const link = Object.assign(document.createElement('a'), { href: login, target: '_blank', textContent: 'Log in in another tab' });
  tell('Your session has ended. ');
  problem.append(link, ', come back to this one, and try again: the files that you have chosen stay in the list.');
}

function bytes(count) {
  const [unit, size] = count >= 1e9 ? ['GB', 1e9] : count >= 1e6 ? ['MB', 1e6] : count >= 1e3 ? ['kB', 1e3] : ['bytes', 1];
  return `${size === 1 ? Math.round(count) : (count / size).toFixed(1).replace(/\.0$/, '')} ${unit}`;
}

// As the server shows names: what turns the direction of a text is written out.
function visible(text) {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}
