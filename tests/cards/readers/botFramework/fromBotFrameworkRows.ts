import type {
  ActionTypes,
  AudioCard,
  CardAction,
  CardImage,
  HeroCard,
  OAuthCard,
  ReceiptCard,
  ReceiptItem,
  SigninCard,
  SuggestedActions,
} from 'botbuilder';

/** What a field is expected to become, in docs/bot-framework-cards.md's order of tables and rows. */
export interface Row {
  activity: Record<string, unknown>;
  /** The components of all cards; a text without a card is a `text`. */
  shows: unknown[];
  /** Beginnings of `path: what`, in order. */
  changes: string[];
}

const title = (text: string, style = 'bold') => ({ type: 'header', text, style });
const body = (text: string) => ({ type: 'body', text, markdown: true });
const picture = (altText: string, url = 'https://shop.example.com/a.png') => ({
  type: 'image',
  url,
  altText,
});
const pictures = (...altTexts: string[]) => ({
  type: 'carousel',
  cards: altTexts.map((altText) => ({ components: [picture(altText)] })),
});
const facts = (...items: [string, string][]) => ({
  type: 'facts',
  items: items.map(([label, value]) => ({ label, value })),
});
const group = (...buttons: unknown[]) => ({ type: 'buttonGroup', buttons });
const link = (label: string, payload = 'https://shop.example.com/') => ({
  label,
  action: 'openUrl',
  payload,
});
const answer = (label: string, payload: string) => ({ label, action: 'postback', payload });
const quick = (...replies: [string, string][]) => ({
  type: 'quickReplies',
  replies: replies.map(([label, payload]) => ({ label, payload })),
});
const said = (text: string, markdown = true) => ({ type: 'text', text, markdown });

const shop = 'https://shop.example.com/';
const png = 'https://shop.example.com/a.png';
const open = { type: 'openUrl', title: 'Open shop', value: shop };
const acOpen = { type: 'Action.OpenUrl', title: 'Open shop', url: shop };
const words = { type: 'TextBlock', text: 'Words' };

const content = '$.attachments[0].content';
const card = (name: string, value: unknown) => ({
  attachments: [{ contentType: `application/vnd.microsoft.card.${name}`, content: value }],
});
const adaptive = (...elements: unknown[]) =>
  card('adaptive', { type: 'AdaptiveCard', version: '1.5', body: elements });

const row = (activity: Record<string, unknown>, shows: unknown[], changes: string[] = []): Row => ({
  activity,
  shows,
  changes,
});
const lookChange = '$.attachments[0]: sizes, colours';
/** A row for each field that only says how an element looks. */
const looksOf = (element: Record<string, unknown>, shows: unknown[], looks: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(looks).map(([key, value]) => [
      key,
      row(adaptive({ ...element, [key]: value }), shows, [lookChange]),
    ]),
  );
/** A row for each field that is not shown. */
const leftOut = <Field extends string>(
  name: string,
  value: Record<string, unknown>,
  shows: unknown[],
  fields: Record<Field, unknown>,
): Record<Field, Row> => {
  const rows = Object.entries(fields).map(([key, field]) => [
    key,
    row(card(name, { ...value, [key]: field }), shows, [`${content}.${key}: left out`]),
  ]);
  // The library's types forget the keys.
  return Object.fromEntries(rows);
};

const activity = {
  text: row({ text: 'Hello **you**' }, [said('Hello **you**')]),
  textFormat: row({ text: '2 * 3 * 4 **x**', textFormat: 'plain' }, [said('2 * 3 * 4 **x**', false)]),
  attachments: row(card('hero', { text: 'Words' }), [body('Words')]),
  attachmentLayout: row(
    {
      attachmentLayout: 'carousel',
      attachments: ['A', 'B'].map((name) => ({ ...card('hero', { title: name }).attachments[0] })),
    },
    [{ type: 'carousel', cards: [{ components: [title('A')] }, { components: [title('B')] }] }],
  ),
  suggestedActions: row(
    { text: 'Which?', suggestedActions: { actions: [{ type: 'imBack', title: 'Small', value: 's' }] } },
    [body('Which?'), quick(['Small', 's'])],
  ),
  summary: row({ summary: 'An offer' }, [said('An offer', false)]),
  locale: row({ ...card('receipt', { total: '9 €' }), locale: 'de-DE' }, [facts(['Summe', '9 €'])]),
  speak: row({ text: 'Hi', speak: '<speak>Hi there</speak>' }, [said('Hi')], ['$.speak: left out']),
  entities: row(
    {
      text: 'It does [1].',
      entities: [
        { type: 'clientInfo', locale: 'en-US' },
        {
          type: 'https://schema.org/Message',
          citation: [{ position: 1, appearance: { name: 'Manual', url: 'https://shop.example.com/a' } }],
        },
      ],
    },
    [said('It does [1].\n\n\\[1] [Manual](https://shop.example.com/a)')],
  ),
  channelData: row({ text: 'Hi', channelData: { a: 1 } }, [said('Hi')], ['$.channelData: left out']),
};

