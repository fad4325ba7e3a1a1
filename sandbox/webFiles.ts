import { readFile } from 'node:fs/promises';
import type { Router } from './http/router.ts';

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' https:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
};

const pages = { '/': 'index.html', '/studio': 'studio.html' };

const ownFiles = [
  'base.css',
  'page.css',
  'messenger.css',
  'messages.css',
  'cards.css',
  'icon.svg',
  'main.js',
  'guestClient.js',
  'app.js',
  'messages.js',
  'guestCard.js',
  'genesysContent.js',
  'parts.js',
  'form.js',
  'words.js',
  'markdown.js',
  'routes.js',
];

/** The pictures of the sample shop: the Messenger reads `https://shop.example.com/pictures/…` here. */
const pictures = [
  ...['HP-200', 'KB-75', 'LP-10', 'processing', 'shipped', 'delivered', 'cancelled'],
  ...['appointment', 'flight', 'branch'],
];

const isType = (extension: string): extension is keyof typeof types => extension in types;

/** Where each address of the pages is read from: nothing else is served. */
function listAddresses(): [path: string, file: URL][] {
  const files = ownFiles.map((name): [string, string] => [`/web/${name}`, name]);
  const shop = pictures.map((name): [string, string] => [`/pictures/${name}.png`, `shop/${name}.png`]);
  const own = [...Object.entries(pages), ...files, ...shop].map(([path, name]): [string, URL] => [
    path,
    new URL(`./web/${name}`, import.meta.url),
  ]);
  const vendor = (['preact', 'htm'] as const).map((name): [string, URL] => [
    `/vendor/${name}.js`,
    new URL(import.meta.resolve(`#vendor/${name}.js`)),
  ]);
  return [...own, ...vendor];
}

/** The customer's Messenger page, and where authors find the Studio, with preact and htm. */
export function addWebFiles(router: Router): void {
  for (const [path, file] of listAddresses()) {
    const extension = path in pages ? 'html' : (path.split('.').at(-1) ?? '');
    const type = isType(extension) ? types[extension] : 'application/octet-stream';
    router.on('GET', path, async (call) => {
      Object.assign(call.headers, headers);
      call.send(200, await readFile(file), type);
    });
  }
}
