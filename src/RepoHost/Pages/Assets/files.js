// The pages of files and versions work without this; it makes them more comfortable.

// The picker of branches and tags: what is typed narrows the list, Enter searches all of them.
for (const picker of document.querySelectorAll('[data-revisions]')) {
  const filter = picker.querySelector('[data-filter]');
  const entries = [...picker.querySelectorAll('.lists li')];
  picker.addEventListener('toggle', () => { if (picker.open) filter.focus(); });
  filter.addEventListener('input', () => {
    const wanted = filter.value.trim().toLowerCase();
    for (const entry of entries) entry.hidden = !entry.textContent.toLowerCase().includes(wanted);
    for (const list of picker.querySelectorAll('.lists ul')) {
      const empty = !list.querySelector('li:not([hidden])');
      list.hidden = empty;
      list.previousElementSibling.hidden = empty;
    }
    picker.querySelector('[data-none]').hidden = entries.some((entry) => !entry.hidden);
  });
}

// Commits too far back to be found while the page was made are asked for afterwards: only for rows that somebody looks at, a few at a time.
const folder = document.querySelector('[data-files]');
const open = [...(folder?.querySelectorAll('tr[data-open]') ?? [])];
if (open.length > 0) {
  const AT_ONCE = 25;
  const waiting = new Set();
  const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  let busy = false;
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      waiting.add(entry.target);
    }
    if (!busy) void ask();
  });
  for (const row of open) seen.observe(row);

  async function ask() {
    busy = true;
    while (waiting.size > 0) {
      const rows = [...waiting].slice(0, AT_ONCE);
      for (const row of rows) waiting.delete(row);
      const answer = await fetch(folder.dataset.commitApi, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': document.querySelector('input[name=csrf]')?.value ?? '' },
        body: JSON.stringify({ paths: rows.map((row) => row.dataset.path), expand: true }),
      }).catch(() => null);
      if (!answer?.ok) break; // The names and sizes are there; nobody needs to hear that the rest is not.
      const byPath = new Map((await answer.json()).map((item) => [item.path, item.lastCommit]));
      for (const row of rows) show(row, byPath.get(row.dataset.path));
    }
    busy = false;
  }

  function show(row, commit) {
    if (!commit) return;
    const title = document.createElement(folder.dataset.commitLink ? 'a' : 'span');
    if (folder.dataset.commitLink) title.href = folder.dataset.commitLink + commit.id;
    title.className = 'commit-title';
    title.textContent = visible(commit.title) || '(no message)';
    row.querySelector('.file-commit').replaceChildren(title);
    const time = document.createElement('time');
    time.dateTime = commit.date;
    time.textContent = when.format(new Date(commit.date));
    row.querySelector('.file-when').replaceChildren(time);
    delete row.dataset.open;
  }

  // As the server shows names: characters that turn the direction of a text are written out.
  function visible(text) {
    return text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
  }
}