const suggestedActions: Record<keyof SuggestedActions, Row> = {
  actions: row(
    { suggestedActions: { actions: [{ type: 'imBack', title: 'Yes', value: 'y' }, open, 'No'] } },
    [group(link('Open shop')), quick(['Yes', 'y'], ['No', 'No'])],
    ['$.suggestedActions: links became buttons'],
  ),
  to: row({ suggestedActions: { to: ['u1'], actions: ['No'] } }, [quick(['No', 'No'])]),
};

const attachment = {
  contentType: row({ attachments: [{ contentType: 'image/png', contentUrl: png }] }, [picture('Picture')]),
  content: row(card('signin', { text: 'Words' }), [body('Words')]),
  contentUrl: row({ attachments: [{ contentType: 'application/pdf', contentUrl: shop }] }, [
    group(link('Open')),
  ]),
  name: row({ attachments: [{ contentType: 'text/csv', contentUrl: shop, name: 'list.csv' }] }, [
    group(link('list.csv')),
  ]),
  thumbnailUrl: row(
    { attachments: [{ contentType: 'video/mp4', contentUrl: shop, name: 'Film', thumbnailUrl: png }] },
    [picture('Film'), group(link('Film'))],
  ),
};

const heroCard: Record<keyof HeroCard, Row> = {
  title: row(card('hero', { title: 'Order <3' }), [title('Order <3')]),
  subtitle: row(card('hero', { subtitle: '2 * 3 * 4' }), [body('2 * 3 * 4')]),
  text: row(card('hero', { text: 'a **b**<br>c' }), [body('a **b**\\\nc')]),
  images: row(card('thumbnail', { title: 'Cup', images: [{ url: png }, png] }), [
    pictures('Picture', 'Picture'),
    title('Cup'),
  ]),
  buttons: row(card('hero', { buttons: [open] }), [group(link('Open shop'))]),
  tap: row(
    card('hero', { title: 'Cup', tap: { type: 'openUrl', value: shop } }),
    [title('Cup'), group(link('Cup'))],
    [`${content}.tap: shown as a button`],
  ),
};

const cardImage: Record<keyof CardImage, Row> = {
  url: row(card('hero', { images: [{ url: png }] }), [picture('Picture')]),
  alt: row(card('hero', { images: [{ url: png, alt: 'A cup' }] }), [picture('A cup')]),
  tap: row(
    card('hero', { images: [{ url: png, alt: 'A cup', tap: { type: 'openUrl', value: shop } }] }),
    [picture('A cup'), group(link('A cup'))],
    [`${content}.images[0].tap: shown as a button`],
  ),
};

const withAction = (action: unknown) => card('hero', { buttons: [action] });
const at = `${content}.buttons[0]`;
const cardAction: Record<keyof CardAction, Row> = {
  type: row(withAction({ title: 'Yes', value: 'y', type: 'postBack' }), [group(answer('Yes', 'y'))]),
  title: row(withAction(open), [group(link('Open shop'))]),
  value: row(withAction({ type: 'postBack', title: 'Yes', value: { answer: true } }), [
    group(answer('Yes', '{"answer":true}')),
  ]),
  text: row(withAction({ type: 'messageBack', title: 'Yes', text: 'yes please' }), [
    group(answer('Yes', 'yes please')),
  ]),
  displayText: row(
    withAction({ type: 'messageBack', title: 'Yes', value: 'y', displayText: 'I said yes' }),
    [group(answer('Yes', 'y'))],
    [`${at}.displayText: left out`],
  ),
  image: row(withAction({ ...open, image: png }), [group(link('Open shop'))], [`${at}.image: left out`]),
  imageAltText: row(
    withAction({ ...open, imageAltText: 'x' }),
    [group(link('Open shop'))],
    [`${at}.imageAltText: left out`],
  ),
  channelData: row(
    withAction({ ...open, channelData: {} }),
    [group(link('Open shop'))],
    [`${at}.channelData: left out`],
  ),
};

