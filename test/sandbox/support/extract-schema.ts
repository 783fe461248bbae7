/**
 * Makes source/sandbox/schema/schema.json: the names, types, protobuf numbers and list rules of the fields of the kinds the sandbox
 * models, as a real API server publishes them (no descriptions). Run by hand when the modelled version changes:
 *
 *   node --import=tsx test/sandbox/support/extract-schema.ts OPENAPI_DIRECTORY API_MODULE APIMACHINERY_MODULE
 *
 * OPENAPI_DIRECTORY holds the documents of `kubectl get --raw /openapi/v3/...` as JSON files; the modules are the unpacked Go
 * modules k8s.io/api and k8s.io/apimachinery of the same version, for their generated.proto files.
 */
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

interface Property {
	type?: string;
	$ref?: string;
	allOf?: {$ref: string}[];
	items?: Property;
	additionalProperties?: Property;
	[extension: `x-kubernetes-${string}`]: unknown;
}

interface Schema {
	properties?: Record<string, Property>;
	required?: string[];
	[extension: `x-kubernetes-${string}`]: unknown;
}

interface ProtoField {
	number: number;
	type: string;
}

const kinds = 'Namespace Node Pod Service Endpoints ConfigMap Secret Event ServiceAccount ResourceQuota'.split(' ');
const roots = kinds.map((kind) => `core.v1.${kind}`);
roots.push('apps.v1.ReplicaSet', 'apps.v1.Deployment', 'discovery.v1.EndpointSlice', 'networking.v1.Ingress');
roots.push('autoscaling.v2.HorizontalPodAutoscaler', 'autoscaling.v1.Scale', 'policy.v1.PodDisruptionBudget');
roots.push('policy.v1.Eviction', 'coordination.v1.Lease', 'meta.v1.DeleteOptions');
roots.push(
	...['SelfSubjectAccessReview', 'SelfSubjectRulesReview', 'SubjectAccessReview'].map((k) => `authorization.v1.${k}`),
);

roots.push('authentication.v1.SelfSubjectReview');

const [documents, api, machinery] = process.argv.slice(2) as [string, string, string];
const schemas = new Map<string, Schema>();
for (const file of readdirSync(documents).filter((file) => file.endsWith('.json'))) {
	const document = JSON.parse(readFileSync(join(documents, file), 'utf8')) as {components: {schemas: object}};
	for (const [name, schema] of Object.entries(document.components.schemas))
		schemas.set(shorten(name), schema as Schema);
}

const pointers = new Set<string>();
const protos = new Map<string, Record<string, ProtoField>>();
for (const group of [
	'core',
	'apps',
	'discovery',
	'networking',
	'policy',
	'coordination',
	'authentication',
	'authorization',
	'autoscaling',
]) {
	const versions = group === 'autoscaling' ? ['v1', 'v2'] : ['v1'];
	for (const version of versions) readProto(join(api, group, version), `${group}.${version}`);
}
readProto(join(machinery, 'pkg/apis/meta/v1'), 'meta.v1');

