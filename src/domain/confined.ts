/** Returns whether a relative path stays in the folder that it is relative to, symbolic links aside. */
export function isConfined(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !path.includes('\0') && !path.split('/').includes('..');
}
