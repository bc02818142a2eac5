import type { Lead } from '../../api/types';
import { t } from '../../i18n/i18n.svelte';
import type { Column } from '../../ui/table';
import { STATUSES } from './filter';

/** The columns of the list of leads; what stands in them draws LeadCell. */
export const leadColumns = (): Column<Lead>[] => [
  { id: 'name', title: t('leads.colCustomer'), sort: (it) => it.name || null, width: '204px', fixed: true },
  { id: 'request', title: t('leads.colRequest'), from: 560 },
  { id: 'status', title: t('leads.colStatus'), sort: (it) => STATUSES.indexOf(it.status), width: '168px' },
  { id: 'assignee', title: t('leads.colAssignee'), sort: (it) => it.assignee?.name ?? null, width: '164px', from: 960 },
  { id: 'notice', title: t('leads.colNotice'), width: '170px', from: 1080 },
  { id: 'created', title: t('leads.colCreated'), sort: (it) => it.id, width: '110px', from: 720 },
  { id: 'chat', title: t('leads.colChat'), width: '84px', from: 640 },
];
