import type { Like } from '../../plural';
import type { firstSteps as ru } from '../../ru/inbox/first-steps';

export const firstSteps: Like<typeof ru> = {
  'setup.welcome': 'Қош келдіңіз!',
  'setup.title': 'Алғашқы қадамдар',
  'setup.text': { other: 'Алғашқы хабарламаға жауап бергенге дейін {n} қадам.' },
  'setup.try': 'Өзіңізге клиент ретінде жазыңыз: чат жаңа қойындыда ашылады',
  'setup.answer': 'Алғашқы хабарламаға жауап беріңіз',
  'setup.invite': 'Әріптесіңізді шақырыңыз',
  'setup.telegram': 'Telegram қосыңыз',
  'setup.done': 'Орындалды',
  'setup.todo': 'Әлі орындалмаған',
  'setup.hide': 'Кеңестерді жасыру',
};
