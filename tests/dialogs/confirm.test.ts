import assert from 'node:assert/strict';
import { test } from 'node:test';
import { yesOrNo } from '../../dialogs/confirm.ts';

const answers: readonly [text: string, meant: boolean | undefined][] = [
  ['yes', true],
  ['Yes, please!', true],
  ['OK', true],
  ['yes I want to cancel order 54321', true],
  ['Ja', true],
  ['ja bitte, stornieren', true],
  ['Ja, natürlich', true],
  ['no', false],
  ["no, please don't", false],
  ['Nein danke', false],
  ['bitte nicht', false],
  ['yes no', undefined],
  ['please do not say yes', undefined],
  ['ok where is my order', undefined],
  ['yes but only the lamp', undefined],
  ['maybe', undefined],
  ['please', undefined],
  ['cancel', undefined],
  ['54321', undefined],
  ['', undefined],
];

for (const [text, meant] of answers) {
  test(`"${text}" means ${meant === undefined ? 'neither yes nor no' : meant ? 'yes' : 'no'}`, () => {
    assert.equal(yesOrNo(text), meant);
  });
}
