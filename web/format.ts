const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** The two largest units, as in '3 min 20 s'. */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const STEPS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** A moment beside now, both in seconds since 1970: '2 hours ago', 'in 30 days'. */
export function formatMoment(moment: number, now: number): string {
  const difference = moment - now;
  for (const [unit, seconds] of STEPS) {
    const count = Math.round(difference / seconds);
    if (count !== 0) return RELATIVE.format(count, unit);
  }
  return difference > 0 ? 'in less than a minute' : 'just now';
}

export function formatDate(moment: number): string {
  return new Date(moment * 1000).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
}
