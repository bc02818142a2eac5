// The stand-in's notices: the company's own chat and people's own Telegram accounts. A code is "sent to the bot" by itself.
const ARRIVES_MS = 1500;
const NO_CHAT = 'No Telegram chat is connected: make a code in the settings of notices and send it to your bot from that chat';

export function noticesOf(hub) {
  const companies = new Map();
  const links = new Map();
  const of = (company) => companies.get(company) ?? companies.set(company, { chat: null, code: null }).get(company);
  const bots = (company) =>
    [...hub.channels.values()]
      .filter((it) => it.company_id === company && it.kind === 'telegram')
      .map((it) => ({ channel_id: it.id, username: it.username }));
  const code = (then) => {
    setTimeout(then, ARRIVES_MS);
    return hub.ok(
      {
        links: [
          {
            channel_id: 1,
            username: 'shop_bot',
            url: 'https://t.me/shop_bot?start=K7M2QX',
            group_url: 'https://t.me/shop_bot?startgroup=K7M2QX',
          },
        ],
        code: 'K7M2QX',
        expires_at: new Date(Date.now() + 900_000).toISOString(),
        how: 'Send /connect K7M2QX to the bot, or add the bot to a group and send it there.',
      },
      201,
    );
  };
  const routes = [
    ['GET', /^\/api\/notices$/, (c) => hub.ok({ ...of(c.user.company_id), bots: bots(c.user.company_id) })],
    [
      'POST',
      /^\/api\/notices\/code$/,
      (c) =>
        code(
          () =>
            (of(c.user.company_id).chat = {
              title: 'Отдел продаж',
              channel_id: bots(c.user.company_id)[0]?.channel_id ?? null,
              connected_at: hub.now(),
            }),
        ),
    ],
    ['DELETE', /^\/api\/notices\/chat$/, (c) => ((of(c.user.company_id).chat = null), hub.ok(null, 204))],
    [
      'POST',
      /^\/api\/reports\/test-telegram$/,
      (c) =>
        of(c.user.company_id).chat
          ? hub.ok({ status: 'success', message: 'Test message sent' })
          : hub.problem(409, 'conflict', NO_CHAT, hub.flaw(null, 'no_chat_for_notices', NO_CHAT)),
    ],
    ['GET', /^\/api\/telegram-link$/, (c) => hub.ok({ link: links.get(c.user.id) ?? null, bots: bots(c.user.company_id) })],
    ['POST', /^\/api\/telegram-link\/code$/, (c) => code(() => links.set(c.user.id, { name: '@owner', linked_at: hub.now() }))],
    ['DELETE', /^\/api\/telegram-link$/, (c) => (links.delete(c.user.id), hub.ok(null, 204))],
  ];
  return { get: of, routes };
}
