import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalizeLocale, directionOf, pickLocale } from '../../cards/locale.ts';

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

describe('the locale of a template for a customer', () => {
  const rows: [requested: string | undefined, available: string[], picked: string | undefined][] = [
    ['de', ['en', 'de'], 'de'],
    ['de_AT', ['en', 'de', 'de-AT'], 'de-AT'],
    ['DE-at', ['en', 'de'], 'de'],
    ['de', ['en', 'de-DE'], 'de-DE'],
    ['de-AT', ['en', 'de-DE'], 'de-DE'],
    ['zh-HK', ['en', 'zh-CN', 'zh-TW'], 'zh-TW'],
    ['zh_TW', ['en', 'zh-Hans', 'zh-Hant'], 'zh-Hant'],
    ['zh', ['en', 'zh-Hant', 'zh-Hans'], 'zh-Hans'],
    ['sr-Latn', ['en', 'sr-Cyrl'], 'sr-Cyrl'],
    ['fil-PH', ['en', 'fi-FI'], undefined],
    ['fr', ['en', 'de'], undefined],
    ['not a locale', ['de', 'en-GB'], undefined],
    ['', ['en'], undefined],
    [undefined, ['en'], undefined],
  ];
  for (const [requested, available, picked] of rows) {
    it(`${requested} of ${available} is ${picked}`, () => {
      assert.equal(pickLocale(requested, available), picked);
    });
  }
});
