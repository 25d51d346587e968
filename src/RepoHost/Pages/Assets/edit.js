// Editing: the preview follows what is written, and nobody leaves by accident. Without script there is a button.
const form = document.querySelector('[data-edit]');
const box = document.querySelector('[data-preview-box]');
const text = form.querySelector('[data-text]');
const name = form.querySelector('[name=Name]');
const summary = form.querySelector('[name=Summary]');
const button = form.querySelector('[data-preview-button]');
let timer = 0;
let asking = null;
let changed = document.querySelector('[data-faults]') !== null;

if (button) button.hidden = true;
form.addEventListener('input', (event) => {
  changed = true;
  if (event.target === name) summary.placeholder = `Create ${name.value.split('/').pop() || 'a file'}`;
  if (event.target !== text && event.target !== name) return;
  clearTimeout(timer);
  timer = setTimeout(preview, 500);
});
form.addEventListener('submit', () => { changed = false; });
addEventListener('beforeunload', (event) => { if (changed) event.preventDefault(); });

async function preview() {
  if (!button) return;
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(`${location.pathname}?handler=Preview`, { method: 'POST', body: new FormData(form), headers: { 'X-Part': 'preview' }, signal: asking.signal });
    if (!answer.ok) return;
    const made = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-preview]');
    const shown = box.querySelector('[data-preview]');
    if (made && shown) shown.replaceWith(made);
    else box.replaceChildren(...(made ? [made] : []));
    form.parentElement.classList.toggle('with-preview', made !== null);
  } catch {
    // Somebody wrote on, or the server can't be reached: the next key asks again.
  }
}
