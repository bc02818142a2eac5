import type { Like } from '../plural';
import type { notices as ru } from '../ru/notices';

export const notices: Like<typeof ru> = {
  'tg.chat': 'Хабарландыруларға арналған чат',
  'tg.chatText':
    'Әр жаңа өтінім туралы бот осы чатқа жазады: аты, телефоны, не керегі, және «Жұмысқа алу», «Қоңырау шалу», «Бас тарту» түймелері.',
  'tg.connected': '«{title}» чаты қосылған',
  'tg.connectedAt': 'қосылған уақыты: {time}',
  'tg.fromServer': 'сервер баптауларында берілген',
  'tg.none': 'Чат қосылмаған: өтінімдер туралы тек осы консольге қарап отырғандар біледі.',
  'tg.noBots': 'Хабарландыруларды сіздің Telegram-ботыңыз жібереді. Алдымен ботты қосыңыз.',
  'tg.addBot': 'Бот қосу',
  'tg.connect': 'Чат қосу',
  'tg.another': 'Басқа чат қосу',
  'tg.disconnect': 'Ажырату',
  'tg.disconnected': 'Чат ажыратылды',
  'tg.test': 'Тексеру',
  'tg.tested': 'Сынақ хабарландыруы чатқа жіберілді',
  'tg.code': 'Код',
  'tg.copyCode': 'Кодты көшіру',
  'tg.openBot': '@{bot} ашу',
  'tg.toGroup': '@{bot} ботын топқа қосу',
  'tg.validUntil': 'Жарамдылық мерзімі: {time}. Кодты күтіп отырмыз…',
  'tg.expired': 'Кодтың мерзімі өтті.',
  'tg.newCode': 'Жаңа код',
  'tg.done': 'Дайын: чат қосылды',
};
