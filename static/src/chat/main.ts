import { mount } from 'svelte';
import './chat.css';
import ChatPage from './ChatPage.svelte';

const key = decodeURIComponent(location.pathname.split('/')[2] ?? '');
mount(ChatPage, { target: document.getElementById('chat')!, props: { channelKey: key } });
