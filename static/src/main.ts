import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { firstLocale, useLocale } from './i18n/i18n.svelte';
import { startRouter } from './lib/router.svelte';
import { session } from './lib/session.svelte';
import { here } from './routes';

startRouter();
// Session, language and the page that the address names are asked for at once; the first paint needs only the language.
void session.resume();
// Whether it may be shown, and what is said if it does not come, is the app's.
const at = here();
for (const load of at ? [at.route.page, ...at.route.frames] : []) load().catch(() => {});
await useLocale(firstLocale(), false);
mount(App, { target: document.getElementById('app')! });
