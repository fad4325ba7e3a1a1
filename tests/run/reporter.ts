import { dirname, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { spec, type TestEvent } from 'node:test/reporters';
import { entries, projectDir } from './testFiles.ts';

/** Where the suites stand that hold a file of a shared process. */
const suiteFile = 'tests/run/runTogether.ts';

interface FileTime {
  file: string;
  seconds: number;
}

/**
 * A line for each test file instead of one for each of some thousand tests; then the failures and the counts as Node's `spec`
 * tells them, and the time by part. Node asks for a default export.
 */
export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const times: FileTime[] = [];
  yield* Readable.from(filesAndFailures(source, times)).compose(new spec());
  yield timeByPart(times);
}

/** Leaves out the tests that passed, and tells each file that ended as if it were one test. */
async function* filesAndFailures(
  source: AsyncIterable<TestEvent>,
  times: FileTime[],
): AsyncGenerator<TestEvent> {
  let started: TestEvent[] = [];
  for await (const event of source) {
    if (event.type === 'test:start') {
      started.push(event);
    } else if (event.type === 'test:pass') {
      started.pop();
    } else if (event.type === 'test:fail') {
      // `spec` wants the start of a test and of the suites around it before its failure.
      yield* started;
      yield event;
      started = [];
    } else if (event.type === 'test:complete') {
      const file = fileThatEnded(event.data);
      if (file === undefined) continue;
      const seconds = event.data.details.duration_ms / 1_000;
      times.push({ file, seconds });
      if (event.data.details.passed) yield { type: 'test:pass', data: { ...event.data, name: file } };
    } else {
      yield event;
    }
  }
}

/** The test file whose end an event tells: a process of the runner, or a suite of the process that many files share. */
function fileThatEnded({ name, file, nesting }: { name: string; file?: string; nesting: number }) {
  if (nesting !== 0 || file === undefined) return undefined;
  const path = relative(projectDir, file).replaceAll(sep, '/');
  if (path === suiteFile && name.endsWith('.test.ts')) return name;
  return resolve(projectDir, name) === file ? path : undefined;
}

/** The seconds of the test files by directory, with the slowest files; more than one runs at a time. */
function timeByPart(times: FileTime[]): string {
  const files = times.filter(({ file }) => !entries.includes(file));
  const parts = Map.groupBy(files, ({ file }) => dirname(file).split('/').slice(1, 3).join('/') || 'tests');
  const sums = [...parts].map(([part, of]) => ({
    file: part,
    seconds: of.reduce((sum, one) => sum + one.seconds, 0),
  }));
  return [
    '\nseconds by part, as each file took them beside others:',
    ...slowest(sums),
    'the slowest files:',
    ...slowest(files).slice(0, 5),
    '',
  ].join('\n');
}

function slowest(times: FileTime[]): string[] {
  return times
    .toSorted((a, b) => b.seconds - a.seconds)
    .map(({ file, seconds }) => `${seconds.toFixed(1).padStart(7)}  ${file}`);
}
