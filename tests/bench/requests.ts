import type { CardRequest } from '../../cards/cardRequest.ts';
import { compileTemplate } from '../../cards/templates/compileTemplate.ts';
import { loadTemplates, TemplateRegistry } from '../../cards/templates/loadTemplates.ts';
import { addressOf, ownTemplatesDir, templateFileSchema } from '../../cards/templates/readTemplates.ts';

/** The cards that are measured: the document's order confirmation, and one at the component limit full of HTML. */
export const cardNames = ['order', 'big'] as const;
export type CardName = (typeof cardNames)[number];

/** HTML texts of the big card: with its title and its buttons it has 20 components. */
const bigTexts = 18;

/** The templates that come with the project, and others that are given as template files. */
export function registryWith(...files: unknown[]): TemplateRegistry {
  const loaded = loadTemplates([ownTemplatesDir]);
  const templates = new Map(loaded.templates);
  for (const source of files) {
    const file = templateFileSchema.parse(source);
    templates.set(addressOf(file), compileTemplate(file, '0'.repeat(16)));
  }
  return new TemplateRegistry({ templates, problems: loaded.problems });
}

/** A template file around these fields and components. */
export function templateFile(id: string, properties: object, components: object[]): unknown {
  return {
    id,
    version: 1,
    title: id,
    description: 'A template of the benchmark.',
    locales: ['en'],
    fields: { type: 'object', properties },
    card: { components },
    text: 'Your order is on its way.',
    samples: { none: {} },
  };
}

/** 20 components: a title, 18 bodies of HTML, two buttons. */
export function bigTemplate(): unknown {
  const names = Array.from({ length: bigTexts }, (_, i) => `text${i + 1}`);
  const text = { type: 'string', minLength: 1, maxLength: 2_000, contentMediaType: 'text/html' };
  return templateFile(
    'big',
    {
      title: { type: 'string' },
      order: { type: 'string' },
      ...Object.fromEntries(names.map((n) => [n, text])),
    },
    [
      { type: 'header', text: '${title}', style: 'bold' },
      ...names.map((name) => ({ type: 'body', text: `\${${name}}`, markdown: true })),
      {
        type: 'buttonGroup',
        buttons: [
          { label: 'Track Order', action: 'postback', payload: 'track:${order}', style: 'primary' },
          { label: 'Contact Support', action: 'webchat', payload: 'support', style: 'primary' },
        ],
      },
    ],
  );
}

/** An HTML text of 126 characters; another `seed` gives another text of the same length. */
export function htmlText(seed: number): string {
  const id = String(seed % 10_000_000).padStart(7, '0');
  return `<p>Order <strong>${id}</strong> has <em>left</em> our warehouse.<br>It arrives on <b>Monday</b>, so stay at home please.</p>`;
}

/** Makes requests of one card whose plain values are new each time; `fresh`: its HTML texts, too. */
export function requestMaker(card: CardName, fresh = false): () => CardRequest {
  let count = 0;
  const sameTexts = textFields(0);
  return () => {
    count += 1;
    if (card === 'order') return orderRequest(count);
    return bigRequest(count, fresh ? textFields(count * bigTexts) : sameTexts);
  };
}

function orderRequest(order: number): CardRequest {
  return {
    templateId: 'order-confirmation-v2',
    fields: {
      title: `Order Confirmation ${order}`,
      description: `Your order ${order} has been processed successfully.`,
      actions: [
        { label: 'Track Order', type: 'postback', value: `track:${order}` },
        { label: 'Contact Support', type: 'webchat', value: `support:${order}` },
      ],
    },
  };
}

function bigRequest(order: number, texts: Record<string, string>): CardRequest {
  return {
    templateId: 'big-v1',
    fields: { title: `Order Confirmation ${order}`, order: String(order), ...texts },
  };
}

function textFields(seed: number): Record<string, string> {
  return Object.fromEntries(htmlTexts(seed).map((text, i) => [`text${i + 1}`, text]));
}

/** The HTML texts of one big card, each different from those of another `seed`. */
export function htmlTexts(seed: number): string[] {
  return Array.from({ length: bigTexts }, (_, i) => htmlText(seed + i));
}
