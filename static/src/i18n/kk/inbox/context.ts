import type { Like } from '../../plural';
import type { context as ru } from '../../ru/inbox/context';

export const context: Like<typeof ru> = {
  'customer.name': 'Аты',
  'customer.phone': 'Телефон',
  'customer.email': 'Эл. пошта',
  'customer.language': 'Тілі',
  'customer.notes': 'Клиент туралы',
  'customer.channels': 'Қайдан жазады',
  'customer.source': 'Қайдан келді',
  'customer.localTime': 'Ол жақта қазір {time}',
  'customer.since': 'Тіркелген уақыты: {time}',
  'leads.inContext': 'Өтінімдер',
  'leads.write': 'Өтінім жазу',
  'leads.writeHint': 'Аты мен дұрыс нөмір міндетті',
  'leads.written': 'Өтінім жазылды',
};
