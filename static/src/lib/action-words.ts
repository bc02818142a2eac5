import { t } from '../i18n/i18n.svelte';
import type { ActionId } from './action-table';
import type { Action } from './actions.svelte';

/** The words of the table come with those who show them: the palette, the sheet, the page of shortcuts. */
export const titleOf = (it: Pick<Action, 'id' | 'title'>): string => it.title?.() ?? t(`action.${it.id as ActionId}`);
