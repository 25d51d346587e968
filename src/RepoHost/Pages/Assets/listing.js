// Lists are searched while one types: the same page is fetched and its results put in place of the ones that are shown.
const form = document.querySelector('[data-live-search]');
const results = document.querySelector('[data-results]');
const status = document.querySelector('[data-search-status]');
let timer;
let asked = new AbortController();

async function search() {
  asked.abort();
  asked = new AbortController();
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ''));
  const address = query.size > 0 ? `${form.action}?${query}` : form.action;
  try {
    const answer = await fetch(address, { signal: asked.signal, headers: { Accept: 'text/html' } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const found = page.querySelector('[data-results]');
    if (!found) return;
    results.replaceChildren(...found.childNodes);
    history.replaceState(null, '', address);
    const count = results.querySelectorAll('[data-list] > li').length;
    const more = results.querySelector('a[rel=next]') !== null;
    status.textContent = count === 0 ? results.querySelector('[data-none]')?.textContent.trim() ?? '' : `${count}${more ? ' or more' : ''} found`;
  } catch (error) {
    // The button searches as well.
    if (error.name !== 'AbortError') form.querySelector('[data-without-script]').dataset.withoutScript = 'shown';
  }
}

form?.elements.search.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(search, 250);
});
form?.addEventListener('submit', () => clearTimeout(timer));
