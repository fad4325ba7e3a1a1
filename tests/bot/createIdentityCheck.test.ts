import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestAdapter, TurnContext } from 'botbuilder';
import { sessionFor } from '../../bot/channels/botConnector/turn/reply.ts';
import { readConfig } from '../../bot/config/config.ts';
import { createIdentityCheck } from '../../bot/createParts.ts';
import { sessionKey } from '../../bot/turns/turnState.ts';

const app = { MicrosoftAppId: 'id', MicrosoftAppPassword: 'pw', MicrosoftAppTenantId: 'tenant' };

/** A turn of the connector with these session variables; of another channel without. */
function turn(parameters?: Record<string, string>): TurnContext {
  const context = new TurnContext(new TestAdapter(async () => {}), { type: 'message' });
  if (parameters === undefined) return context;
  const known = { route: 'v2', sessionId: 's', conversationId: 'c', botId: 'b', parameters } as const;
  const reply = { tell: () => {}, handOff: () => {}, ending: undefined };
  context.turnState.set(sessionKey, sessionFor(known, Object.assign(Object.create(null), reply)));
  return context;
}

const cases: readonly {
  name: string;
  env: Record<string, string>;
  parameters?: Record<string, string>;
  isAsked: boolean;
}[] = [
  { name: 'a customer of a deployed bot', env: app, isAsked: true },
  { name: 'a customer of a flow', env: app, parameters: { customerTier: 'gold' }, isAsked: true },
  {
    name: 'a customer whom Genesys has authenticated',
    env: app,
    parameters: { authenticated: 'true' },
    isAsked: false,
  },
  {
    name: 'a customer whose flow says that he is not',
    env: app,
    parameters: { authenticated: 'false' },
    isAsked: true,
  },
  { name: 'whoever tries an open bot', env: {}, isAsked: false },
  {
    name: 'whoever tries an open bot that asks always',
    env: { IDENTITY_CHECK: 'always' },
    isAsked: true,
  },
  {
    name: 'a customer of a bot that asks nobody',
    env: { ...app, IDENTITY_CHECK: 'off' },
    isAsked: false,
  },
];

const customers: readonly [parameters: Record<string, string> | undefined, customerId: string | undefined][] =
  [
    [{ authenticated: 'true', customerId: 'ada' }, 'ada'],
    [{ authenticated: 'true', customerId: '' }, undefined],
    [{ authenticated: 'true' }, undefined],
    [{ authenticated: 'false', customerId: 'ada' }, undefined],
    [{ customerId: 'ada' }, undefined],
    [undefined, undefined],
  ];
for (const [parameters, customerId] of customers) {
  test(`session variables ${JSON.stringify(parameters)} are of the customer ${customerId}`, () => {
    for (const env of [app, {}])
      assert.equal(createIdentityCheck(readConfig(env))?.customerOf?.(turn(parameters)), customerId);
  });
}

for (const { name, env, parameters, isAsked } of cases) {
  test(`${name} is ${isAsked ? '' : 'not '}asked for the postcode of an order`, () => {
    assert.equal(createIdentityCheck(readConfig(env))?.isNeeded(turn(parameters)) ?? false, isAsked);
  });
}
