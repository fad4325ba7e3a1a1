import { createInterface } from 'node:readline/promises';
import type { CommandContext } from './command.ts';

/** Asks a question on the terminal; an input that ends without an answer is a no. */
export async function askYes(
  question: string,
  { stdin, stdout }: Pick<CommandContext, 'stdin' | 'stdout'>,
): Promise<boolean> {
  const lines = createInterface({ input: stdin });
  stdout.write(`${question} [y/N] `);
  try {
    for await (const answer of lines) return /^(?:y|yes|j|ja)$/i.test(answer.trim());
    return false;
  } finally {
    lines.close();
  }
}
