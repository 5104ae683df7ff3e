const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** Returns the time in the format of Apache's logs: `23/Nov/2026:02:55:00 +0000`. */
export function apacheTime(at = new Date()): string {
  const [date = '', time = ''] = at.toISOString().slice(0, 19).split('T');
  const [year, month, day] = date.split('-');
  return `${day}/${months[Number(month) - 1]}/${year}:${time} +0000`;
}
