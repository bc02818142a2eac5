export const context = {
  'customer.name': 'Имя',
  'customer.phone': 'Телефон',
  'customer.email': 'Эл. почта',
  'customer.language': 'Язык',
  'customer.notes': 'О клиенте',
  'customer.channels': 'Где пишет',
  'customer.source': 'Откуда пришёл',
  'customer.since': 'С нами с {time}',
  'leads.inContext': 'Заявки',
  'leads.write': 'Записать заявку',
  'leads.writeHint': 'Имя и верный номер обязательны',
  'leads.written': 'Заявка записана',
} as const;
