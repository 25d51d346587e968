// Blocks of code in a card get a button that copies them.
let number = 0;
for (const code of document.querySelectorAll('.prose pre > code')) {
  code.id ||= `code-of-card-${number++}`;
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'quiet small', textContent: 'Copy' });
  button.dataset.copy = `#${CSS.escape(code.id)}`;
  button.setAttribute('aria-label', 'Copy this code');
  const frame = Object.assign(document.createElement('div'), { className: 'clip' });
  code.parentElement.replaceWith(frame);
  frame.append(button, code.parentElement);
}

// A link of the contents closes them.
for (const link of document.querySelectorAll('[data-contents] a')) link.addEventListener('click', () => { link.closest('details').open = false; });
