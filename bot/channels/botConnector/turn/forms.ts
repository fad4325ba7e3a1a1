import type { GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import { limits } from '../../../../cards/limits.ts';
import { type Click, type FormField, submitClick } from '../../../../cards/readers/botFramework/click.ts';
import { shorten } from '../../../../cards/richText/fitText.ts';
import { escapeForMessenger } from '../../../../cards/richText/messengerDialect.ts';
import type { Utterance } from '../wire/utterance.ts';
import type { Clicks } from './clicks.ts';
import { readAnswer } from './fieldValue.ts';
import { createTextMessage, formWordsFor } from './ownWords.ts';

/** A form that the customer fills in, field by field. */
export interface OpenForm {
  /** Payload of its action, which is the key of the form. */
  readonly payload: string;
  /** Index of the current field. */
  readonly at: number;
  readonly values: Readonly<Record<string, string>>;
}

/** The step that follows an utterance. */
export type FormStep =
  /** The connector asks or says something. */
  | { readonly says: GenesysMessage[]; readonly form: OpenForm | undefined }
  /** The form is complete. */
  | { readonly submits: Click };

type FormClick = Extract<Click, { type: 'form' }>;

/** Begins the form of a payload; undefined for a payload without a form. */
export function beginForm(payload: string, clicks: Clicks, language: string): FormStep | undefined {
  const form = formOf(payload, clicks);
  if (form === undefined) return undefined;
  const hidden = form.fields.filter(({ isHidden, value }) => isHidden && value !== undefined && value !== '');
  const values = Object.fromEntries(hidden.map(({ id, value = '' }) => [id, value]));
  return goTo(form, { payload, at: 0, values }, language, 1, formWordsFor(language).help);
}

/** Reads an utterance as an answer to a form; undefined when it is not one, and the form ends. */
export function answerForm(open: OpenForm, utterance: Utterance, clicks: Clicks): FormStep | undefined {
  const { click, text, files, language } = utterance;
  const form = formOf(open.payload, clicks);
  const field = form?.fields[open.at];
  if (form === undefined || field === undefined || (files.length > 0 && text === '')) return undefined;
  const words = formWordsFor(language);
  const answer = click?.payload ?? text;
  if (answer.trim() === '' && click === undefined) return undefined;
  const { commands } = words;
  if (click !== undefined && !isOffered(field, answer, words)) return undefined;
  const isChoice = click !== undefined && answer !== skipPayload;
  if (!isChoice && commands.stop.test(answer.trim()))
    return { says: [createTextMessage(words.stopped)], form: undefined };
  if (!isChoice && commands.back.test(answer.trim()))
    return goTo(form, { ...open, at: open.at - 1 }, language, -1);
  if (answer === skipPayload || (!isChoice && commands.skip.test(answer.trim()))) {
    if (field.isRequired && field.value === undefined) return ask(form, open, language, words.required);
    const { [field.id]: _, ...others } = open.values;
    const values = field.value ? { ...others, [field.id]: field.value } : others;
    return goTo(form, { ...open, values, at: open.at + 1 }, language, 1);
  }
  const read = readAnswer(field, answer, words, language);
  if ('problem' in read) return ask(form, open, language, read.problem);
  const values = read.value === undefined ? open.values : { ...open.values, [field.id]: read.value };
  return goTo(form, { ...open, values, at: open.at + 1 }, language, 1);
}

function formOf(payload: string, clicks: Clicks): FormClick | undefined {
  const click = clicks.meaningOf(payload);
  return click?.type === 'form' ? click : undefined;
}

/** Asks for the field at `open.at`, or the next visible one in this direction; submits the form after the last one. */
function goTo(form: FormClick, open: OpenForm, language: string, step: 1 | -1, help?: string): FormStep {
  let { at } = open;
  while (form.fields[at]?.isHidden === true) at += step;
  if (at < 0) return goTo(form, { ...open, at: 0 }, language, 1);
  if (at >= form.fields.length) return { submits: submitClick(form.action, open.values) };
  return ask(form, { ...open, at }, language, undefined, help);
}

const skipPayload = 'genesys-card-bot:skip-field';

function ask(form: FormClick, open: OpenForm, language: string, problem?: string, help?: string): FormStep {
  const field = form.fields[open.at];
  if (field === undefined) return { submits: submitClick(form.action, open.values) };
  return { says: [askQuestion(field, language, problem, help)], form: open };
}

function askQuestion(field: FormField, language: string, problem?: string, help?: string): GenesysMessage {
  const words = formWordsFor(language);
  const offers = offersOf(field, words);
  const listed = field.kind === 'choice' && offers.every((one) => one.payload === skipPayload);
  const lines = [
    problem,
    field.label,
    ...(listed ? field.choices.map(({ label }, i) => `${i + 1}. ${label}`) : []),
    field.isMulti ? words.several : undefined,
    help,
  ].filter((line) => line !== undefined);
  const text = shorten(escapeForMessenger(lines.join('\n')), limits.text.max);
  if (offers.length === 0) return { type: 'Text', text };
  const content = offers.map(({ label, payload }) => {
    const quickReply = { text: shorten(label, limits.label.max), payload, action: 'Message' } as const;
    return { contentType: 'QuickReply', quickReply } as const;
  });
  return { type: 'Structured', text, content };
}

/** Returns the quick replies of a question: its choices, when they are few and only one is possible, and one that skips it. */
function offersOf(field: FormField, { yes, no, skip }: ReturnType<typeof formWordsFor>) {
  const { kind, choices, isMulti, isRequired, valueOn = 'true', valueOff = 'false' } = field;
  const choose =
    kind === 'toggle'
      ? [
          { label: yes, payload: valueOn },
          { label: no, payload: valueOff },
        ]
      : kind === 'choice' && !isMulti && choices.length < limits.quickReplies.max
        ? choices
            .filter(({ value }) => value.length <= limits.payload.max)
            .map(({ label, value }) => ({ label, payload: value }))
        : [];
  const skips = isRequired || kind === 'toggle' ? [] : [{ label: skip, payload: skipPayload }];
  return [...choose, ...skips];
}

/** Says whether a click belongs to the question. A click on any other button leaves the form. */
function isOffered(field: FormField, payload: string, words: ReturnType<typeof formWordsFor>): boolean {
  return offersOf(field, words).some((one) => one.payload === payload);
}
