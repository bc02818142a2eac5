import type { Like } from '../plural';
import type { profile as ru } from '../ru/profile';

export const profile: Like<typeof ru> = {
  'logout.title': 'Бәрі жіберілмей тұрып шығасыз ба?',
  'logout.text': 'Әлі кетпегені: {n} (хабарламалар мен өзгерістер). Бәрі осы браузерде қалып, қайта кіргенде жіберіледі.',
  'pref.density': 'Тығыздық',
  'pref.sendWith': 'Жіберу пернесі',
  'density.comfortable': 'Кең',
  'density.compact': 'Ықшам',
  'me.person': 'Сіз туралы',
  'me.zone': 'Уақыт белдеуі',
  'me.screen': 'Экран мен пернелер',
  'me.password': 'Құпиясөз',
  'me.currentPassword': 'Қазіргі құпиясөз',
  'me.newPassword': 'Жаңа құпиясөз',
  'me.changePassword': 'Құпиясөзді ауыстыру',
  'me.passwordChanged': 'Құпиясөз өзгертілді',
  'me.sessions': 'Кірген құрылғылар',
  'me.thisSession': 'осы сессия',
  'me.endSession': 'Аяқтау',
  'me.unknownDevice': 'Белгісіз құрылғы',
  'tg.account': 'Менің Telegram-ым',
  'tg.accountText':
    'Telegram-ыңызды байланыстырыңыз, сонда өтінім хабарландыруларының түймелерін басқаныңыз сіздің әрекетіңіз болып саналады.',
  'tg.linked': 'Байланысқан: {name}',
  'tg.link': 'Байланыстыру',
  'tg.unlink': 'Ажырату',
  'tg.unlinked': 'Telegram ажыратылды',
  'tg.linkDone': 'Дайын: Telegram байланысты',
  'tg.askBot': 'Әзірге байланыстыру мүмкін емес: компанияда Telegram-бот жоқ.',
};
