export const firstSteps = {
  'setup.welcome': 'Добро пожаловать!',
  'setup.title': 'Первые шаги',
  'setup.text': 'Четыре шага до первого отвеченного сообщения.',
  'setup.try': 'Напишите себе как клиент: чат откроется в новой вкладке',
  'setup.answer': 'Ответьте на первое сообщение',
  'setup.invite': 'Пригласите коллегу',
  'setup.telegram': 'Подключите Telegram',
  'setup.done': 'Сделано',
  'setup.todo': 'Ещё не сделано',
  'setup.hide': 'Скрыть подсказки',
} as const;
