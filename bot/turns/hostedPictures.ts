import { createHash } from 'node:crypto';
import type { Change } from '../../cards/checks/checkedCard.ts';
import { LocalTurnGate } from '../../cards/delivery/store/turnGate.ts';
import { writeJsonPath } from '../../cards/errors.ts';
import { isObject } from '../../cards/json.ts';
import { limits } from '../../cards/limits.ts';

/** The storage of the bot's own state, in the shape that both SDKs share. */
interface PictureStorage {
  read(keys: string[]): Promise<Record<string, unknown>>;
  write(changes: Record<string, object>): Promise<unknown>;
}

/** Options of hosted pictures. */
export interface HostedPicturesOptions {
  /** The public https address of the connector's routes, without a slash at its end. */
  baseUrl: string;
  storage: PictureStorage;
  /** Pictures of a conversation at most; default 50. */
  maxCount?: number;
  /** Bytes of all pictures of a conversation at most; default 10 MiB. */
  maxBytes?: number;
}

/** Bytes of one picture at most: in base64 it fits into an item of a store, which may have 2 MiB. */
const maxPictureBytes = 1024 * 1024;
const dataUri = /data:image\/[\w.+-]{1,40}(?:;[\w=-]{1,40}){0,2};base64,([A-Za-z0-9+/]+={0,2})/gi;

/** Types of pictures by their first bytes in hexadecimal; the type that a `data:` address declares is ignored. */
const types = [
  { extension: 'png', contentType: 'image/png', begins: /^89504e470d0a1a0a/ },
  { extension: 'jpg', contentType: 'image/jpeg', begins: /^ffd8ff/ },
  { extension: 'gif', contentType: 'image/gif', begins: /^474946383[79]61/ },
  { extension: 'webp', contentType: 'image/webp', begins: /^52494646.{8}57454250/ },
];

/** Returns the type of a picture by its bytes; undefined unless it is PNG, JPEG, GIF or WebP. */
function typeOf(bytes: Buffer): (typeof types)[number] | undefined {
  const head = bytes.toString('hex', 0, 12);
  return types.find(({ begins }) => begins.test(head));
}

/** Returns the address that replaces a picture. */
type ReplacePicture = (uri: string, data: string, path: string) => string;

interface Picture {
  name: string;
  bytes: Buffer;
}

interface KeptPicture {
  name: string;
  size: number;
}

/**
 * Hosts pictures that a bot sends as bytes (`data:`), because Genesys accepts addresses only. A picture is stored with the state of
 * its conversation, under the SHA-256 of its bytes. New pictures of a conversation replace its oldest ones.
 */
export class HostedPictures {
  readonly #options: HostedPicturesOptions;
  /** Two turns that change the list of a conversation at the same time would lose pictures of it. */
  readonly #gate = new LocalTurnGate();

  constructor(options: HostedPicturesOptions) {
    this.#options = options;
  }

