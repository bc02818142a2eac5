import type { Like } from '../plural';
import type { team as ru } from '../ru/team';

export const team: Like<typeof ru> = {
  'team.invites': 'Шақырулар',
  'team.anyone': 'Сілтемесі бар кез келген адам',
  'team.inviteUntil': 'Жарамдылық мерзімі: {time}',
  'team.inviteEmail': 'Эл. пошта (міндетті емес)',
  'team.inviteEmailHint': 'Сонда сілтемені тек осы мекенжайдың иесі пайдалана алады',
  'team.link': 'Шақыру сілтемесі',
  'team.linkHint': 'Оны әріптесіңізге жіберіңіз. Ол қайта көрсетілмейді.',
  'team.makeLink': 'Сілтеме жасау',
  'team.revoke': 'Кері алу',
  'team.person': 'Қызметкер',
  'team.presence': 'Желіде',
  'team.since': 'Қосылған күні',
  'team.total': { other: '{n} қызметкер' },
  'team.role': 'Рөлі',
  'team.you': 'бұл сіз',
  'team.disable': 'Кіруді жабу',
  'team.enable': 'Кіруді қайтару',
  'team.disabled': 'кіру жабық',
  'team.remove': 'Командадан шығару',
  'team.removeTitle': 'Командадан шығару керек пе?',
  'team.removeText': '{name} кіру құқығынан айырылады, диалогтар қалады.',
  'team.readOnly': 'Адам шақыруға және рөлді өзгертуге тек компания иесі мен басшының құқығы бар.',
};
