// The drawing itself, loaded with the first chart somebody looks at.
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js';
import { DASHES, HUES, MARKERS, type Series } from './chart';

Chart.register(BarController, BarElement, CategoryScale, Filler, LinearScale, LineController, LineElement, PointElement, Tooltip);

export type Picture = {
  kind: 'line' | 'bar';
  labels: readonly string[];
  series: readonly Series[];
  stacked: boolean;
  format: (value: number) => string;
};

/** Draws with the tokens as they are now; answers how to take it away. */
export function draw(canvas: HTMLCanvasElement, { kind, labels, series, stacked, format }: Picture): () => void {
  const style = getComputedStyle(canvas);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const font = { family: style.fontFamily, size: 12 };
  const chart = new Chart(canvas, {
    type: kind,
    data: {
      labels: [...labels],
      datasets: series.map((it, i) => {
        const colour = token(`chart-${(i % HUES) + 1}`);
        return {
          label: it.name,
          data: [...it.values],
          borderColor: colour,
          backgroundColor: kind === 'bar' ? colour : 'transparent',
          borderWidth: kind === 'bar' ? 0 : 2,
          borderRadius: 3,
          borderDash: [...(DASHES[i % HUES] ?? [])],
          pointStyle: MARKERS[i % HUES],
          pointRadius: labels.length > 40 ? 0 : 3,
          pointHoverRadius: 5,
          maxBarThickness: 40,
        };
      }),
    },
    options: {
      animation: still ? false : { duration: 160 },
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: { stacked, grid: { display: false }, border: { color: token('line') }, ticks: { color: token('muted'), font } },
        y: {
          stacked,
          beginAtZero: true,
          grid: { color: token('line') },
          border: { display: false },
          ticks: { color: token('muted'), font, maxTicksLimit: 6, callback: (value) => format(Number(value)) },
        },
      },
      plugins: {
        tooltip: {
          backgroundColor: token('fg'),
          titleColor: token('bg'),
          bodyColor: token('bg'),
          titleFont: font,
          bodyFont: font,
          usePointStyle: true,
          callbacks: { label: ({ dataset, parsed }) => ` ${dataset.label}: ${format(parsed.y ?? 0)}` },
        },
      },
    },
  });
  return () => chart.destroy();
}