/** Fields that Go holds by pointer, as `core.v1.PodSpec.priority`: there, zero or an empty object is something else than nothing. */
function readPointers(directory: string, group: string): void {
	const text = readFileSync(join(directory, 'types.go'), 'utf8');
	for (const [, name, body] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
		for (const [, field] of body!.matchAll(/^\s+\w+\s+\*[\w.]+\s+`json:"(\w+)/gm)) {
			pointers.add(`${group}.${name}.${field}`);
		}
	}
}

/** `io.k8s.api.core.v1.Pod` and `k8s.io.api.core.v1.Pod` -> `core.v1.Pod`. */
function shorten(name: string): string {
	return name.split('.').slice(-3).join('.').replace('api.resource.', '').replace('util.intstr.', '');
}

function readProto(directory: string, group: string): void {
	readPointers(directory, group);
	const text = readFileSync(join(directory, 'generated.proto'), 'utf8');
	for (const [, name, body] of text.matchAll(/^message (\w+) \{\n([\s\S]*?)^\}/gm)) {
		const fields: Record<string, ProtoField> = {};
		const pattern = /^ {2}(?:optional |repeated )?(map<string, ?([\w.]+)>|[\w.]+) (\w+) = (\d+)/gm;
		for (const [, type, value, field, number] of body!.matchAll(pattern)) {
			const plain = value ?? type!;
			const scalar = /^[a-z]\w*\d*$/.test(plain);
			const full = scalar ? plain : plain.includes('.') ? shorten(plain) : `${group}.${plain}`;
			fields[field!] = {number: Number(number), type: full};
		}
		protos.set(`${group}.${name}`, fields);
	}
}

/** The protobuf numbers that lead to a JSON property: `2`, or `2/5` where a message is inlined in JSON. */
function numbersOf(
	message: string,
	property: string,
	properties: Record<string, Property>,
): {path: string; type: string; owner: string} {
	const fields = protos.get(message) ?? {};
	const own = fields[property];
	if (own) return {path: String(own.number), type: own.type, owner: message};
	for (const [name, field] of Object.entries(fields)) {
		if (name in properties || !protos.has(field.type)) continue;
		const inner = numbersOf(field.type, property, properties);
		if (inner.path !== '-') return {...inner, path: `${field.number}/${inner.path}`};
	}
	return {path: '-', type: '', owner: message};
}

const wellKnown: Record<string, string> = {
	Quantity: 'quantity',
	IntOrString: 'intOrString',
	'meta.v1.Time': 'time',
	'meta.v1.MicroTime': 'microTime',
	'meta.v1.FieldsV1': 'any',
};

function typeOf(property: Property, proto: string): string {
	const reference = property.$ref ?? property.allOf?.[0]?.$ref;
	if (reference) {
		const name = shorten(reference.split('/').at(-1)!);
		return wellKnown[name] ?? name;
	}
	if (property.type === 'array') return `[]${typeOf(property.items!, proto)}`;
	if (property.additionalProperties) return `{}${typeOf(property.additionalProperties, proto)}`;
	if (property.type === 'integer') return proto === 'int32' ? 'int32' : 'int64';
	if (property.type === 'boolean') return 'bool';
	if (property.type === 'number') return 'double';
	if (property.type === 'string') return proto === 'bytes' ? 'bytes' : 'string';
	return 'any';
}

const types: Record<string, Record<string, string>> = {};
function visit(name: string): void {
	const schema = schemas.get(name);
	if (types[name] || !schema?.properties) return;
	const fields: Record<string, string> = {};
	types[name] = fields;
	for (const [key, property] of Object.entries(schema.properties)) {
		const {path, type: proto, owner} = numbersOf(name, key, schema.properties);
		const type = typeOf(property, proto);
		const target = schemas.get(type);
		const words = [path, type];
		if (schema.required?.includes(key)) words.push('required');
		if (pointers.has(`${owner}.${key}`)) words.push('pointer');
		const list = property['x-kubernetes-list-type'] ?? (property.type === 'array' ? 'atomic' : undefined);
		if (list === 'map') words.push(`list=${(property['x-kubernetes-list-map-keys'] as string[]).join(',')}`);
		if (list === 'set') words.push('set');
		const atomic = property['x-kubernetes-map-type'] ?? target?.['x-kubernetes-map-type'];
		if (atomic === 'atomic') words.push('atomic');
		const strategy = property['x-kubernetes-patch-strategy'] as string | undefined;
		if (strategy?.includes('merge')) words.push(`merge=${(property['x-kubernetes-patch-merge-key'] as string) ?? ''}`);
		if (strategy?.includes('retainKeys')) words.push('retainKeys');
		fields[key] = words.join(' ');
		visit(type.replace(/^(\[\]|\{\})+/, ''));
	}
}
for (const root of roots) visit(root);
const sorted = Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('source/sandbox/schema/schema.json', `${JSON.stringify(sorted, undefined, '\t')}\n`);
