// Of a list that shows nothing.
export const nothing = {
  'inbox.emptyTitle': 'Здесь пока пусто',
  'inbox.emptyHint': 'Новые диалоги появятся сами.',
  'inbox.nothingFound': 'Ничего не найдено',
  'inbox.nothingFoundHint': 'Поиск идёт по загруженным диалогам этого вида.',
  'inbox.lookFurther': 'Искать среди более старых',
  'inbox.noneHandled': 'Среди загруженных диалогов таких нет.',
  'search.everywhere': 'Искать во всех сообщениях',
  'inbox.narrowed': 'Список сужен: {by}',
} as const;
