// Runs before the first paint: sets theme, density and language on <html>, so nothing flashes.
(function () {
  var prefs = {};
  try {
    prefs = JSON.parse(localStorage.getItem('sb.prefs') || '{}');
  } catch (e) {
    // A broken or forbidden storage means defaults, nothing worse.
  }
  var root = document.documentElement;
  var wanted = prefs.theme || 'system';
  var dark = wanted === 'dark' || (wanted === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.dataset.theme = dark ? 'dark' : 'light';
  root.style.colorScheme = dark ? 'dark' : 'light';
  root.dataset.density = prefs.density || 'comfortable';
  if (prefs.locale) root.lang = prefs.locale;
})();
