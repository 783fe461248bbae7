import table from './schema.json' with {type: 'json'};

/** What a field holds. `name` of an object is a key of the schema, of a scalar one of its own words (`int32`, `quantity`...). */
export type Shape =
	| {readonly is: 'scalar'; readonly name: string}
	| {readonly is: 'object'; readonly name: string}
	| {readonly is: 'list'; readonly of: Shape; readonly item: Part}
	| {readonly is: 'map'; readonly of: Shape; readonly item: Part};

/** A place in a document: what is there, and how server-side apply divides it among managers. */
export interface Part {
	readonly shape: Shape;
	/** Owned as one. */
	readonly atomic: boolean;
	/** The keys that tell the items of a list apart. */
	readonly listKeys?: readonly string[];
	/** A list whose items are their own keys. */
	readonly set: boolean;
	/** May be absent: in protobuf, an explicit zero of any other field means nothing. An object that may be absent owns itself. */
	readonly pointer?: boolean;
	/** Always there, if only empty: nobody's doing. */
	readonly required?: boolean;
}

/** One field of an object type, with the rules by which lists and maps merge. */
export interface Field extends Part {
	/** Its name in managedFields: `f:spec`. */
	readonly step: string;
	/** Protobuf field numbers that lead to it; more than one where a message is inlined in JSON. */
	readonly numbers: readonly number[];
	readonly required: boolean;
	/** Strategic merge: the key that tells items apart; empty for lists of scalars that are merged. */
	readonly mergeKey?: string;
	/** Strategic merge: the patch says which keys stay. */
	readonly retainKeys: boolean;
}

export type Fields = ReadonlyMap<string, Field>;

function shapeOf(text: string): Shape {
	const is = text.startsWith('[]') ? 'list' : text.startsWith('{}') ? 'map' : undefined;
	if (is) {
		const of = shapeOf(text.slice(2));
		return {is, of, item: {shape: of, atomic: of.is === 'list', set: false}};
	}
	return {is: text in table ? 'object' : 'scalar', name: text};
}

function fieldOf(key: string, text: string): Field {
	const [path = '', type = '', ...words] = text.split(' ');
	const value = (name: string) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
	const listKeys = value('list')?.split(',').sort();
	const mergeKey = value('merge');
	const shape = shapeOf(type);
	return {
		step: `f:${key}`,
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
		new Map(Object.entries(fields).map(([key, text]) => [key, fieldOf(key, text)])),
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
