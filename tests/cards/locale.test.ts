import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalizeLocale, directionOf, localeOf, pickLocale } from '../../cards/locale.ts';

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

describe("the locale of a customer's message", () => {
  const rows: [locale: string | null | undefined, asked: string | undefined][] = [
    ['de_AT', 'de_AT'],
    [' de ', 'de'],
    ['de-DE-u-co-phonebk-ca-buddhist-nu-latn-hc-h23', 'de-DE'],
    ['en_US.UTF-8', undefined],
    ['x', undefined],
    ['', undefined],
    [' ', undefined],
    [null, undefined],
    [undefined, undefined],
  ];
  for (const [locale, asked] of rows) {
    it(`${JSON.stringify(locale)} is ${asked}`, () => {
      assert.equal(localeOf({ locale }), asked);
    });
  }
});
