import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { CodedError } from '../../cards/errors.ts';
import type { UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import { addressOf } from '../../cards/templates/readTemplates.ts';
import { exportCard, exportNames } from '../authoring/exportCard.ts';
import { findProblemsIn } from '../authoring/lint/findProblems.ts';
import { composeSample, previewTemplate } from '../authoring/previewTemplate.ts';
import { RefusedRequest, readJsonBody } from '../http/requests.ts';
import { addLocale, editTemplate, renameField } from './editTemplate.ts';
import { createTemplateLanguage } from './language.ts';
import { type Messenger, messengerRoutes } from './messenger.ts';
import { launchBrowser, pictureThemes, pictureViews, pictureWidths, takePicture } from './takePicture.ts';
import { readStarts, type TemplateFolders } from './templateFolders.ts';

/** Answers a call of the page with JSON. */
export type Answer = (request: IncomingMessage) => Promise<unknown>;

const name = z.string().max(200);
const folder = z.int().min(0);
const text = z.string().max(256 * 1024);
const path = z.array(z.union([z.string(), z.number()])).max(50);
const mark = z.string().max(64);
const offset = z.int().min(0);
const edits = z.array(z.strictObject({ path, value: z.unknown().optional() })).max(100);
const newLocale = z.string().regex(/^[A-Za-z]{2,8}(?:-[A-Za-z\d]{2,8})*$/);
const look = { view: z.enum(pictureViews), width: z.enum(pictureWidths), theme: z.enum(pictureThemes) };
/** Chooses a card of a template's text: a sample in a locale. */
const chosen = { text, sample: name.optional(), locale: name.optional() };

/** The parts that the calls of the page use. */
interface StudioParts {
  readonly folders: TemplateFolders;
  readonly policy: UrlPolicy;
  /** Starts the Messenger with the first card that is sent to it. */
  messenger(): Promise<Messenger>;
}

/** Creates the calls of the page, by method and path. */
export function createStudioRoutes({ folders, policy, messenger }: StudioParts): ReadonlyMap<string, Answer> {
  const post = <Shape extends z.ZodRawShape>(
    call: string,
    shape: Shape,
    answer: (given: z.infer<z.ZodObject<Shape>>) => unknown,
  ): [string, Answer] => {
    const schema = z.strictObject(shape);
    return [
      `POST /api/${call}`,
      async (request) => {
        const parsed = schema.safeParse(await readJsonBody(request));
        if (parsed.success) return answer(parsed.data);
        throw new RefusedRequest(400, 'The request is not valid.');
      },
    ];
  };
  const language = createTemplateLanguage();
  return new Map<string, Answer>([
    ['GET /api/folders', async () => folders.list()],
    ['GET /api/starts', async () => readStarts()],
    post('read', { folder, name }, (one) => folders.read(one.folder, one.name)),
    post('write', { folder, name, text, mark: mark.nullable() }, (one) => ({
      mark: folders.write(one.folder, one.name, one.text, one.mark),
    })),
    post('copy', { folder, text, id: name }, (one) => ({ name: folders.copy(one.folder, one.text, one.id) })),
    post('publish', { folder, name, mark }, (one) => {
      folders.publish(one.folder, one.name, one.mark, policy);
      return {};
    }),
    post('preview', chosen, (one) => runOrRefuse(() => previewTemplate(one.text, one, policy))),
    post('send', { ...chosen, route: z.enum(messengerRoutes) }, async (one) => {
      const { file, sample, locale, compose } = composeSample(one.text, one, policy);
      const words = `${addressOf(file)} ${sample} ${locale}`;
      return { address: (await messenger()).show(words, compose, one.route) };
    }),
    post('export', { ...chosen, form: z.enum(exportNames) }, (one) => {
      const { file, sample, cards } = composeSample(one.text, one, policy);
      const fields = file.samples[sample] ?? {};
      const exported = { templateId: addressOf(file), fields, locale: one.locale, cards };
      return { text: exportCard(one.form, exported) };
    }),
    post('picture', { ...chosen, ...look }, async (one) => {
      const browser = await launchBrowser();
      try {
        const picture = await takePicture(browser, previewTemplate(one.text, one, policy), one);
        return { png: picture.toString('base64') };
      } finally {
        await browser.close();
      }
    }),
    post('complete', { text, offset }, (one) => language.complete(one.text, one.offset)),
    post('hover', { text, offset }, async (one) => ({ words: await language.hover(one.text, one.offset) })),
    post('edit', { text, edits }, (one) => ({ text: editTemplate(one.text, one.edits) })),
    post('locale', { text, locale: newLocale }, (one) => ({ text: addLocale(one.text, one.locale) })),
    post('rename', { text, path, to: name }, (one) => ({ text: renameField(one.text, one.path, one.to) })),
    post('lint', { text, name }, (one) => findProblemsIn(one.text, one.name, policy)),
  ]);
}

/** Runs the work; returns a CodedError as `refused`: while somebody types, a mistake is not a failed call. */
function runOrRefuse<T>(
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
