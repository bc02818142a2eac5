import type { Like } from '../plural';
import type { auth as ru } from '../ru/auth';

export const auth: Like<typeof ru> = {
  'auth.enter': 'Кіру',
  'auth.entering': 'Кіріп жатыр…',
  'auth.create': 'Аккаунт ашу',
  'auth.email': 'Эл. пошта',
  'auth.password': 'Құпиясөз',
  'auth.company': 'Компания атауы',
  'auth.showPassword': 'Құпиясөзді көрсету',
  'auth.capslock': 'Caps Lock қосулы',
  'auth.passwordMin': { other: 'Кемінде {n} таңба' },
  'auth.noAccount': 'Аккаунтыңыз жоқ па?',
  'auth.haveAccount': 'Аккаунтыңыз бар ма?',
  'auth.lapsed': 'Сессия аяқталды',
  'auth.other': 'Басқа атпен кіру',
  'auth.expired': 'Сессия аяқталды. Қайта кіріңіз — қараламалар сақталды.',
  'auth.inviteOnly': 'Тіркелу тек шақыру арқылы. Компания иесінен сілтеме сұраңыз.',
  'auth.closed': 'Тіркелу жабық.',
  'strength.short': 'Тым қысқа',
  'strength.weak': 'Әлсіз: оңай табылады',
  'strength.fair': 'Жаман емес',
  'strength.good': 'Сенімді',
  'invite.text': 'Сіз «{company}» компаниясына шақырылдыңыз. Рөліңіз: {role}.',
  'invite.accept': 'Шақыруды қабылдау',
  'invite.invalid': 'Шақыру табылмады: мерзімі өткен, кері алынған немесе бұрын қолданылған.',
};