const opens = (type: string) => row(withAction({ type, title: 'Go', value: shop }), [group(link('Go'))]);
const answers = (type: string) =>
  row(withAction({ type, title: 'Go', value: 'v' }), [group(answer('Go', 'v'))]);
const nothing = (type: string) => row(withAction({ type, title: 'Go', value: 'v' }), [], [`${at}: left out`]);
const cardActionTypes: Record<`${ActionTypes}`, Row> = {
  openUrl: opens('openUrl'),
  showImage: opens('showImage'),
  downloadFile: opens('downloadFile'),
  playAudio: opens('playAudio'),
  playVideo: opens('playVideo'),
  call: row(withAction({ type: 'call', title: 'Call', value: '+49 30 123' }), [
    group(link('Call', 'tel:+4930123')),
  ]),
  imBack: answers('imBack'),
  postBack: answers('postBack'),
  messageBack: answers('messageBack'),
  signin: opens('signin'),
  payment: nothing('payment'),
  openApp: nothing('openApp'),
};

const receiptCard: Record<keyof ReceiptCard, Row> = {
  title: row(card('receipt', { title: 'Receipt' }), [title('Receipt')]),
  facts: row(card('receipt', { facts: [{ key: 'Order', value: 12 }] }), [facts(['Order', '12'])]),
  items: row(card('receipt', { items: [{ title: 'Cup', price: '9 €' }] }), [facts(['Cup', '9 €'])]),
  tax: row(card('receipt', { tax: '1 €' }), [facts(['Tax', '1 €'])]),
  vat: row(card('receipt', { vat: '1 €' }), [facts(['VAT', '1 €'])]),
  total: row(card('receipt', { total: '9 €' }), [facts(['Total', '9 €'])]),
  buttons: row(card('receipt', { buttons: [open] }), [group(link('Open shop'))]),
  tap: row(
    card('receipt', { title: 'Receipt', tap: open }),
    [title('Receipt'), group(link('Open shop'))],
    [`${content}.tap: shown as a button`],
  ),
};

const item = (fields: Record<string, unknown>) => card('receipt', { items: [{ title: 'Cup', ...fields }] });
const receiptItem: Record<keyof ReceiptItem, Row> = {
  title: row(item({}), [facts(['Cup', '–'])]),
  quantity: row(item({ quantity: 2 }), [facts(['Cup × 2', '–'])]),
  price: row(item({ price: '9 €' }), [facts(['Cup', '9 €'])]),
  subtitle: row(item({ price: '9 €', subtitle: 'blue' }), [facts(['Cup', '9 € · blue'])]),
  text: row(item({ subtitle: 'blue', text: 'with a handle' }), [facts(['Cup', 'blue · with a handle'])]),
  image: row(item({ image: { url: png } }), [facts(['Cup', '–'])], [`${content}.items[0].image: left out`]),
  tap: row(
    item({ tap: { type: 'openUrl', value: shop } }),
    [facts(['Cup', '–']), group(link('Cup'))],
    [`${content}.items[0].tap: shown as a button`],
  ),
};

const signinCard: Record<keyof SigninCard, Row> = {
  text: row(card('signin', { text: 'Please *sign in*' }), [body('Please *sign in*')]),
  buttons: row(card('signin', { buttons: [{ type: 'signin', title: 'Sign in', value: shop }] }), [
    group(link('Sign in')),
  ]),
};

const noTokens = {
  connectionName: 'aad',
  tokenExchangeResource: { id: '1' },
  tokenPostResource: { sasUrl: shop },
};
const oauthCard: Record<keyof OAuthCard, Row> = {
  text: row(card('oauth', { text: 'Please sign in' }), [body('Please sign in')]),
  buttons: row(card('oauth', { buttons: [{ type: 'signin', title: 'Sign in', value: shop }] }), [
    group(link('Sign in')),
  ]),
  ...leftOut('oauth', { text: 'Please' }, [body('Please')], noTokens),
};

