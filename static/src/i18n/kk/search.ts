import type { Like } from '../plural';
import type { search as ru } from '../ru/search';

export const search: Like<typeof ru> = {
  'search.placeholder': 'Хабарламадағы сөздер, есім немесе телефон',
  'search.hintTitle': 'Айтылғанның бәрі табылады',
  'search.hint':
    'Хабарламалар, дауыстық хабарламалардың мәтіні, файл аттары және клиенттер. Кемінде екі әріп немесе сан жазыңыз.',
  'search.nothing': 'Ештеңе табылмады',
  'search.nothingHint': 'Сөзді азайтып немесе сөздің басын ғана жазып көріңіз.',
  'search.people': 'Клиенттер',
  'search.messages': 'Хабарламалар',
  'search.more': 'Тағы көрсету',
  'search.voice': 'дауыс',
  'search.file': 'файл',
  'search.note': 'ескертпе',
};
