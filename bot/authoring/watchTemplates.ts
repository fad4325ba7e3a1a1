import { type FSWatcher, watch } from 'node:fs';
import type { LoadedTemplates, TemplateRegistry } from '../../cards/templates/loadTemplates.ts';
import type { TemplateProblem } from '../../cards/templates/readTemplates.ts';
import type { Log } from '../log/log.ts';

/** Delay between a change and the reload, in milliseconds: editors write a file in several steps. */
const settleMs = 150;

/** A watch over template files. */
export interface TemplateWatch {
  /** The problems of the files when they were last read; empty when they are valid. */
  readonly problems: readonly TemplateProblem[];
  stop(): void;
}

/**
 * For development: reloads the templates when a file of the folders changes. Logs an invalid template with its file, path and hint, and
 * keeps the previous version.
 */
export function watchTemplates(
  dirs: readonly string[],
  registry: TemplateRegistry,
  load: () => LoadedTemplates,
  log: Log,
): TemplateWatch {
  let timer: NodeJS.Timeout | undefined;
  let problems: readonly TemplateProblem[] = [];
  const reload = () => {
    const loaded = load();
    problems = loaded.problems;
    for (const { file, error } of problems) {
      log.error(
        {
          event: 'template.refused',
          file,
          code: error.code,
          path: error.path,
          hint: error.hint,
          what: error.message,
        },
        'Template invalid; keeping the previous version',
      );
    }
    if (registry.replace(loaded))
      log.info({ event: 'template.loaded', count: loaded.templates.size }, 'Templates reloaded');
  };
  const watchers: FSWatcher[] = dirs.map((dir) =>
    watch(dir, { persistent: false }, () => {
      clearTimeout(timer);
      timer = setTimeout(reload, settleMs);
      timer.unref();
    }),
  );
  return {
    get problems() {
      return problems;
    },
    stop: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
