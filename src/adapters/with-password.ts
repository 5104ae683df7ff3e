import type { ServerLogin } from '../domain/ports/host.ts';

/**
 * Logs in with a password that is read when the server asks for it.
 * @throws what reading the password threw, rather than the log-in that failed without it
 */
export async function withPassword<Opened>(
  password: ServerLogin['password'],
  open: (password: () => Promise<string>) => Promise<Opened>,
): Promise<Opened> {
  let failed: { readonly error: unknown } | undefined;
  const read = async () => {
    try {
      return (typeof password === 'function' ? await password() : password).reveal();
    } catch (error) {
      failed = { error };
      throw error;
    }
  };
  try {
    return await open(read);
  } catch (error) {
    throw failed === undefined ? error : failed.error;
  }
}
