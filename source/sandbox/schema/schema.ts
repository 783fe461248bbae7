import table from './schema.json' with {type: 'json'};

/** What a field holds. `name` of an object is a key of the schema, of a scalar one of its own words (`int32`, `quantity`...). */
export type Shape =
	| {readonly is: 'scalar'; readonly name: string}
	| {readonly is: 'object'; readonly name: string}
	| {readonly is: 'list'; readonly of: Shape}
	| {readonly is: 'map'; readonly of: Shape};

/** One field of an object type, with the rules by which lists and maps merge. */
export interface Field {
	readonly shape: Shape;
	/** Protobuf field numbers that lead to it; more than one where a message is inlined in JSON. */
	readonly numbers: readonly number[];
	readonly required: boolean;
	/** A number or truth value that may be absent: in protobuf, an explicit zero of any other field means nothing. */
	readonly pointer: boolean;
	/** Server-side apply: the keys that tell items of a list apart. */
	readonly listKeys?: readonly string[];
	/** Server-side apply: a list whose items are their own keys. */
	readonly set: boolean;
	/** Server-side apply: owned as one. */
	readonly atomic: boolean;
	/** Strategic merge: the key that tells items apart; empty for lists of scalars that are merged. */
	readonly mergeKey?: string;
	/** Strategic merge: the patch says which keys stay. */
	readonly retainKeys: boolean;
}

export type Fields = ReadonlyMap<string, Field>;

function shapeOf(text: string): Shape {
	if (text.startsWith('[]')) return {is: 'list', of: shapeOf(text.slice(2))};
	if (text.startsWith('{}')) return {is: 'map', of: shapeOf(text.slice(2))};
	return {is: text in table ? 'object' : 'scalar', name: text};
}

function fieldOf(text: string): Field {
	const [path = '', type = '', ...words] = text.split(' ');
	const value = (name: string) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
	const listKeys = value('list')?.split(',');
	const mergeKey = value('merge');
	const shape = shapeOf(type);
	return {
		shape,
		numbers: path === '-' ? [] : path.split('/').map(Number),
		required: words.includes('required'),
		pointer: words.includes('pointer'),
		...(listKeys && {listKeys}),
		set: words.includes('set'),
		atomic: words.includes('atomic') || (shape.is === 'list' && !listKeys && !words.includes('set')),
		...(mergeKey !== undefined && {mergeKey}),
		retainKeys: words.includes('retainKeys'),
	};
}

/** Every object type of the modelled kinds by name, such as `core.v1.PodSpec`. Generated: see test/sandbox/support/extract-schema.ts. */
export const schema: ReadonlyMap<string, Fields> = new Map(
	Object.entries(table as Record<string, Record<string, string>>).map(([name, fields]) => [
		name,
		new Map(Object.entries(fields).map(([key, text]) => [key, fieldOf(text)])),
	]),
);

/** The fields of a type. Throws for a name that is not in the schema: a mistake in a kind's file. */
export function fieldsOf(name: string): Fields {
	const fields = schema.get(name);
	if (!fields) throw new Error(`No type ${name} in the sandbox's schema`);
	return fields;
}

/** The last part of a type's name: `core.v1.PodSpec` -> `PodSpec`. */
export function shortName(name: string): string {
	return name.slice(name.lastIndexOf('.') + 1);
}
