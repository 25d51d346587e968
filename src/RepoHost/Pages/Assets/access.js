// Select all on this page, and how many are selected.
const batch = document.querySelector('[data-batch]');
if (batch) {
  const boxes = [...document.querySelectorAll('input[data-select]')].filter((box) => box.form === batch);
  const all = batch.querySelector('[data-select-all] input');
  const told = batch.querySelector('[data-selected]');
  const hint = told.textContent;
  const show = () => {
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    told.textContent = count === 0 ? hint : `${count} selected:`;
  };
  all.closest('[data-select-all]').hidden = false;
  all.addEventListener('change', () => { for (const box of boxes) box.checked = all.checked; show(); });
  for (const box of boxes) box.addEventListener('change', show);
  addEventListener('pageshow', show);
}

// The field of "Add access" proposes people while a name is typed: a combobox with a list, by the pattern of the ARIA guide.
const form = document.querySelector('[data-candidates]');
if (form) {
  const input = form.querySelector('input[name=grantee]');
  const list = Object.assign(document.createElement('ul'), { id: 'candidates', className: 'candidates', hidden: true });
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'People');
  const told = Object.assign(document.createElement('p'), { className: 'hidden' });
  told.setAttribute('role', 'status');
  input.after(list, told);
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', list.id);
  let timer = 0;
  let latest = 0;
  let at = -1;

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const choose = (option) => {
    input.value = option.dataset.user;
    close();
  };
  const point = (to) => {
    const options = [...list.children];
    if (options.length === 0) return;
    at = (to + options.length) % options.length;
    for (const [i, option] of options.entries()) option.setAttribute('aria-selected', i === at ? 'true' : 'false');
    input.setAttribute('aria-activedescendant', options[at].id);
    options[at].scrollIntoView({ block: 'nearest' });
  };
  const show = (people) => {
    list.replaceChildren(...people.map((person, i) => {
      const option = Object.assign(document.createElement('li'), { id: `candidate-${i}` });
      option.setAttribute('role', 'option');
      option.setAttribute('aria-selected', 'false');
      option.dataset.user = person.user;
      const name = Object.assign(document.createElement('strong'), { textContent: person.user });
      const more = [person.fullname, person.state === 'no request' ? '' : person.state].filter(Boolean).join(' · ');
      option.append(name, ' ', Object.assign(document.createElement('span'), { className: 'muted', textContent: more }));
      option.addEventListener('mousedown', (event) => { event.preventDefault(); choose(option); });
      return option;
    }));
    at = -1;
    list.hidden = people.length === 0;
    input.setAttribute('aria-expanded', String(people.length > 0));
    input.removeAttribute('aria-activedescendant');
    told.textContent = people.length === 0 ? 'Nobody found' : `${people.length} found`;
  };
  const search = async () => {
    const asked = ++latest;
    const name = input.value.trim();
    if (name === '') return close();
    const answer = await fetch(`${form.dataset.candidates}?q=${encodeURIComponent(name)}`, { headers: { Accept: 'application/json' } }).catch(() => null);
    if (asked !== latest || !answer?.ok) return;
    show(await answer.json());
  };

  close();
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(search, 150);
  });
  input.addEventListener('blur', close);
  // Leaving the field takes the list away, and the button would not be under the pointer any more when it is let go.
  form.querySelector('button').addEventListener('mousedown', (event) => event.preventDefault());
  input.addEventListener('keydown', (event) => {
    if (list.hidden) return;
    if (event.key === 'ArrowDown') point(at + 1);
    else if (event.key === 'ArrowUp') point(at < 0 ? -1 : at - 1);
    else if (event.key === 'Enter' && at >= 0) choose(list.children[at]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  });
}
