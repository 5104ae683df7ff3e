import { execa } from 'execa';

/**
 * Returns what ShellCheck finds; nothing if the script is fine.
 * @param shell whose dialect it is written in
 */
export async function shellcheck(text: string, shell: 'sh' | 'bash'): Promise<string> {
  const words = ['--shell', shell, '--severity', 'style', '--format', 'gcc', '-'];
  const { stdout, stderr } = await execa('shellcheck', words, { input: text, reject: false });
  return `${stdout}${stderr}`;
}
