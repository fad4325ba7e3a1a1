import { fstatSync, writeSync } from 'node:fs';
import { readSystemCode } from './errorFields.ts';

/** Where the log and the words for a person go. */
export interface Output {
  /** Writes whole lines; never throws, never blocks for long, and drops them when they cannot be written. */
  write(text: string): void;
}

/** Bytes that wait at most for a reader that does not read; what is beyond is dropped. */
const maxWaiting = 1024 * 1024;

/** Says something of the output itself, on the other one. */
type Tell = (text: string) => void;

/**
 * Makes standard output something that can fail: on a full disk, a closed pipe or a reader that hangs, the process goes on
 * without its log, and says so on standard error once, and once more when the log is written again.
 */
export function openOutput({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'> = process): Output {
  // Without a listener, an error of either ends the process.
  stderr.on('error', () => {});
  const tell: Tell = (text) => {
    if (!stderr.destroyed && stderr.writableLength < maxWaiting) stderr.write(`${text}\n`);
  };
  return isFile(stdout.fd) ? createFileOutput(stdout.fd, tell) : createStreamOutput(stdout, tell);
}

/** A device such as `/dev/full` is written as a file is. */
function isFile(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isFile() || (stat.isCharacterDevice() && !process.stdout.isTTY);
  } catch {
    return false;
  }
}

/** Every line is tried: a disk that was full may have room again. */
function createFileOutput(fd: number, tell: Tell): Output {
  const losses = countLosses(tell);
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

/** A stream writes at once what its reader has room for, and keeps the rest. */
function createStreamOutput(stdout: NodeJS.WriteStream, tell: Tell): Output {
  const losses = countLosses(tell);
  // Each write hears of its own error; without a listener the first one ends the process.
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

function countLosses(tell: Tell) {
  let lost = 0;
  return {
    add: (why: string) => {
      lost += 1;
      if (lost === 1) tell(`The log cannot be written (${why}). The bot goes on without it.`);
    },
    end: () => {
      if (lost === 0) return;
      tell(`The log can be written again. Lost lines: ${lost}.`);
      lost = 0;
    },
  };
}
