/**
 * The plugin for an agent of the Microsoft 365 Agents SDK, which then answers in Genesys Cloud with cards; see docs/plugin.md.
 */
import type { ConversationReference } from '@microsoft/agents-activity';
import type { CloudAdapter, TurnContext } from '@microsoft/agents-hosting';
import { type Agent, AgentsAdapter, tokenClientsOf } from './channels/botConnector/agents.ts';
import {
  connectAdapter,
  createEndpoints,
  type Endpoints,
  type EndpointsOptions,
  requireLogic,
} from './channels/botConnector/createEndpoints.ts';
import { isGenesysReference } from './channels/botConnector/turn/toActivity.ts';
import {
  type ConnectorNeeds,
  Customer,
  type FixedInTests,
  type TestClient,
  type TestCustomer,
} from './plugin/testClient.ts';

export {
  type CardRequest,
  cardAttachment,
  type TemplateFields,
  type TemplateId,
} from '../cards/cardRequest.ts';
export { CodedError, codeOf, type ErrorCode } from '../cards/errors.ts';
export { type Agent, AgentsAdapter } from './channels/botConnector/agents.ts';
export { type ConnectorEvents, logEvents } from './channels/botConnector/session/events.ts';
export { isGenesysReference } from './channels/botConnector/turn/toActivity.ts';
export { createCardRegistry, sendCard } from './plugin/cards.ts';
export { type CardCall, type CardCallResult, type CardTools, cardTools } from './plugin/cardTools.ts';
export { convertActivity, type TestClient } from './plugin/testClient.ts';
export { CardMiddleware, type CardMiddlewareOptions } from './turns/cardMiddleware.ts';
export { type GenesysSession, sessionOf } from './turns/turnState.ts';

/** Options of the endpoints for Genesys Architect for an agent. */
export interface AgentConnectorOptions extends EndpointsOptions {
  /** An unchanged `AgentApplication` or `ActivityHandler`. */
  agent: Agent;
  /**
   * The agent's own adapter; default: the adapter of an `AgentApplication`. Its connections sign customers in, and its middleware
   * runs in turns of Genesys, too. Turns that it continues in sessions of Genesys run here, such as the answers of other agents
   * (`configureResponseController`).
   */
  adapter?: Pick<CloudAdapter, 'connectionManager' | 'continueConversation'> | undefined;
  /** Address of the token service; default `TOKEN_SERVICE_ENDPOINT`, as in the SDK, or the Bot Framework's. */
  tokenServiceUrl?: string | undefined;
}

/** The endpoints for Genesys Architect, with an adapter of the Agents SDK. */
export interface AgentConnector extends Endpoints {
  /** For middleware, `onTurnError`, and messages that the agent begins (`app.proactive`, `continueConversation`). */
  readonly adapter: AgentsAdapter;
}

/**
 * Creates the endpoints for Genesys Architect for an agent of the Microsoft 365 Agents SDK.
 *
 * @throws CodedError `config.invalid` when an option is missing or wrong
 */
export function createAgentConnector({
  agent,
  adapter: own,
  tokenServiceUrl,
  ...options
}: AgentConnectorOptions): AgentConnector {
  requireLogic('agent', agent?.run, 'an `AgentApplication` or an `ActivityHandler`');
  const { endpoints, begin } = createEndpoints(options, (turn) =>
    adapter.run(turn, (context) => agent.run(context)),
  );
  const others = own ?? agent.adapter;
  const adapter = new AgentsAdapter({ begin, tokenClient: tokenClientsOf(others, tokenServiceUrl) });
  connectAdapter(others, adapter, options);
  return { ...endpoints, adapter };
}

/** Options of a test client for an agent; all but `agent` may be left out. */
export type TestAgentOptions = Partial<Omit<AgentConnectorOptions, FixedInTests>> &
  Pick<AgentConnectorOptions, 'agent'> &
  TestCustomer;

/** Creates a customer in Genesys who talks to an agent, for the agent's own tests. */
export function createTestClient({ agent, ...options }: TestAgentOptions): TestClient {
  const make = (needed: ConnectorNeeds) => createAgentConnector({ ...needed, ...options, agent });
  return new Customer(make, options);
}

/** The adapters of an agent that is on Genesys and on other channels. */
export interface AgentAdapters {
  /** `genesys.adapter` of the connector. */
  genesys: Pick<AgentsAdapter, 'continueConversation'>;
  /** The agent's own adapter, for all other channels. */
  others: Pick<CloudAdapter, 'continueConversation'>;
  /** The agent's app id; empty for an agent without one. */
  appId: string;
}

/**
 * Runs a turn that the agent begins, on the adapter that the reference belongs to.
 *
 * @throws CodedError `genesys.conversationEnded` for a Genesys conversation that is over; the error of the adapter or the agent
 */
export function continueOnAnyChannel(
  { genesys, others, appId }: AgentAdapters,
  reference: ConversationReference,
  logic: (context: TurnContext) => Promise<void>,
): Promise<void> {
  const adapter = isGenesysReference(reference) ? genesys : others;
  return adapter.continueConversation(appId, reference, logic);
}
