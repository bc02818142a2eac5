import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { firstLocale, useLocale } from './i18n/i18n.svelte';
import { startRouter } from './lib/router.svelte';
import { session } from './lib/session.svelte';

startRouter();
// Language and session are asked for at once; the first paint needs only the language.
void session.resume();
await useLocale(firstLocale(), false);
mount(App, { target: document.getElementById('app')! });
