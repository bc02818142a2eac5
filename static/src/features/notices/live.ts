import { on } from '../../realtime/apply';

on('notification.created', ({ seq, at, data }, { store }) =>
  store.notices.add({ id: `${seq}.${at}`, at, code: data.code, detail: data.detail }),
);
