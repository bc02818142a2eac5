import type { Like } from '../plural';
import type { select as ru } from '../ru/select';

export const select: Like<typeof ru> = {
  'select.bar': 'Таңдалған диалогтармен әрекеттер',
  'select.all': 'Бәрі: {n}',
  'select.closed': { one: '{n} диалог жабылды', other: '{n} диалог жабылды' },
  'select.open': { one: '{n} диалог қайта ашылды', other: '{n} диалог қайта ашылды' },
  'select.snoozed': { one: '{n} диалог кейінге қалдырылды', other: '{n} диалог кейінге қалдырылды' },
  'select.assigned': { one: '{n} диалог берілді: {name}', other: '{n} диалог берілді: {name}' },
  'select.released': { one: '{n} диалог бәріне қайтарылды', other: '{n} диалог бәріне қайтарылды' },
  'select.read': { one: '{n} диалог оқылды', other: '{n} диалог оқылды' },
  'select.unread': { one: '{n} диалог қайта оқылмаған болды', other: '{n} диалог қайта оқылмаған болды' },
  'select.refused': { one: '{n} диалогпен болмады, ол таңдаулы қалды', other: '{n} диалогпен болмады, олар таңдаулы қалды' },
  'select.progress': '{n} ішінен {done} дайын',
  'select.markRead': 'Оқылды',
  'select.markUnread': 'Оқылмаған',
  'select.nothing': 'Өзгертетін ештеңе жоқ: бәрі солай.',
};
