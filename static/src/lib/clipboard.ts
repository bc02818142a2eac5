import { t } from '../i18n/i18n.svelte';
import { toast } from './toast.svelte';

/** The clipboard API exists on https and localhost only; elsewhere the old way still works. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  toast(t('copied'));
}
