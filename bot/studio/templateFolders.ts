import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, sep } from 'node:path';
import { decodeUtf8 } from '../../cards/checks/plainJson.ts';
import { CodedError } from '../../cards/errors.ts';
import type { UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import { loadTemplate } from '../../cards/templates/loadTemplates.ts';
import {
  addressOf,
  listTemplateFiles,
  publish,
  publishedFile,
  readPublished,
  requireUnchanged,
  startTemplatesDir,
} from '../../cards/templates/readTemplates.ts';
import { schemaFrom } from '../authoring/formatTemplate.ts';
import { RefusedRequest } from '../http/requests.ts';
import { editTemplate } from './editTemplate.ts';

/** A template file in a list. */
interface ListedFile {
  readonly name: string;
  readonly isPublished: boolean;
}

/** A folder of template files. */
interface ListedFolder {
  /** Index of the folder; requests name it by this. */
  readonly id: number;
  readonly name: string;
  readonly path: string;
  /** True for the templates of an installed package. */
  readonly isReadOnly: boolean;
  readonly files: readonly ListedFile[];
}

/** The text of a file, with `\n` at the end of lines, and the mark (hash) of the file on the disk. */
interface FileText {
  readonly text: string;
  readonly mark: string;
  readonly isPublished: boolean;
}

/** Allowed names of new template files: no path, no device of Windows, one spelling only. */
const fileName = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*-v[1-9]\d{0,3}\.json$/;
const longestName = 80;

/** Reads the start templates. */
export function readStarts(): { title: string; text: string }[] {
  return listTemplateFiles(startTemplatesDir).map((file) => {
    const text = readFileSync(file, 'utf8');
    return { title: String(Object(JSON.parse(text)).title), text };
  });
}

/** The folders of template files that the Studio reads and writes. It touches nothing outside of them. */
export class TemplateFolders {
  readonly #dirs: readonly string[];

  /** @throws CodedError `file.unreadable` when a folder does not exist */
  constructor(dirs: readonly string[]) {
    this.#dirs = [...new Set(dirs.map(resolveFolder))];
  }

  list(): ListedFolder[] {
    return this.#dirs.map((path, id) => {
      const published = readPublished(path);
      const files = listTemplateFiles(path)
        .map((file) => basename(file))
        .filter((name) => isPlainFile(join(path, name)))
        .map((name) => ({ name, isPublished: published.has(addressIn(name)) }));
      return { id, name: basename(path), path, isReadOnly: isInstalled(path), files };
    });
  }

  /** @throws RefusedRequest 404 when the folder has no such file */
  read(folder: number, name: string): FileText {
    const path = this.#fileOf(folder, name);
    if (!isPlainFile(path)) throw new RefusedRequest(404, 'The folder has no such file.');
    const bytes = readFileSync(path);
    return {
      text: textOf(bytes).replaceAll('\r\n', '\n'),
      mark: markOf(bytes),
      isPublished: this.#isPublished(folder, name),
    };
  }

  /**
   * Writes a file as a whole or not at all; returns its new mark. `mark` is that of the text which the author changed, null for a
   * new file.
   *
   * @throws RefusedRequest 409 when the file on the disk has another mark, 403 when it is published or read-only
   */
  write(folder: number, name: string, text: string, mark: string | null): string {
    const path = this.#writable(folder, name);
    const before = existsSync(path) ? readFileSync(path) : undefined;
    if ((before === undefined ? null : markOf(before)) !== mark)
      throw new RefusedRequest(
        409,
        before === undefined ? 'The file was removed from the disk.' : 'The file was changed on the disk.',
      );
    const bytes = Buffer.from(before?.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text);
    replaceFile(path, bytes);
    return markOf(bytes);
  }

  /**
   * Writes a copy as a new template: the first version of a new id, or the next version of an existing one. Returns its file name.
   *
   * @throws RefusedRequest as `write` does, 422 when the text is not JSON
   */
  copy(folder: number, text: string, id: string): string {
    const versions = listTemplateFiles(this.#dirOf(folder)).flatMap((file) => {
      const name = basename(file);
      return name.startsWith(`${id}-v`) ? Number(/-v(\d+)\.json$/.exec(name)?.[1] ?? 0) : [];
    });
    const version = 1 + Math.max(0, ...versions);
    const name = `${addressOf({ id, version })}.json`;
    const own = { $schema: undefined, ...schemaFrom(this.#dirOf(folder)), id, version };
    const edits = Object.entries(own).map(([key, value]) => ({ path: [key], value }));
    this.write(folder, name, editTemplate(text, edits), null);
    return name;
  }

  /**
   * Publishes a file: it must not change any more.
   *
   * @throws RefusedRequest as `write` does; CodedError `template.*` when the file has a mistake
   */
  publish(folder: number, name: string, mark: string, policy: UrlPolicy): void {
    const path = this.#writable(folder, name);
    if (this.read(folder, name).mark !== mark)
      throw new RefusedRequest(409, 'The file was changed on the disk.');
    const template = loadTemplate(path, policy);
    const dir = this.#dirOf(folder);
    requireUnchanged(template, readPublished(dir));
    if (isOtherThanFile(join(dir, publishedFile)))
      throw new RefusedRequest(403, `${publishedFile} is not a plain file.`);
    publish(dir, [template]);
  }

  #writable(folder: number, name: string): string {
    if (!fileName.test(name) || name.length > longestName)
      throw new RefusedRequest(400, 'A template file is named like parcel-shop-v1.json.');
    const path = this.#fileOf(folder, name);
    if (isInstalled(this.#dirOf(folder)))
      throw new RefusedRequest(
        403,
        'These templates belong to an installed package. Copy them to a folder of yours.',
      );
    if (this.#isPublished(folder, name))
      throw new RefusedRequest(
        403,
        'The version is published and must not change. Copy it to the next version.',
      );
    if (isOtherThanFile(path)) throw new RefusedRequest(403, 'The file is a link or not a file.');
    return path;
  }

  #isPublished(folder: number, name: string): boolean {
    return readPublished(this.#dirOf(folder)).has(addressIn(name));
  }

  /** The path of a listed file, or of a new file with an allowed name. */
  #fileOf(folder: number, name: string): string {
    const dir = this.#dirOf(folder);
    const isListed = listTemplateFiles(dir).some((file) => basename(file) === name);
    if (!isListed && !fileName.test(name)) throw new RefusedRequest(404, 'The folder has no such file.');
    return join(dir, name);
  }

  /** The path of a folder. A folder that became a link since the start is refused. */
  #dirOf(folder: number): string {
    const dir = this.#dirs[folder];
    if (dir === undefined || !existsSync(dir) || realpathSync(dir) !== dir)
      throw new RefusedRequest(404, 'There is no such folder.');
    return dir;
  }
}

function resolveFolder(dir: string): string {
  try {
    const path = realpathSync(dir);
    if (lstatSync(path).isDirectory()) return path;
  } catch {
    // Reported below.
  }
  throw new CodedError('file.unreadable', `${dir} is not a folder.`, {
    hint: 'Create the folder, or name the one that holds your templates.',
  });
}

const addressIn = (name: string): string => name.replace(/\.json$/, '');
const isInstalled = (path: string): boolean => path.split(sep).includes('node_modules');
const markOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Says whether a path is taken by a folder or a link, even a broken one. */
function isOtherThanFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === false;
}

function isPlainFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Replaces a file at once: another program reads the old content or the new one, never a part. */
function replaceFile(path: string, bytes: Buffer): void {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(draft, bytes, { flag: 'wx', flush: true });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** @throws RefusedRequest 422 for a file that is not UTF-8, which saving would destroy */
function textOf(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes, 'template.invalid');
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new RefusedRequest(422, `${error.message} ${error.hint}`);
  }
}