const noPlayer = {
  shareable: true,
  autoloop: true,
  autostart: true,
  aspect: '16:9',
  duration: 'PT2M',
  value: { a: 1 },
};
const videoCard: Record<keyof AudioCard, Row> = {
  title: row(card('video', { title: 'Film' }), [title('Film')]),
  subtitle: row(card('audio', { subtitle: 'Song' }), [body('Song')]),
  text: row(card('video', { text: '_Film_' }), [body('*Film*')]),
  image: row(card('video', { image: { url: png, alt: 'Poster' } }), [picture('Poster')]),
  media: row(card('video', { media: [{ url: shop, profile: 'HD' }] }), [group(link('Play HD'))]),
  buttons: row(card('animation', { media: [{ url: png }], buttons: [open] }), [
    picture('Picture'),
    group(link('Open shop')),
  ]),
  ...leftOut('video', { text: 'Film' }, [body('Film')], noPlayer),
};

const root = (fields: Record<string, unknown>) =>
  card('adaptive', { type: 'AdaptiveCard', body: [words], ...fields });
const rootLook = (fields: Record<string, unknown>) => row(root(fields), [body('Words')], [lookChange]);
const rootNothing = (fields: Record<string, unknown>) => row(root(fields), [body('Words')]);
const adaptiveCard = {
  body: row(root({}), [body('Words')]),
  actions: row(root({ actions: [acOpen] }), [body('Words'), group(link('Open shop'))]),
  selectAction: row(
    root({ selectAction: { type: 'Action.OpenUrl', url: shop } }),
    [body('Words'), group(link('Words'))],
    [`${content}.selectAction: shown as a button`],
  ),
  fallbackText: row(root({ body: [], fallbackText: 'An offer' }), [body('An offer')]),
  ...leftOut('adaptive', { body: [words] }, [body('Words')], {
    speak: 'Words',
    backgroundImage: png,
    refresh: { userIds: [] },
    authentication: { text: 'x' },
    msteams: { width: 'Full' },
  }),
  type: rootNothing({}),
  $schema: rootNothing({ $schema: 'http://adaptivecards.io/schemas/adaptive-card.json' }),
  version: rootNothing({ version: '1.6' }),
  lang: rootNothing({ lang: 'de' }),
  metadata: rootNothing({ metadata: { webUrl: shop } }),
  style: rootLook({ style: 'emphasis' }),
  rtl: rootLook({ rtl: true }),
  minHeight: rootLook({ minHeight: '80px' }),
  verticalContentAlignment: rootLook({ verticalContentAlignment: 'center' }),
};

const first = `${content}.body[0]`;
const everyElement = {
  type: row(
    adaptive({ type: 'NoSuchElement' }, words),
    [body('Words')],
    [`${first}: left out: Genesys has no such element`],
  ),
  id: row(adaptive({ ...words, id: 'w' }), [body('Words')]),
  isVisible: row(adaptive({ ...words, isVisible: false }), [], [`${first}: left out: it is hidden`]),
  separator: row(adaptive(words, { ...words, separator: true }), [
    body('Words'),
    { type: 'divider' },
    body('Words'),
  ]),
  requires: row(
    adaptive({ type: 'Image', url: png, requires: { hologram: '1.0' }, fallback: words }),
    [body('Words')],
    [`${first}: its fallback is shown`],
  ),
  fallback: row(
    adaptive({ type: 'Hologram', fallback: words }),
    [body('Words')],
    [`${first}: its fallback is shown`],
  ),
  speak: row(adaptive({ ...words, speak: 'Words' }), [body('Words')], [`${first}.speak: left out`]),
  ...looksOf(words, [body('Words')], {
    spacing: 'Large',
    height: 'stretch',
    horizontalAlignment: 'Center',
    lang: 'en',
  }),
};

const textBlock = {
  text: row(adaptive({ type: 'TextBlock', text: 'On {{DATE(2026-11-23T06:08:39Z, SHORT)}}, **all** day' }), [
    body('On Mon, Nov 23, 2026, **all** day'),
  ]),
  style: row(adaptive({ ...words, style: 'heading' }), [title('Words')]),
  size: row(adaptive({ ...words, size: 'extraLarge' }), [title('Words', 'large')]),
  weight: row(adaptive({ ...words, weight: 'Bolder' }), [body('**Words**')]),
  ...looksOf(words, [body('Words')], {
    color: 'accent',
    isSubtle: true,
    fontType: 'monospace',
    wrap: true,
    maxLines: 2,
  }),
};

