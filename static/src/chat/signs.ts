// The few signs of this page, in a few steps each: it is to come at once, wherever it is opened.
export const SIGNS = {
  check: 'M4 12l5 5L20 6',
  checks: 'M2 12l5 5L18 6M12 17L22 7',
  down: 'M12 5v14M5 12l7 7 7-7',
  mic: 'M9 6a3 3 0 0 1 6 0v5a3 3 0 0 1-6 0zM5 11a7 7 0 0 0 14 0M12 18v3',
  play: 'M7 4l13 8-13 8z',
  wait: 'M3 12a9 9 0 0 1 18 0 9 9 0 0 1-18 0M12 7v5l3 2',
  warn: 'M12 3L2 20h20zM12 10v4M12 17v0',
};
export type SignName = keyof typeof SIGNS;
