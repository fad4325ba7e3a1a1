import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ApiError } from '../http/apiError.ts';
import type { Call } from '../http/call.ts';
import { parseOrRefuse } from '../http/jsonPath.ts';
import type { Platform } from '../platform/platform.ts';
import { formatGuestMessage } from './frames.ts';

const lifeSeconds = 3_600;
const claimsSchema = z.object({ conversationId: z.string(), exp: z.number() });
const pageNumber = z.coerce.number().int().min(1).max(10_000);
const pageSize = z.coerce.number().int().min(1).max(200);

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The customer's own history: JWTs from the socket's `getJwt`, and the route that they open. */
export class History {
  readonly #key = randomBytes(32);
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** A JWT (HS256, one hour) for one conversation; `exp` in seconds. */
  issue(conversationId: string): { jwt: string; exp: number } {
    const exp = Math.floor(this.#platform.now() / 1000) + lifeSeconds;
    const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ conversationId, exp })}`;
    return { jwt: `${signed}.${this.#sign(signed).toString('base64url')}`, exp };
  }

  /** `GET /api/v2/webmessaging/messages?pageSize=&pageNumber=`: the newest messages first. */
  answer(call: Call): void {
    const size = parseOrRefuse(pageSize, call.query('pageSize') ?? 25);
    const page = parseOrRefuse(pageNumber, call.query('pageNumber') ?? 1);
    const conversation = this.#platform.conversations.find(this.#conversationId(call));
    if (!conversation) throw new ApiError(404, 'not.found', 'The conversation is not known');
    const extras = { typing: false, sandbox: call.query('sandbox') === 'true' };
    const newestFirst = conversation.messages
      .flatMap((message) => formatGuestMessage(message, extras) ?? [])
      .reverse();
    call.answer(200, {
      entities: newestFirst.slice((page - 1) * size, page * size),
      pageSize: size,
      pageNumber: page,
      total: newestFirst.length,
      pageCount: Math.ceil(newestFirst.length / size),
    });
  }

  #sign(signed: string): Buffer {
    return createHmac('sha256', this.#key).update(signed).digest();
  }

  #conversationId(call: Call): string {
    const refusal = new ApiError(401, 'bad.credentials', 'The JWT is missing, wrong or expired');
    const jwt = (call.req.headers.authorization ?? '').replace(/^bearer /i, '');
    const dot = jwt.lastIndexOf('.');
    const given = Buffer.from(jwt.slice(dot + 1), 'base64url');
    const right = this.#sign(jwt.slice(0, Math.max(dot, 0)));
    if (given.length !== right.length || !timingSafeEqual(given, right)) throw refusal;
    const payload = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8');
    const claims = claimsSchema.parse(JSON.parse(payload));
    if (claims.exp * 1000 <= this.#platform.now()) throw refusal;
    return claims.conversationId;
  }
}
