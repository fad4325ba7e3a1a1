import { randomUUID } from 'node:crypto';
import { ApiError } from '../http/apiError.ts';
import type { Call } from '../http/call.ts';
import type { Router } from '../http/router.ts';
import { createNotice, type ErrorFields, errorCodes, fileRules } from './frames.ts';
import type { GuestSession } from './guestSession.ts';

/** A file of a customer: announced, then uploaded to its own address, then part of a message. */
export interface StoredFile {
  readonly id: string;
  readonly fileName: string;
  readonly fileType: string;
  /** Where it is uploaded to and read from. */
  readonly url: string;
  bytes: Buffer | undefined;
}

/** What a client says of a file before it uploads it. */
export interface Announced {
  attachmentId: string;
  fileName: string;
  fileType: string;
  fileSize?: number | undefined;
}

const mostFiles = 200;
const mostBytes = 64 * 1024 * 1024;
const mostNameLength = 255;
const fileBytes = fileRules.maxFileSizeKB * 1024;
/** The header that the address was signed with; an upload without it is refused. */
export const uploadHeaders = { 'x-amz-tagging': 'organizationId=sandbox' };

/** The files that customers send, in memory: the oldest goes when there are more than 200, or 64 MiB. */
export class Attachments {
  /** By the secret part of the address. */
  readonly #byKey = new Map<string, StoredFile & { session: GuestSession }>();

  /** A place for a file; `base` is the address by which the client reaches the sandbox. */
  announce(session: GuestSession, file: Announced, base: string): StoredFile | ErrorFields {
    const refused = refusalOf(file);
    if (refused) return refused;
    const key = randomUUID();
    const { attachmentId: id, fileName, fileType } = file;
    const stored = { id, fileName, fileType, url: `${base}/uploads/${key}`, bytes: undefined, session };
    session.files.get(id)?.remove();
    session.files.set(id, { file: stored, remove: () => void this.#byKey.delete(key) });
    this.#byKey.set(key, stored);
    this.#forgetOldest();
    return stored;
  }

  addRoutes(router: Router, now: () => number): void {
    router.on('PUT', '/uploads/{key}', async (call) => {
      const file = this.#find(call);
      for (const [name, value] of Object.entries(uploadHeaders)) {
        if (call.req.headers[name] !== value)
          throw new ApiError(403, 'forbidden', `The header ${name} is missing`);
      }
      const about = { attachmentId: file.id, timestamp: new Date(now()).toISOString() };
      try {
        file.bytes = await call.bytes(fileBytes);
      } catch (error) {
        if (error instanceof ApiError) {
          const why = { errorCode: errorCodes.fileSize, errorMessage: error.message };
          file.session.broadcast(createNotice('UploadFailureEvent', { ...about, ...why }, 400));
        }
        throw error;
      }
      // One test framework reads the answer as JSON.
      call.answer(200, {});
      file.session.broadcast(createNotice('UploadSuccessEvent', { ...about, downloadUrl: file.url }));
    });
    router.on('GET', '/uploads/{key}', (call) => {
      const { bytes, fileName } = this.#find(call);
      if (bytes === undefined) throw new ApiError(404, 'not.found', 'The file was not uploaded');
      // Never opened in the page's own origin: a customer's file may be HTML.
      call.headers['Content-Disposition'] = `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`;
      call.headers['X-Content-Type-Options'] = 'nosniff';
      call.send(200, bytes, 'application/octet-stream');
    });
  }

  #find(call: Call): StoredFile & { session: GuestSession } {
    const file = this.#byKey.get(call.param(0));
    if (!file) throw new ApiError(404, 'not.found', 'There is no such file');
    return file;
  }

  #forgetOldest(): void {
    let bytes = 0;
    for (const file of this.#byKey.values()) bytes += file.bytes?.length ?? 0;
    for (const [key, file] of this.#byKey) {
      if (this.#byKey.size <= mostFiles && bytes <= mostBytes) return;
      bytes -= file.bytes?.length ?? 0;
      this.#byKey.delete(key);
    }
  }
}

function refusalOf({ fileName, fileSize }: Announced): ErrorFields | undefined {
  if (fileName.trim() === '' || /[/\\\p{Cc}]/u.test(fileName))
    return { errorCode: errorCodes.fileName, errorMessage: 'The name of the file is not valid' };
  if (fileName.length > mostNameLength)
    return { errorCode: errorCodes.fileNameTooLong, errorMessage: 'The name of the file is too long' };
  const dot = fileName.lastIndexOf('.');
  const blocked: readonly string[] = fileRules.blockedExtensions;
  if (dot !== -1 && blocked.includes(fileName.slice(dot).toLowerCase()))
    return { errorCode: errorCodes.fileType, errorMessage: 'Files of this type are blocked' };
  if (fileSize !== undefined && (fileSize < 1 || fileSize > fileBytes))
    return {
      errorCode: errorCodes.fileSize,
      errorMessage: `A file has 1 byte to ${fileRules.maxFileSizeKB} KB`,
    };
  return undefined;
}

/** The kind of a file by its type: `Image`, `Video`, `Audio` or `File`. */
export function mediaTypeOf(fileType: string): 'Image' | 'Video' | 'Audio' | 'File' {
  const [kind] = fileType.split('/', 1);
  if (kind === 'image') return 'Image';
  if (kind === 'video') return 'Video';
  return kind === 'audio' ? 'Audio' : 'File';
}
