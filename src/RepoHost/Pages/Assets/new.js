// Says while the name is typed whether it is free. The server looks again when the form is sent.
const form = document.querySelector('[data-form=new]');
const hint = form.querySelector('[data-name-hint]');
const usual = hint.textContent;
let timer = 0;
let asked = 0;

form.addEventListener('input', (event) => {
  if (!['Name', 'Owner', 'Type'].includes(event.target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(check, 300);
});

// An organization may want its new repositories private; whoever has chosen has chosen.
let chosen = false;
form.addEventListener('change', (event) => {
  if (event.target.name === 'Visibility') chosen = true;
  if (!['Visibility', 'Owner'].includes(event.target.name)) return;
  form.elements.VisibilityOf.value = form.elements.Owner.value;
  if (chosen) return;
  form.elements.Visibility.value = form.dataset.private.split(' ').includes(form.elements.Owner.value) ? 'private' : 'public';
});

async function check() {
  const [name, owner, type] = ['Name', 'Owner', 'Type'].map((field) => form.elements[field].value.trim());
  const mine = ++asked;
  let answer = { sentence: usual };
  if (name) {
    const query = new URLSearchParams({ type, owner, name });
    answer = await fetch(`${form.dataset.check}&${query}`).then((response) => response.json()).catch(() => answer);
  }
  // Answers may come in another order than they were asked for.
  if (mine !== asked) return;
  hint.textContent = answer.sentence;
  hint.dataset.ok = answer.ok ?? '';
}
