import { randomUUID } from 'node:crypto';
import { z } from 'zod';

const token = z.uuid();
const tracingId = z.string().max(200).optional();
const customAttributes = z.record(z.string(), z.string());
const channel = z
  .object({ metadata: z.object({ customAttributes: customAttributes.optional() }).optional() })
  .optional();

const buttonResponse = z.object({
  type: z.enum(['Button', 'QuickReply', 'DatePicker', 'ListPicker', 'Form']).default('Button'),
  text: z.string().min(1),
  payload: z.string().min(1),
  originatingMessageId: z.string().max(200).optional(),
});
const formField = z.object({
  id: z.string().min(1).max(200),
  component: z.object({ contentType: z.literal('ButtonResponse'), buttonResponse }),
});
const form = z.object({
  cannedResponseId: z.string().min(1).max(200),
  originatingMessageId: z.string().max(200).optional(),
  response: z.array(formField).min(1).max(50),
});
const content = z
  .array(
    z.discriminatedUnion('contentType', [
      z.object({ contentType: z.literal('ButtonResponse'), buttonResponse }),
      z.object({ contentType: z.literal('Form'), form }),
      z.object({ contentType: z.literal('Attachment'), attachment: z.object({ id: z.string().max(200) }) }),
    ]),
  )
  .max(20);
const attachmentId = z.string().min(1).max(200);
const event = z.object({
  eventType: z.enum(['CoBrowse', 'Presence', 'Reactions', 'Typing', 'Video']),
  presence: z
    .object({
      type: z.enum([
        'Authenticate',
        'AuthenticateCancel',
        'AuthenticateFailure',
        'Clear',
        'Disconnect',
        'Join',
        'SessionExpired',
        'SignIn',
      ]),
    })
    .optional(),
});

/** What a customer's client may send; fields that clients add beyond these are ignored, as Genesys does. */
export const actionSchema = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('configureSession'),
    deploymentId: z.string().min(1),
    token,
    startNew: z.boolean().optional(),
    tracingId,
  }),
  z.object({
    action: z.literal('configureAuthenticatedSession'),
    deploymentId: z.string().min(1),
    token,
    startNew: z.boolean().optional(),
    data: z.object({ code: z.string() }),
    tracingId,
  }),
  z.object({
    action: z.literal('onMessage'),
    token,
    tracingId,
    channel,
    message: z.discriminatedUnion('type', [
      // A click comes as Structured from some clients and as Text from others.
      z.object({
        type: z.literal('Text'),
        text: z.string().default(''),
        content: content.default([]),
        channel,
      }),
      z.object({
        type: z.literal('Structured'),
        text: z.string().default(''),
        content: content.min(1),
        channel,
      }),
      z.object({ type: z.literal('Event'), events: z.array(event).min(1).max(10), channel }),
      z.object({ type: z.literal('Receipt'), channel }),
    ]),
  }),
  z.object({ action: z.literal('getConfiguration'), deploymentId: z.string().min(1), token, tracingId }),
  z.object({
    action: z.literal('echo'),
    token,
    tracingId,
    message: z.object({ text: z.string().max(1_000) }),
  }),
  z.object({
    action: z.literal('onAttachment'),
    token,
    tracingId,
    attachmentId: attachmentId.default(() => randomUUID()),
    fileName: z.string(),
    fileType: z.string().max(200),
    fileSize: z.number().optional(),
    errorsAsJson: z.boolean().default(true),
  }),
  z.object({ action: z.literal('getAttachment'), token, tracingId, attachmentId }),
  z.object({ action: z.literal('deleteAttachment'), token, tracingId, attachmentId }),
  z.object({ action: z.literal('getJwt'), token, tracingId }),
  z.object({
    action: z.literal('closeSession'),
    token,
    tracingId,
    closeAllConnections: z.boolean().default(false),
  }),
]);

export type Action = z.infer<typeof actionSchema>;
export type MessageAction = Extract<Action, { action: 'onMessage' }>;
export type GuestEvent = z.infer<typeof event>;
export type Announcement = Extract<Action, { action: 'onAttachment' }>;
