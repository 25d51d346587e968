// Everything here only makes pages that work without it more comfortable.

// Instants are written in UTC; show them in the reader's own time zone.
const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
for (const time of document.querySelectorAll('time[data-local]')) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime())) continue;
  time.title = time.textContent;
  time.textContent = when.format(at);
}

// <button data-copy="#id"> copies that element's text; <button data-copy-text="..."> copies the text.
document.addEventListener('click', async (event) => {
  const button = event.target.closest?.('[data-copy], [data-copy-text]');
  if (!button) return;
  const source = button.dataset.copy ? document.querySelector(button.dataset.copy) : null;
  const text = button.dataset.copyText ?? source?.value ?? source?.textContent ?? '';
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Browsers keep the clipboard from pages that came without TLS, but not the old way to it.
    if (!copied(text, button)) return;
  }
  announce('Copied');
  button.dataset.done = '';
  setTimeout(() => delete button.dataset.done, 2000);
});
for (const button of document.querySelectorAll('[data-copy], [data-copy-text]')) button.hidden = false;

function copied(text, button) {
  const area = Object.assign(document.createElement('textarea'), { value: text, className: 'hidden', readOnly: true });
  // Beside the button: whatever is outside of an open dialog can't be selected.
  button.after(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  button.focus();
  return done;
}

// Says something to screen readers without moving the focus.
export function announce(text) {
  let live = document.getElementById('announcements');
  if (!live) {
    live = Object.assign(document.createElement('p'), { id: 'announcements', className: 'hidden' });
    live.setAttribute('role', 'status');
    document.body.append(live);
  }
  live.textContent = text;
}

// Menus close with Escape and with a click elsewhere.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) if (!menu.contains(event.target)) menu.open = false;
});

// <select data-submit> sends its form when another option is chosen; the button that does so without script is hidden by the stylesheet.
for (const select of document.querySelectorAll('select[data-submit]')) {
  select.addEventListener('change', () => select.form.requestSubmit());
}

// <textarea maxlength data-counter="#id">: how many characters are left.
for (const area of document.querySelectorAll('[data-counter]')) {
  const counter = document.querySelector(area.dataset.counter);
  const show = () => { counter.textContent = `${area.value.length} of ${area.maxLength} characters`; };
  area.addEventListener('input', show);
  show();
}

// A form is sent once, however often its button is pressed. Its fields may be called like any property of a form, so none is asked.
const sent = new WeakSet();
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (Element.prototype.getAttribute.call(form, 'method') !== 'post' || event.defaultPrevented) return;
  if (sent.has(form)) event.preventDefault();
  sent.add(form);
});
addEventListener('pageshow', () => { for (const form of document.querySelectorAll('form')) sent.delete(form); });
