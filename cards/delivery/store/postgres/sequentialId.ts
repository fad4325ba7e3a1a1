import { randomBytes } from 'node:crypto';

let lastTime = 0;
let counter = 0;

/**
 * Makes a UUID of version 7 that is greater than all made before it in this process: jobs that are stored in one
 * transaction have the same time, and pg-boss then orders them by id.
 */
export function sequentialId(now: number = Date.now()): string {
  // 12 bits count within a millisecond; more than 4,096 of them borrow from the next one.
  counter = now > lastTime ? 0 : (counter + 1) % 4_096;
  lastTime = now > lastTime ? now : lastTime + (counter === 0 ? 1 : 0);
  const bytes = randomBytes(16);
  bytes.writeUIntBE(lastTime, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
