// A button that shows a password, to look for a typing error.
for (const input of document.querySelectorAll('.field > input[type=password]')) {
  const row = Object.assign(document.createElement('div'), { className: 'reveal' });
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'quiet', textContent: 'Show' });
  const name = input.labels[0].textContent;
  const tell = (shown) => {
    input.type = shown ? 'text' : 'password';
    button.textContent = shown ? 'Hide' : 'Show';
    button.setAttribute('aria-label', `${shown ? 'Hide' : 'Show'}: ${name}`);
  };
  input.replaceWith(row);
  row.append(input, button);
  tell(false);
  button.addEventListener('click', () => tell(input.type === 'password'));
  // A browser keeps what was typed into a text field, but not passwords.
  input.form.addEventListener('submit', () => tell(false));
}
