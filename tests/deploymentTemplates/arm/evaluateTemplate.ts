import { z } from 'zod';
import { refuseInvalid, refuseUnknown } from './checkParameters.ts';
import { providerPath, pureFunctions } from './functions.ts';
import { type Expression, isExpression, parseExpression } from './parseExpression.ts';
import type { Json, Template } from './template.ts';

const subscriptionId = '11111111-1111-4111-8111-111111111111';
const subscription = {
  id: `/subscriptions/${subscriptionId}`,
  subscriptionId,
  tenantId: '33333333-3333-4333-8333-333333333333',
};
const group = { id: `${subscription.id}/resourceGroups/rg`, name: 'rg', location: 'westeurope' };

/** A resource as Azure would get it, every expression replaced by its value. */
export interface EvaluatedResource {
  readonly id: string;
  readonly type: string;
  readonly dependsOn: readonly string[];
  /** Ids of the resources whose run-time state this one reads by `reference()`. */
  readonly reads: readonly string[];
  /** False when its `condition` leaves it out. */
  readonly deployed: boolean;
  /** The whole resource without `condition`, `comments` and `dependsOn`, which Azure itself reads. */
  readonly body: { readonly [name: string]: Json };
}

/** A template with its values, and which of its parameters and variables were used on the way. */
export interface EvaluatedTemplate {
  readonly resources: readonly EvaluatedResource[];
  readonly outputs: { readonly [name: string]: Json };
  readonly used: { readonly parameters: ReadonlySet<string>; readonly variables: ReadonlySet<string> };
}

const resourceSchema = z.looseObject({
  type: z.string(),
  name: z.string(),
  scope: z.string().optional(),
  condition: z.boolean().default(true),
  dependsOn: z.array(z.string()).default([]),
});

/**
 * Evaluates a template offline. What exists only at run time, the answer of `reference(id).property`, becomes
 * the text `property of id`.
 * @throws Error for an unknown function, parameter or variable, and for parameter values that Azure would refuse.
 */
export function evaluateTemplate(
  template: Template,
  given: Readonly<Record<string, Json>>,
): EvaluatedTemplate {
  const used = { parameters: new Set<string>(), variables: new Set<string>() };
  let reads: string[] = [];
  refuseUnknown(template, given);

  const atSubscription = template.$schema.includes('subscriptionDeploymentTemplate');
  const scopeId = atSubscription ? subscription.id : group.id;

  function parameter(name: string): Json {
    used.parameters.add(name);
    const declared = template.parameters[name];
    if (declared === undefined) throw new Error(`no parameter ${name}`);
    const value = given[name] ?? evaluate(declared.defaultValue);
    if (value === undefined) throw new Error(`no value for parameter ${name}`);
    refuseInvalid(name, declared, value);
    return value;
  }

  function variable(name: string): Json {
    used.variables.add(name);
    const declared = template.variables[name];
    if (declared === undefined) throw new Error(`no variable ${name}`);
    return evaluate(declared);
  }

  function reference(idOrName: string): Json {
    const id = idOrName.startsWith('/') ? idOrName : (idsByName.get(idOrName) ?? idOrName);
    reads.push(id);
    return new Proxy({}, { get: (_, property) => runtimeState(id, String(property)) });
  }

  function run(expression: Expression, locals: ReadonlyMap<string, Json>): Json {
    if (expression.kind === 'literal') return expression.value;
    if (expression.kind === 'member') {
      return member(
        run(expression.of, locals),
        z.union([z.string(), z.number()]).parse(run(expression.property, locals)),
      );
    }
    const value = (index: number) => {
      const argument = expression.arguments[index];
      if (argument === undefined) throw new Error(`${expression.name} needs an argument ${index + 1}`);
      return run(argument, locals);
    };
    const name = () => z.string().parse(value(0));
    const rest = () => expression.arguments.map((_, index) => value(index));

    switch (expression.name) {
      case 'parameters':
        return parameter(name());
      case 'variables':
        return variable(name());
      case 'subscription':
        return subscription;
      case 'resourceGroup':
        if (atSubscription) throw new Error('resourceGroup() has no meaning in a subscription deployment');
        return group;
      case 'resourceId':
        return `${scopeId}/${providerPath(value(0), rest().slice(1))}`;
      case 'subscriptionResourceId':
        return `${subscription.id}/${providerPath(value(0), rest().slice(1))}`;
      case 'reference':
        return reference(name());
      case 'if':
        return value(value(0) === true ? 1 : 2);
      case 'lambdaVariables':
        return member(Object.fromEntries(locals), name());
      case 'filter':
        return items(value(0)).filter((item) => lambda(expression.arguments[1], item, locals) === true);
      case 'map':
        return items(value(0)).map((item) => lambda(expression.arguments[1], item, locals));
      default: {
        const pure = pureFunctions[expression.name];
        if (pure === undefined) throw new Error(`unknown function ${expression.name}`);
        return pure(...rest());
      }
    }
  }

  function lambda(expression: Expression | undefined, item: Json, locals: ReadonlyMap<string, Json>): Json {
    const [variableName, body] = expression?.kind === 'call' ? expression.arguments : [];
    if (variableName?.kind !== 'literal' || body === undefined)
      throw new Error('lambda(name, expression) expected');
    return run(body, new Map(locals).set(String(variableName.value), item));
  }

  function evaluate<T extends Json | undefined>(value: T): Json | T {
    if (typeof value === 'string')
      return isExpression(value) ? run(parseExpression(value), new Map()) : value;
    if (Array.isArray(value)) return value.map((item) => evaluate(item));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [z.string().parse(evaluate(key)), evaluate(item)]),
    );
  }

  function evaluateResource(source: { [name: string]: Json }): EvaluatedResource {
    reads = [];
    const outer = source.type === 'Microsoft.Resources/deployments' ? withoutNested(source) : source;
    const { condition, dependsOn, comments, ...body } = resourceSchema.parse(evaluate(outer));
    return {
      id: `${body.scope ?? scopeId}/${providerPath(body.type, [body.name])}`,
      type: body.type,
      dependsOn,
      reads,
      deployed: condition,
      body: z.record(z.string(), json).parse(body),
    };
  }

  const idsByName = new Map(
    template.resources.map(({ type, name }) => {
      const evaluated = z.string().parse(evaluate(name));
      return [evaluated, `${scopeId}/${providerPath(type, [evaluated])}`];
    }),
  );
  const resources = template.resources.map(evaluateResource);
  reads = [];
  const outputs = Object.fromEntries(
    Object.entries(template.outputs).map(([name, output]) => [name, evaluate(output.value)]),
  );
  return { resources, outputs, used };
}

const json: z.ZodType<Json> = z.json();

// A nested template is evaluated in its own scope, from the parameters that the deployment hands to it.
function withoutNested(deployment: { [name: string]: Json }): { [name: string]: Json } {
  const { template, ...properties } = z.looseObject({ template: json }).parse(deployment.properties);
  return { ...deployment, properties: z.record(z.string(), json).parse(properties) };
}

function items(value: Json): Json[] {
  return z.array(json).parse(value);
}

function member(of: Json, property: string | number): Json {
  const value = of === null || typeof of !== 'object' ? undefined : Reflect.get(of, property);
  if (value === undefined) throw new Error(`no property ${property}`);
  return value;
}

function runtimeState(id: string, property: string): Json {
  if (property !== 'outputs') return `${property} of ${id}`;
  return new Proxy({}, { get: (_, name) => ({ value: `output ${String(name)} of ${id}` }) });
}
