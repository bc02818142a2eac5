// What measures inside the page; installed before the page's own scripts (window.probe). "Shown" always means: after the paint.
export function probe() {
  /** Resolves after the next paint: a task posted from an animation frame runs when that frame is done. */
  const painted = () =>
    new Promise((done) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => (port1.close(), done(performance.now()));
        port2.postMessage(null);
      }),
    );
  const bubbles = () => [...document.querySelectorAll('[role=log] article')];
  const it = (window.probe = { usableAt: null, keys: [], live: [], frames: 0, arrived: 0 });

  /** When the sign-in form or the list is on the screen, in ms since the navigation. */
  async function watchStart() {
    while (!document.querySelector('input[name=email], a.row')) await painted();
    it.usableAt = performance.now();
  }
  void watchStart();

  /** Clicks the row of `name`, who may be shown already (without one: of anybody who is not), and answers whose it is and how long its text took. */
  it.switchTo = async (name, place = 0) => {
    const nameOf = (row) => row.querySelector('[dir=auto]').textContent;
    const rows = [...document.querySelectorAll('a.row')].filter((row) =>
      name === null ? !row.hasAttribute('aria-current') : nameOf(row) === name,
    );
    if (rows.length === 0) throw new Error(`${name ?? 'anybody else'} has no row on the screen`);
    const row = rows[place % rows.length];
    const who = nameOf(row);
    const begun = performance.now();
    row.click();
    let at = begun;
    while (!bubbles().some((bubble) => bubble.textContent.includes(`${who},`))) {
      if (at - begun > 10_000) throw new Error(`${who} is not shown`);
      at = await painted();
    }
    return { who, took: at - begun };
  };

  /** From the key that is pressed next to what it opens, painted. */
  it.opened = async (selector) => {
    let at = await painted();
    while (!document.querySelector(selector)) at = await painted();
    return at - pressed;
  };

  it.countFrames = () => {
    it.frames = it.arrived = 0;
    const count = () => {
      it.frames++;
      it.counting = requestAnimationFrame(count);
    };
    it.counting = requestAnimationFrame(count);
  };

  // Key to glyph: from the moment the browser got the key to the paint after the letter is in the box.
  let pressed = 0;
  addEventListener('keydown', (event) => (pressed = event.timeStamp), true);
  addEventListener(
    'input',
    () => {
      const from = pressed;
      void painted().then((at) => it.keys.push(at - from));
    },
    true,
  );

  // Live event to pixels: from the socket's frame to the paint with its bubble in view, or with a later one that pushed it out.
  const awaited = new Map();
  it.watch = null;
  it.unseen = () => awaited.size;
  const numberIn = (text) => Number(/, сообщение (\d+)\./.exec(text)?.[1] ?? 0);
  function shownNow(at) {
    const end = document.querySelector('[role=log]')?.getBoundingClientRect().bottom ?? 0;
    const inView = bubbles().filter((bubble) => bubble.getBoundingClientRect().bottom <= end + 1);
    const newest = Math.max(0, ...inView.map((bubble) => numberIn(bubble.textContent)));
    for (const [number, from] of awaited) {
      if (number > newest) continue;
      it.live.push(at - from);
      awaited.delete(number);
    }
  }
  let looking = false;
  async function look() {
    if (looking) return;
    looking = true;
    while (awaited.size > 0) shownNow(await painted());
    looking = false;
  }
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({ data }) => {
        if (!data.includes('"message.created"')) return;
        it.arrived++;
        if (it.watch === null || !data.includes(`"text":"${it.watch},`)) return;
        awaited.set(numberIn(data), performance.now());
        void look();
      });
    }
  };
}
