interface Bars {
  title: string;
  unit: string;
  bars: { label: string; value: number; isOurs: boolean }[];
}

const WIDTH = 760;
const LABEL_WIDTH = 190;
const BAR_HEIGHT = 22;
const ROW_HEIGHT = 30;
const TITLE_HEIGHT = 44;

/** Horizontal bars, one group below the other, as an SVG that needs nothing else. */
export function plotBars(groups: readonly Bars[]): string {
  let top = 16;
  const parts = groups.map(({ title, unit, bars }) => {
    const largest = Math.max(...bars.map((bar) => bar.value));
    const rows = bars.map(({ label, value, isOurs }, index) => {
      const y = top + TITLE_HEIGHT + index * ROW_HEIGHT;
      const width = Math.max(1, ((WIDTH - LABEL_WIDTH - 110) * value) / largest);
      return (
        `<text x="${LABEL_WIDTH - 10}" y="${y + 15}" text-anchor="end">${escape(label)}</text>` +
        `<rect x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="3" fill="${isOurs ? '#0b7285' : '#adb5bd'}"/>` +
        `<text x="${(LABEL_WIDTH + width + 8).toFixed(1)}" y="${y + 15}">${format(value)} ${escape(unit)}</text>`
      );
    });
    const heading = `<text x="16" y="${top + 24}" font-weight="600" font-size="15">${escape(title)}</text>`;
    top += TITLE_HEIGHT + bars.length * ROW_HEIGHT + 16;
    return heading + rows.join('');
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" font-family="system-ui, sans-serif" font-size="13">` +
    `<rect width="100%" height="100%" fill="white"/>${parts.join('\n')}</svg>\n`
  );
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
