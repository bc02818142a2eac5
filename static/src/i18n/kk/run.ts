import type { Like } from '../plural';
import type { run as ru } from '../ru/run';

export const run: Like<typeof ru> = {
  'run.version': 'Баптау нұсқасы',
  'run.model': 'Модель',
  'run.outcome': 'Немен аяқталды',
  'run.reason': 'Себебі',
  'run.function': 'Не істеді',
  'run.calls': 'Сұраулар',
  'run.noCalls': 'Сұрау болған жоқ: жауап диалог мәтіні мен компания карточкасы бойынша.',
  'run.tokens': 'Токендер: кіріс / шығыс',
  'run.cost': 'Құны',
  'run.latency': 'Жауап уақыты',
  'run.at': 'Қашан',
  'run.reply': 'Не ұсынды',
  'run.prompt': 'Модельге сұрау',
  'run.state.running': 'әлі ойлануда',
  'run.state.answered': 'клиентке жауап берді',
  'run.state.suggested': 'адамға жауап ұсынды',
  'run.state.handed_over': 'адамдарға берді',
  'run.state.fenced': 'керек болмады: диалог әрі қарай кетті',
  'run.state.failed': 'болмады',
};
