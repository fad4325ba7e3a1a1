import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalizeLocale, directionOf } from '../../cards/locale.ts';

describe('a locale', () => {
  const rows: [given: string | undefined, written: string, direction: 'ltr' | 'rtl'][] = [
    ['he_IL', 'he-IL', 'rtl'],
    ['he', 'he', 'rtl'],
    ['iw', 'he', 'rtl'],
    ['ar', 'ar', 'rtl'],
    ['ar-Latn', 'ar-Latn', 'ltr'],
    ['az', 'az', 'ltr'],
    ['az_Arab', 'az-Arab', 'rtl'],
    ['fa_IR', 'fa-IR', 'rtl'],
    ['ckb', 'ckb', 'rtl'],
    ['sd-Deva', 'sd-Deva', 'ltr'],
    ['en_US', 'en-US', 'ltr'],
    ['zh_Hans_CN', 'zh-Hans-CN', 'ltr'],
    ['en-US-', 'en-US', 'ltr'],
    ['not a locale', 'en', 'ltr'],
    ['', 'en', 'ltr'],
    [undefined, 'en', 'ltr'],
  ];
  for (const [given, written, direction] of rows) {
    it(`${given} is ${written} and written ${direction}`, () => {
      assert.equal(canonicalizeLocale(given), written);
      assert.equal(directionOf(written), direction);
    });
  }
});
