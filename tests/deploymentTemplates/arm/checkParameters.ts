import type { Json, Template } from './template.ts';

/** Refuses values for parameters that the template does not have. */
export function refuseUnknown(template: Template, given: Readonly<Record<string, Json>>): void {
  for (const name of Object.keys(given)) {
    if (template.parameters[name] === undefined) throw new Error(`no parameter ${name}`);
  }
}

/** Refuses a value that does not keep to the type, length, range or list of its parameter. */
export function refuseInvalid(name: string, declared: Template['parameters'][string], value: Json): void {
  const refuse = (why: string) => {
    throw new Error(`parameter ${name}: ${why}`);
  };
  const size = typeof value === 'string' ? value.length : Number.NaN;
  if (typeof value !== (declared.type === 'int' ? 'number' : 'string'))
    refuse(`is not of type ${declared.type}`);
  if (declared.allowedValues && !declared.allowedValues.includes(value)) refuse('is not an allowed value');
  if (size < (declared.minLength ?? 0) || size > (declared.maxLength ?? Infinity))
    refuse('has a wrong length');
  if (Number(value) < (declared.minValue ?? -Infinity) || Number(value) > (declared.maxValue ?? Infinity)) {
    refuse('is out of range');
  }
}