  /** The host of the addresses. */
  get host(): string {
    return new URL(this.#options.baseUrl).hostname;
  }

  /**
   * Replaces the pictures in an activity's text, attachments and value by addresses. `changes` names the pictures that are not
   * hosted, and counts the older ones that were discarded.
   *
   * @throws the error of the storage
   */
  async keep<A extends object>(
    conversationId: string,
    activity: A,
  ): Promise<{ activity: A; changes: Change[] }> {
    const pictures = new Map<string, Picture>();
    const changes: Change[] = [];
    const replace: ReplacePicture = (uri, data, path) => {
      const bytes = Buffer.from(data, 'base64');
      const type = typeOf(bytes);
      const why = type === undefined ? 'it is not PNG, JPEG, GIF or WebP' : 'it is larger than 1 MiB';
      if (type === undefined || bytes.length > maxPictureBytes) {
        changes.push({ path, what: `a picture is not hosted: ${why}` });
        return uri;
      }
      const name = `${createHash('sha256').update(bytes).digest('hex')}.${type.extension}`;
      pictures.set(name, { name, bytes });
      return `${this.#options.baseUrl}/pictures/${encodeURIComponent(conversationId)}/${name}`;
    };
    const replaced: Record<string, unknown> = {};
    for (const key of ['text', 'attachments', 'value'])
      if (key in activity) replaced[key] = replaceIn(Reflect.get(activity, key), [key], replace);
    if (pictures.size === 0) return { activity, changes };
    const store = () => this.#store(conversationId, [...pictures.values()]);
    changes.push(...(await this.#gate.inOrder(conversationId, store)));
    return { activity: { ...activity, ...replaced }, changes };
  }

  /** Returns a stored picture; undefined for one that is not, or no longer, stored. @throws the error of the storage */
  async find(
    conversationId: string,
    name: string,
  ): Promise<{ contentType: string; bytes: Buffer } | undefined> {
    const key = keyOf(conversationId, name);
    const { [key]: item } = await this.#options.storage.read([key]);
    if (!isObject(item) || typeof item.data !== 'string') return undefined;
    const bytes = Buffer.from(item.data, 'base64');
    const type = typeOf(bytes);
    return type === undefined ? undefined : { contentType: type.contentType, bytes };
  }

  async #store(conversationId: string, pictures: readonly Picture[]): Promise<Change[]> {
    const { storage, maxCount = 50, maxBytes = 10 * 1024 * 1024 } = this.#options;
    const listKey = keyOf(conversationId, 'list');
    const { [listKey]: list } = await storage.read([listKey]);
    const isNew = ({ name }: KeptPicture) => !pictures.some((one) => one.name === name);
    const kept = [
      ...keptIn(list).filter(isNew),
      ...pictures.map(({ name, bytes }) => ({ name, size: bytes.length })),
    ];
    const gone: KeptPicture[] = [];
    const sizeOf = () => kept.reduce((sum, { size }) => sum + size, 0);
    while (kept.length > maxCount || sizeOf() > maxBytes) gone.push(...kept.splice(0, 1));
    const isKept = ({ name }: Picture) => kept.some((one) => one.name === name);
    await storage.write({
      [listKey]: { pictures: kept },
      ...Object.fromEntries(gone.map(({ name }) => [keyOf(conversationId, name), {}])),
      ...Object.fromEntries(
        pictures
          .filter(isKept)
          .map(({ name, bytes }) => [keyOf(conversationId, name), { data: bytes.toString('base64') }]),
      ),
    });
    if (gone.length === 0) return [];
    const what = `older pictures of the conversation are discarded: ${gone.length}, to keep ${maxCount} and ${maxBytes} bytes`;
    return [{ path: '$', what }];
  }
}

function keptIn(list: unknown): KeptPicture[] {
  if (!isObject(list) || !Array.isArray(list.pictures)) return [];
  return list.pictures.filter(
    (one): one is KeptPicture =>
      isObject(one) && typeof one.name === 'string' && typeof one.size === 'number',
  );
}

/** The command `forget` finds the pictures of a conversation by this key. */
function keyOf(conversationId: string, name: string): string {
  return `genesys/pictures/conversations/${encodeURIComponent(conversationId)}/${name}`;
}

/** Replaces the pictures in a value. A part without pictures stays the same object, because a checked card must. */
function replaceIn(value: unknown, keys: readonly PropertyKey[], replace: ReplacePicture): unknown {
  if (typeof value === 'string')
    return value.replace(dataUri, (uri: string, data: string) => replace(uri, data, writeJsonPath(keys)));
  if (keys.length > limits.nesting.max) return value;
  if (Array.isArray(value)) {
    const copy = value.map((one, i) => replaceIn(one, [...keys, i], replace));
    return copy.every((one, i) => one === value[i]) ? value : copy;
  }
  if (!isPlain(value)) return value;
  const entries = Object.entries(value);
  const copy = entries.map(([key, one]): [string, unknown] => [key, replaceIn(one, [...keys, key], replace)]);
  return copy.every(([, one], i) => one === entries[i]?.[1]) ? value : Object.fromEntries(copy);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
