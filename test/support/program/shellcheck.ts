import { execa } from 'execa';

/**
 * Returns the findings of ShellCheck; empty if there are none.
 * @param shell the dialect of the script
 */
export async function shellcheck(text: string, shell: 'sh' | 'bash'): Promise<string> {
  const words = ['--shell', shell, '--severity', 'style', '--format', 'gcc', '-'];
  const { stdout, stderr } = await execa('shellcheck', words, { input: text, reject: false });
  return `${stdout}${stderr}`;
}