const run = (fields: Record<string, unknown>) =>
  adaptive({ type: 'RichTextBlock', inlines: ['Some ', { type: 'TextRun', text: 'words', ...fields }, '.'] });
const richTextBlock = { inlines: row(run({}), [body('Some words.')]) };
const runLooks = {
  size: 'large',
  color: 'accent',
  isSubtle: true,
  fontType: 'monospace',
  highlight: true,
  underline: true,
};
const textRun = {
  text: row(run({ text: '*words*' }), [body('Some \\*words\\*.')]),
  weight: row(run({ weight: 'bolder' }), [body('Some **words**.')]),
  italic: row(run({ italic: true }), [body('Some *words*.')]),
  strikethrough: row(run({ strikethrough: true }), [body('Some ~~words~~.')]),
  selectAction: row(
    run({ selectAction: { type: 'Action.OpenUrl', url: shop } }),
    [body('Some words.'), group(link('words'))],
    [`${first}.inlines[1].selectAction: shown as a button`],
  ),
  ...Object.fromEntries(
    Object.entries(runLooks).map(([key, value]) => [
      key,
      row(run({ [key]: value }), [body('Some words.')], [lookChange]),
    ]),
  ),
};

const factSet = {
  facts: row(adaptive({ type: 'FactSet', facts: [{ title: '**Price**', value: '9 €' }] }), [
    facts(['Price', '9 €']),
  ]),
};

const anImage = { type: 'Image', url: png, altText: 'A cup' };
const image = {
  url: row(adaptive({ type: 'Image', url: png }), [picture('Picture')]),
  altText: row(adaptive(anImage), [picture('A cup')]),
  selectAction: row(
    adaptive({ ...anImage, selectAction: { type: 'Action.OpenUrl', url: shop } }),
    [picture('A cup'), group(link('A cup'))],
    [`${first}.selectAction: shown as a button`],
  ),
  ...looksOf(anImage, [picture('A cup')], {
    size: 'small',
    style: 'person',
    width: '20px',
    backgroundColor: '#fff',
  }),
  forceLoad: row(adaptive({ ...anImage, forceLoad: true }), [picture('A cup')]),
};

const anImageSet = { type: 'ImageSet', images: [anImage, { type: 'Image', url: png }] };
const imageSet = {
  images: row(adaptive(anImageSet), [pictures('A cup', 'Picture')]),
  ...looksOf(anImageSet, [pictures('A cup', 'Picture')], {
    imageSize: 'small',
    style: 'stacked',
    offset: 3,
  }),
};

const film = { type: 'Media', sources: [{ mimeType: 'video/mp4', url: shop }] };
const media = {
  sources: row(adaptive(film), [group(link('Play'))]),
  poster: row(adaptive({ ...film, poster: png }), [picture('Picture'), group(link('Play'))]),
  altText: row(adaptive({ ...film, altText: 'Film' }), [group(link('Play: Film'))]),
  captionSources: row(
    adaptive({ ...film, captionSources: [{ url: shop }] }),
    [group(link('Play'))],
    [`${first}.captionSources: left out`],
  ),
};

const clicked = { type: 'Action.OpenUrl', url: shop };
const shownAsButton = [`${first}.selectAction: shown as a button`];
const aContainer = { type: 'Container', items: [{ ...words, style: 'heading' }, words] };
const inContainer = [title('Words'), body('Words')];
const container = {
  items: row(adaptive(aContainer), inContainer),
  selectAction: row(
    adaptive({ ...aContainer, selectAction: clicked }),
    [...inContainer, group(link('Words'))],
    shownAsButton,
  ),
  backgroundImage: row(adaptive({ ...aContainer, backgroundImage: png }), inContainer, [
    `${first}.backgroundImage: left out`,
  ]),
  ...looksOf(aContainer, inContainer, {
    style: 'emphasis',
    bleed: true,
    minHeight: '80px',
    verticalContentAlignment: 'center',
    rtl: true,
  }),
};

