import { html, type Markup } from './html.ts';

/** Returns a time in the zone of this machine, with its offset from UTC: `2026-11-30 21:04:05 +01:00`. */
export function timeMarkup(iso: string): Markup {
  return html`<time datetime="${iso}">${localTime(iso)}</time>`;
}

/** @param iso ISO 8601; a text that is no time is returned as it is */
export function localTime(iso: string): string {
  const date = new Date(iso);
  const minutes = -date.getTimezoneOffset();
  if (Number.isNaN(minutes)) return iso;
  const shifted = new Date(date.getTime() + minutes * 60_000).toISOString();
  const hours = two(Math.floor(Math.abs(minutes) / 60));
  const offset = `${minutes < 0 ? '-' : '+'}${hours}:${two(Math.abs(minutes) % 60)}`;
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 19)} ${offset}`;
}

const two = (number: number) => String(number).padStart(2, '0');
