import { t } from '../i18n/i18n.svelte';
import { setLeaveGuard } from './router.svelte';

let forms = 0;

/** While any form of the page has unsaved changes, leaving asks first. To be called in an effect; answers how to take it back. */
export function holdPage(): () => void {
  if (++forms === 1) setLeaveGuard(() => confirm(t('me.leave')));
  return () => {
    if (--forms === 0) setLeaveGuard(null);
  };
}