const column = (text: string) => ({ type: 'Column', items: [{ type: 'TextBlock', text }] });
const aColumnSet = { type: 'ColumnSet', columns: [column('Price'), column('**9 €**')] };
const columnSet = {
  columns: row(adaptive(aColumnSet), [body('Price · **9 €**')]),
  selectAction: row(
    adaptive({ ...aColumnSet, selectAction: clicked }),
    [body('Price · **9 €**'), group(link('Price · 9 €'))],
    shownAsButton,
  ),
  ...looksOf(aColumnSet, [body('Price · **9 €**')], { style: 'emphasis', bleed: true, minHeight: '80px' }),
};

const rowsOf = (...rows: string[][]) =>
  rows.map((cells) => ({
    type: 'TableRow',
    cells: cells.map((text) => ({ ...column(text), type: 'TableCell' })),
  }));
const aTable = { type: 'Table', rows: rowsOf(['Item', 'Price'], ['Cup', '9 €']) };
const inTable = [body('**Item · Price**'), facts(['Cup', '9 €'])];
const noHeader = [facts(['Item', 'Price'], ['Cup', '9 €'])];
const table = {
  rows: row(adaptive(aTable), inTable),
  firstRowAsHeader: row(adaptive({ ...aTable, rows: rowsOf(['a', 'b', 'c']), firstRowAsHeader: true }), [
    body('**a · b · c**'),
  ]),
  firstRowAsHeaders: row(adaptive({ ...aTable, rows: rowsOf(['a', 'b', 'c']), firstRowAsHeaders: false }), [
    body('a · b · c'),
  ]),
  ...looksOf({ ...aTable, firstRowAsHeader: false }, noHeader, {
    columns: [{ width: 1 }],
    style: 'emphasis',
    showGridLines: true,
    gridStyle: 'accent',
    horizontalCellContentAlignment: 'right',
    verticalCellContentAlignment: 'top',
  }),
};

const aCarousel = { type: 'Carousel', pages: [{ type: 'CarouselPage', items: [words] }] };
const carousel = {
  pages: row(adaptive(aCarousel), [body('Words')]),
  selectAction: row(
    adaptive({ ...aCarousel, selectAction: clicked }),
    [body('Words'), group(link('Words'))],
    shownAsButton,
  ),
  backgroundImage: row(
    adaptive({ ...aCarousel, backgroundImage: png }),
    [body('Words')],
    [`${first}.backgroundImage: left out`],
  ),
  ...Object.fromEntries(
    Object.entries({
      timer: 5000,
      initialPage: 0,
      loop: true,
      orientation: 'vertical',
      heightInPixels: '80px',
      minHeight: '80px',
      verticalContentAlignment: 'center',
      rtl: true,
    }).map(([key, value]) => [
      key,
      row(adaptive({ ...aCarousel, [key]: value }), [body('Words')], [lookChange]),
    ]),
  ),
};

const anActionSet = { type: 'ActionSet', actions: [acOpen] };
const actionSet = {
  actions: row(adaptive(anActionSet), [group(link('Open shop'))]),
  ...looksOf(anActionSet, [group(link('Open shop'))], { orientation: 'vertical' }),
};

const sizes = [
  { title: 'Small', value: 's' },
  { title: 'Large', value: 'l' },
];
const field = (type: string) =>
  row(
    adaptive({ type, id: 'f', label: 'Your name' }),
    [body('Your name')],
    [`${first}: left out: input fields are not supported`],
  );
const inputs = {
  'Input.ChoiceSet': row(
    {
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: {
            body: [{ type: 'Input.ChoiceSet', id: 'size', label: 'Which?', choices: sizes }],
            actions: [{ type: 'Action.Submit', title: 'Go', data: { sku: 'cup' } }],
          },
        },
      ],
    },
    [body('Which?'), quick(['Small', '{"sku":"cup","size":"s"}'], ['Large', '{"sku":"cup","size":"l"}'])],
    [`${first}: shown as quick replies`, `${content}.actions[0]: left out: the quick replies send its data`],
  ),
  'Input.Text': field('Input.Text'),
  'Input.Number': field('Input.Number'),
  'Input.Date': field('Input.Date'),
  'Input.Time': field('Input.Time'),
  'Input.Toggle': field('Input.Toggle'),
};

