import { fstatSync, writeSync } from 'node:fs';
import { readSystemCode } from './errorFields.ts';

/** Receives the log and the lines for a person. */
export interface Output {
  /** Writes whole lines; never throws or blocks for long, and drops lines that cannot be written. */
  write(text: string): void;
}

/** Most bytes that wait for a slow reader; further lines are dropped. */
const maxWaiting = 1024 * 1024;

/** Writes a message about the output to standard error. */
type Warn = (text: string) => void;

/**
 * Opens standard output so that it may fail: with a full disk, a closed pipe or a reader that hangs, the process runs on without its
 * log. It reports that once on standard error, and once more when the log is written again.
 */
export function openOutput({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'> = process): Output {
  // Without a listener, an error of either ends the process.
  stderr.on('error', () => {});
  const warn: Warn = (text) => {
    if (!stderr.destroyed && stderr.writableLength < maxWaiting) stderr.write(`${text}\n`);
  };
  return isFile(stdout.fd) ? createFileOutput(stdout.fd, warn) : createStreamOutput(stdout, warn);
}

/** Says whether a descriptor is a file, or a device such as `/dev/full`, which is written like a file. */
function isFile(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isFile() || (stat.isCharacterDevice() && !process.stdout.isTTY);
  } catch {
    return false;
  }
}

/** Writes to a file. Tries every line: a full disk may have space again. */
function createFileOutput(fd: number, warn: Warn): Output {
  const losses = countLosses(warn);
  let isLineBroken = false;
  return {
    write: (text) => {
      const bytes = Buffer.from(isLineBroken ? `\n${text}` : text);
      let written = 0;
      try {
        while (written < bytes.length) written += writeSync(fd, bytes, written);
        isLineBroken = false;
        losses.end();
      } catch (error) {
        isLineBroken ||= written > 0;
        losses.add(readSystemCode(error));
      }
    },
  };
}

/** Writes to a stream, which buffers what its reader does not read at once. */
function createStreamOutput(stdout: NodeJS.WriteStream, warn: Warn): Output {
  const losses = countLosses(warn);
  // Each write receives its own error; without this listener the first one ends the process.
  stdout.on('error', () => {});
  return {
    write: (text) => {
      if (stdout.destroyed || !stdout.writable) return losses.add('closed');
      if (stdout.writableLength > maxWaiting) return losses.add('the program that reads it is stuck');
      stdout.write(text, (error) => {
        if (error) losses.add(readSystemCode(error));
        else if (stdout.writableLength === 0) losses.end();
      });
    },
  };
}

function countLosses(warn: Warn) {
  let lost = 0;
  return {
    add: (why: string) => {
      lost += 1;
      if (lost === 1) warn(`The log cannot be written (${why}). The bot continues without it.`);
    },
    end: () => {
      if (lost === 0) return;
      warn(`The log can be written again. Lost lines: ${lost}.`);
      lost = 0;
    },
  };
}
