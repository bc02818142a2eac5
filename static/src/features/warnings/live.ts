import { on } from '../../realtime/apply';

on('notification.created', ({ seq, at, data }, { store }) => {
  // What is for one person in particular is the bell's.
  if (!data.params) store.warnings.add({ id: `${seq}.${at}`, at, code: data.code, detail: data.detail });
});
