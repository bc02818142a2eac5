// The browser of this machine; none is downloaded.
export const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // A microphone that beeps, for voice messages.
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
  ],
};

/** What a page may say without harm: a 401 is how "not signed in yet" is said, a 409 who was quicker, a 422 a refused field. */
const HARMLESS =
  /status of (401|409|422)|WebSocket connection|WebSocket is already in CLOSING|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION/;
export const isComplaint = (text) => !HARMLESS.test(text);
