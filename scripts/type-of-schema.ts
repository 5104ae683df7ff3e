type TypeName = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';

/** Of JSON Schema, what zod makes of the events. */
export interface Schema {
  readonly type?: TypeName | readonly TypeName[];
  readonly const?: string | number | boolean;
  readonly enum?: readonly (string | number)[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
}

/** Returns the TypeScript type of the values that a schema describes. @throws if it knows no type for a part of it */
export function typeOf(schema: Schema, indent = ''): string {
  const union = schema.anyOf ?? schema.oneOf;
  if (union !== undefined)
    return union.map((one) => `\n${indent}  | ${typeOf(one, `${indent}    `)}`).join('');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  if (Array.isArray(schema.type))
    return schema.type.map((type) => typeOf({ ...schema, type }, indent)).join(' | ');
  switch (schema.type) {
    case 'integer':
      return 'number';
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'array':
      return `readonly (${typeOf(schema.items ?? {}, indent)})[]`;
    case 'object':
      return objectType(schema, indent);
    default:
      throw new Error(`no type for ${JSON.stringify(schema)}`);
  }
}

function objectType({ properties, required = [], additionalProperties }: Schema, indent: string): string {
  if (properties === undefined) {
    return `Readonly<Record<string, ${typeOf(additionalProperties || {}, indent)}>>`;
  }
  const members = Object.entries(properties).map(([name, schema]) => {
    const type = typeOf(schema, `${indent}  `);
    const optional = !required.includes(name);
    return `${indent}  readonly ${name}${optional ? '?' : ''}: ${type}${optional ? ' | undefined' : ''};\n`;
  });
  return `{\n${members.join('')}${indent}}`;
}
