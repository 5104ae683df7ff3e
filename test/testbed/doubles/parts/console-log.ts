const levels = { trace: 0, debug: 1, info: 2, warn: 3, error: 4 } as const;
export type Level = keyof typeof levels;

const shown: Readonly<Record<Level, string>> = {
  trace: 'TRC',
  debug: 'DBG',
  info: 'INF',
  warn: 'WRN',
  error: 'ERR',
};

type Fields = Readonly<Record<string, string | number | readonly string[]>>;
export type Log = (level: Level, message: string, fields?: Fields) => void;

/**
 * Writes lines like the console writer of Traefik and cloudflared (rs/zerolog):
 * `2026-11-23T03:00:00Z ERR message error="…" routerName=a@docker`, with the error first, and the other fields sorted
 * by name.
 */
export function createLog(least: Level, write: (line: string) => void): Log {
  return (level, message, { error, ...fields } = {}) => {
    if (levels[level] < levels[least]) return;
    const pairs = Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const all = error === undefined ? pairs : [['error', error] as const, ...pairs];
    const words = all.map(([name, value]) => `${name}=${shownValue(value)}`);
    const time = `${new Date().toISOString().slice(0, 19)}Z`;
    write([time, shown[level], message, ...words].filter((word) => word !== '').join(' '));
  };
}

/** Writes lines like zerolog without its console writer: `{"level":"info","tunnelID":"…","time":"…","message":"…"}`. */
export function createJsonLog(write: (line: string) => void): Log {
  return (level, message, fields = {}) =>
    write(JSON.stringify({ level, ...fields, time: new Date().toISOString(), message }));
}

function shownValue(value: string | number | readonly string[]): string {
  if (typeof value === 'number') return `${value}`;
  if (typeof value !== 'string') return JSON.stringify(value);
  return /[\s"\\=]/.test(value) ? JSON.stringify(value) : value;
}
