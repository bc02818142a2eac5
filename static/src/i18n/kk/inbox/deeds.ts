import type { Like } from '../../plural';
import type { deeds as ru } from '../../ru/inbox/deeds';

export const deeds: Like<typeof ru> = {
  'snooze.past': 'Бұл уақыт өтіп кетті',
  'done.open': 'Диалог ашылды',
  'done.pending': 'Диалог клиенттің жауабын күтеді',
  'done.snoozed': 'Диалог кейінге қалдырылды',
  'done.closed': 'Диалог жабылды',
  'done.waits': 'байланыс болғанда жіберіледі',
  'undo.done': 'Болдырылмады: {what}',
  'undo.late': 'Енді болдырмау мүмкін емес: содан бері диалог өзгерді.',
  'undo.nothing': 'Болдырмайтын ештеңе жоқ.',
  'redo.nothing': 'Қайталайтын ештеңе жоқ.',
  'stuck.title': 'Сақталмады: {what}',
  'stuck.too_late': 'Бір тәуліктен көп уақыт өтті: бұл әлі керек пе, шешіңіз.',
  'stuck.changed_since': 'Осы арада мұнда басқа нәрсе жазылды.',
  'stuck.drop': 'Керек емес',
  'stuck.show': 'Көрсету',
  'done.toAgent': 'Енді ЖИ-көмекші жауап береді',
};