const withActions = (...list: unknown[]) => card('adaptive', { actions: list });
const action0 = `${content}.actions[0]`;
const inner = { type: 'AdaptiveCard', body: [words], actions: [acOpen] };
const actions = {
  'Action.OpenUrl': row(withActions(acOpen), [group(link('Open shop'))]),
  'Action.Submit': row(withActions({ type: 'Action.Submit', title: 'Go', data: { a: 1 } }), [
    group(answer('Go', '{"a":1}')),
  ]),
  'Action.Execute': row(withActions({ type: 'Action.Execute', title: 'Go', verb: 'buy', data: { a: 1 } }), [
    group(answer('Go', '{"verb":"buy","data":{"a":1}}')),
  ]),
  'Action.ShowCard': row(
    withActions({ type: 'Action.ShowCard', title: 'More', card: inner }),
    [title('More'), body('Words'), group(link('Open shop'))],
    [`${action0}: shown at once`],
  ),
  'Action.ToggleVisibility': row(
    card('adaptive', {
      body: [{ ...words, id: 'w', isVisible: false }],
      actions: [{ type: 'Action.ToggleVisibility', title: 'More', targetElements: ['w'] }],
    }),
    [body('Words')],
    [`${first}: shown at once`, `${action0}: left out: its card is already visible`],
  ),
};

const withOpen = (fields: Record<string, unknown>) => withActions({ ...acOpen, ...fields });
const same = [group(link('Open shop'))];
const everyAction = {
  type: row(
    withActions({ type: 'Action.Http', title: 'Go' }),
    [],
    [`${action0}: left out: Genesys has no such action`],
  ),
  title: row(withActions(acOpen), same),
  url: row(withActions(acOpen), same),
  data: row(withActions({ type: 'Action.Submit', title: 'Go', data: 'go' }), [group(answer('Go', 'go'))]),
  verb: row(withActions({ type: 'Action.Execute', title: 'Go', verb: 'buy' }), [group(answer('Go', 'buy'))]),
  card: row(
    withActions({ type: 'Action.ShowCard', card: { body: [words] } }),
    [body('Words')],
    [`${action0}: shown at once`],
  ),
  style: row(withOpen({ style: 'destructive' }), [group({ ...link('Open shop'), style: 'danger' })]),
  isEnabled: row(withOpen({ isEnabled: false }), [], [`${action0}: left out: it is switched off`]),
  fallback: row(withActions({ type: 'Action.Fly', fallback: acOpen }), same, [
    `${content}.actions[0]: its fallback is shown`,
  ]),
  iconUrl: row(withOpen({ iconUrl: png }), same, [`${action0}.iconUrl: left out`]),
  id: row(withOpen({ id: 'a' }), same),
  targetElements: row(withOpen({ targetElements: [] }), same),
  associatedInputs: row(withOpen({ associatedInputs: 'none' }), same),
  disabledUnlessAssociatedInputsChange: row(withOpen({ disabledUnlessAssociatedInputsChange: true }), same),
  requires: row(withOpen({ requires: {} }), same),
  mode: row(withOpen({ mode: 'secondary' }), same, [lookChange]),
  tooltip: row(withOpen({ tooltip: 'x' }), same, [lookChange]),
  role: row(withOpen({ role: 'link' }), same, [lookChange]),
};

/** An example of every row of every table, by the heading of the table and the field. */
export const tables: Record<string, Record<string, Row>> = {
  Activity: activity,
  SuggestedActions: suggestedActions,
  Attachment: attachment,
  HeroCard: heroCard,
  CardImage: cardImage,
  CardAction: cardAction,
  'CardAction types': cardActionTypes,
  ReceiptCard: receiptCard,
  ReceiptItem: receiptItem,
  SigninCard: signinCard,
  OAuthCard: oauthCard,
  VideoCard: videoCard,
  AdaptiveCard: adaptiveCard,
  'Every element': everyElement,
  TextBlock: textBlock,
  RichTextBlock: richTextBlock,
  TextRun: textRun,
  FactSet: factSet,
  Image: image,
  ImageSet: imageSet,
  Media: media,
  Container: container,
  ColumnSet: columnSet,
  Table: table,
  Carousel: carousel,
  ActionSet: actionSet,
  Inputs: inputs,
  Actions: actions,
  'Every action': everyAction,
};
