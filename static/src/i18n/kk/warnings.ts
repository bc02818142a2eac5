import type { Like } from '../plural';
import type { warnings as ru } from '../ru/warnings';

export const warnings: Like<typeof ru> = {
  'warning.label': 'Ескертулер',
  'warning.message_quarantined':
    'Клиенттің хабарламасын өңдеу мүмкін болмай, ол бөлек сақталды: диалогта көрінбейді. Әкімшіге хабарлаңыз.',
  'warning.ai_no_money': 'ЖИ-көмекші жауап бермейді: модель провайдеріндегі шотта ақша таусылды.',
  'warning.ai_bad_key': 'ЖИ-көмекші жауап бермейді: кілт қабылданбады. Оны ЖИ баптауларынан тексеріңіз.',
  'warning.ai_unknown_model': 'ЖИ-көмекші жауап бермейді: сервер бұл модельді білмейді. Оны ЖИ баптауларынан тексеріңіз.',
};
