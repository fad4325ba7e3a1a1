import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { TestAdapter } from 'botbuilder';
import { watchTemplates } from '../../../bot/authoring/watchTemplates.ts';
import { createLog } from '../../../bot/log/log.ts';
import { SampleCards } from '../../../bot/turns/sampleCards.ts';
import { loadTemplates, TemplateRegistry } from '../../../cards/templates/loadTemplates.ts';
import { converse, startBot } from '../../fakes/startBot.ts';
import { templateFile } from '../../fakes/templates.ts';

test('an author sees a sample of a template in any chat, and what is wrong', async (t) => {
  const bot = await startBot();
  t.after(bot.close);
  const { say } = await converse(bot.sandboxUrl);
  const text = async (sentence: string) => (await say(sentence)).at(-1).text;

  assert.match(await text('/card'), /contact-support-v1, help-v1/);
  assert.match(await text('/card order-status-v1 processing de'), /^Bestellung 54321/);
  assert.match(await text('/card nope-v1'), /template\.unknown/);
  assert.match(await text('/card help-v1 nope'), /The samples of help-v1 are: default/);
});

test('a changed file is loaded anew, and a bad one is refused in the log and in the chat while the old one stays', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'watch-'));
  const file = join(dir, 'test-v1.json');
  const write = (content: string) => writeFileSync(file, content);
  write(JSON.stringify(templateFile()));
  const load = () => loadTemplates([dir]);
  const registry = new TemplateRegistry(load());
  const lines = new PassThrough();
  const watch = watchTemplates([dir], registry, load, createLog('info', lines));
  t.after(() => {
    watch.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  const logged = async (event: string) => {
    for await (const line of lines.iterator({ destroyOnReturn: false })) {
      const entry = JSON.parse(String(line));
      if (entry.event === event) return entry;
    }
  };

  write(JSON.stringify(templateFile({ title: 'Changed' })));
  await logged('template.loaded');
  assert.equal(registry.get('test-v1').file.title, 'Changed');

  write(JSON.stringify(templateFile({ text: '${nam}' })));
  const refused = await logged('template.refused');
  assert.deepEqual([refused.code, refused.path], ['template.invalid', 'template:$.text']);
  assert.equal(registry.get('test-v1').file.title, 'Changed');

  const chat = new TestAdapter(async () => {}).use(new SampleCards(registry, () => watch.problems));
  await chat
    .send('/card')
    .assertReply(({ text }) =>
      assert.match(
        text ?? '',
        /^template\.invalid at test-v1\.json template:\$\.text: .* stay as they were\.$/,
      ),
    )
    .assertReply('/card TEMPLATE [SAMPLE] [LOCALE]: test-v1')
    .startTest();
  write(JSON.stringify(templateFile()));
  await logged('template.loaded');
  await chat.test('/card', '/card TEMPLATE [SAMPLE] [LOCALE]: test-v1').startTest();
});
