import { createHash } from 'node:crypto';

/** Returns the text with Windows line ends (CR LF) replaced by LF: the form that is applied and that the ledger compares. */
export function withLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/**
 * Returns a migration's checksum: SHA-256 over its UTF-8 text with LF line ends, in lower-case hex. Line ends do not
 * count, because Git rewrites them on checkout, which changes no statement.
 */
export function checksumOf(text: string): string {
  return createHash('sha256').update(withLineFeeds(text), 'utf8').digest('hex');
}
