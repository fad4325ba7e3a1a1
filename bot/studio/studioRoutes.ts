import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { CodedError } from '../../cards/errors.ts';
import type { UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import { addressOf } from '../../cards/templates/templateFile.ts';
import { exportCard, exportNames } from '../authoring/exportCard.ts';
import { findProblemsIn } from '../authoring/lint/findProblems.ts';
import { composeSample, previewTemplate } from '../authoring/previewTemplate.ts';
import { readJsonBody } from '../http/readJsonBody.ts';
import { RefusedRequest } from '../http/refusedRequest.ts';
import { addLocale, editTemplate, renameField } from './editTemplate.ts';
import { launchBrowser } from './findBrowser.ts';
import { createTemplateLanguage } from './language.ts';
import { type Messenger, messengerRoutes } from './messenger.ts';
import { pictureThemes, pictureViews, pictureWidths, takePicture } from './takePicture.ts';
import { readStarts, type TemplateFolders } from './templateFolders.ts';

/** Answers a call of the page with JSON. */
export type Answer = (request: IncomingMessage) => Promise<unknown>;

const name = z.string().max(200);
const folder = z.int().min(0);
const text = z.string().max(256 * 1024);
const path = z.array(z.union([z.string(), z.number()])).max(50);
const chosen = { text, sample: name.optional(), locale: name.optional() };
const calls = {
  read: z.strictObject({ folder, name }),
  write: z.strictObject({ folder, name, text, mark: z.string().max(64).nullable() }),
  copy: z.strictObject({ folder, text, id: name }),
  publish: z.strictObject({ folder, name, mark: z.string().max(64) }),
  preview: z.strictObject(chosen),
  send: z.strictObject({ ...chosen, route: z.enum(messengerRoutes) }),
  export: z.strictObject({ ...chosen, form: z.enum(exportNames) }),
  picture: z.strictObject({
    ...chosen,
    view: z.enum(pictureViews),
    width: z.enum(pictureWidths),
    theme: z.enum(pictureThemes),
  }),
  lint: z.strictObject({ text, name }),
  place: z.strictObject({ text, offset: z.int().min(0) }),
  edit: z.strictObject({
    text,
    edits: z.array(z.strictObject({ path, value: z.unknown().optional() })).max(100),
  }),
  locale: z.strictObject({ text, locale: z.string().regex(/^[A-Za-z]{2,8}(?:-[A-Za-z\d]{2,8})*$/) }),
  rename: z.strictObject({ text, path, to: name }),
};

/** What the calls of the page need. */
interface StudioParts {
  readonly folders: TemplateFolders;
  readonly policy: UrlPolicy;
  /** Starts the Messenger with the first card that is sent to it. */
  messenger(): Promise<Messenger>;
}

/** The calls of the page, by method and path. */
export function studioRoutes({ folders, policy, messenger }: StudioParts): ReadonlyMap<string, Answer> {
  const call =
    <T>(schema: z.ZodType<T>, answer: (given: T) => unknown): Answer =>
    async (request) => {
      const parsed = schema.safeParse(await readJsonBody(request));
      if (parsed.success) return answer(parsed.data);
      throw new RefusedRequest(400, 'The request is not valid.');
    };
  const language = createTemplateLanguage();
  return new Map<string, Answer>([
    ['GET /api/folders', async () => folders.list()],
    ['GET /api/starts', async () => readStarts()],
    ['POST /api/read', call(calls.read, (one) => folders.read(one.folder, one.name))],
    [
      'POST /api/write',
      call(calls.write, (one) => ({ mark: folders.write(one.folder, one.name, one.text, one.mark) })),
    ],
    ['POST /api/copy', call(calls.copy, (one) => ({ name: folders.copy(one.folder, one.text, one.id) }))],
    [
      'POST /api/publish',
      call(calls.publish, (one) => {
        folders.publish(one.folder, one.name, one.mark, policy);
        return {};
      }),
    ],
    [
      'POST /api/preview',
      call(calls.preview, (one) => orRefusal(() => previewTemplate(one.text, one, policy))),
    ],
    [
      'POST /api/send',
      call(calls.send, async (one) => {
        const { file, sample, locale, compose } = composeSample(one.text, one, policy);
        const words = `${addressOf(file)} ${sample} ${locale}`;
        return { address: (await messenger()).show(words, compose, one.route) };
      }),
    ],
    [
      'POST /api/export',
      call(calls.export, (one) => {
        const { file, sample, cards } = composeSample(one.text, one, policy);
        const fields = file.samples[sample] ?? {};
        const exported = { templateId: addressOf(file), fields, locale: one.locale, cards };
        return { text: exportCard(one.form, exported, policy) };
      }),
    ],
    [
      'POST /api/picture',
      call(calls.picture, async (one) => {
        const browser = await launchBrowser();
        try {
          const picture = await takePicture(browser, previewTemplate(one.text, one, policy), one);
          return { png: picture.toString('base64') };
        } finally {
          await browser.close();
        }
      }),
    ],
    ['POST /api/complete', call(calls.place, (one) => language.complete(one.text, one.offset))],
    [
      'POST /api/hover',
      call(calls.place, async (one) => ({ words: await language.hover(one.text, one.offset) })),
    ],
    ['POST /api/edit', call(calls.edit, (one) => ({ text: editTemplate(one.text, one.edits) }))],
    ['POST /api/locale', call(calls.locale, (one) => ({ text: addLocale(one.text, one.locale) }))],
    ['POST /api/rename', call(calls.rename, (one) => ({ text: renameField(one.text, one.path, one.to) }))],
    ['POST /api/lint', call(calls.lint, (one) => findProblemsIn(one.text, one.name, policy))],
  ]);
}

/** A mistake in the text is an answer while somebody types, not a failed call. */
function orRefusal<T>(
  work: () => T,
): T | { refused: { code: string; message: string; path: string; hint: string } } {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { code, message, path = '$', hint } = error;
    return { refused: { code, message, path, hint } };
  }
}
