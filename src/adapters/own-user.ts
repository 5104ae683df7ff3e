import { userInfo } from 'node:os';

/**
 * The user that this process runs as. A user id without an entry in the password database (`docker run --user 12345`)
 * has its number as its name, and the home directory of the environment.
 */
export function ownUser(): { readonly username: string; readonly homedir: string; readonly uid: number } {
  try {
    const { username, homedir, uid } = userInfo();
    return { username, homedir, uid };
  } catch {
    // uv_os_get_passwd: ENOENT
    const uid = process.getuid?.() ?? -1;
    return { username: process.env.USER || `uid ${uid}`, homedir: process.env.HOME || '/', uid };
  }
}
