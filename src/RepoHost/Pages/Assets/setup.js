// The code stands behind the #, where no server and no log sees it. Take it from there, and out of the history.
const code = document.getElementById('code');
if (location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
  document.getElementById('name').focus();
}
