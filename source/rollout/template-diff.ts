import {cutMiddle, width} from '../format/width.ts';
import type {Container, EnvVar, PodTemplateSpec} from '../objects.ts';
import {holdsCredential, mask, maskValue} from './credentials.ts';
import {templatesEqual} from './revisions.ts';

/** One difference of two pod templates, in words. */
export interface TemplateChange {
	/** `web.image`, `web.env LOG`, `web.resources limits.memory`, `volume data`, `annotation team`, `pod.nodeSelector disk`. */
	readonly path: string;
	/** Undefined: it was not there. */
	readonly before: string | undefined;
	/** Undefined: it is gone. */
	readonly after: string | undefined;
	/** A literal that looks like a credential: masked until somebody asks, and always in JSON, logs and copies. */
	readonly secret: boolean;
}

interface Piece {
	readonly text: string;
	readonly secret: boolean;
}

/**
 * What differs between two pod templates, in the order of the template: containers, volumes, the rest of the pod, labels and
 * annotations. The label `pod-template-hash` does not count. Empty exactly if the templates are equal to the controller.
 */
export function diffTemplates(from: PodTemplateSpec, to: PodTemplateSpec): TemplateChange[] {
	if (templatesEqual(from, to)) return [];
	const [before, after] = [piecesOf(from), piecesOf(to)];
	const changes: TemplateChange[] = [];
	for (const path of new Set([...before.keys(), ...after.keys()])) {
		const [old, now] = [before.get(path), after.get(path)];
		if (old?.text === now?.text || isPartOfWhole(path, before, after)) continue;
		// The line of a whole container is there for one that came or went; its image has a line of its own.
		if (path.startsWith('container ') && old && now) continue;
		changes.push({
			path,
			before: old?.text,
			after: now?.text,
			secret: old?.secret === true || now?.secret === true,
		});
	}
	// Order counts for the controller: of containers, of variables, of mounts.
	return changes.length > 0
		? changes
		: [{path: 'order of the lists in the template', before: undefined, after: undefined, secret: false}];
}

/**
 * `web.image  web:1.4.2 → web:1.4.3`; what looks like a credential is masked unless `reveal`. Where it has to fit in so many
 * `cells`, both values give way in their middles: what they are now must not be cut away, nor the tag of an image.
 */
export function describeChange(
	change: TemplateChange,
	options: {readonly reveal?: boolean; readonly cells?: number} = {},
): string {
	const {path, before, after, secret} = change;
	if (before === undefined && after === undefined) return `${path} changed`;
	const show = (text: string) => (secret && !options.reveal ? mask : text === '' ? '""' : text);
	if (before === undefined) return `${path}  added: ${show(after ?? '')}`;
	if (after === undefined) return `${path}  removed: ${show(before)}`;
	const [old, present] = [show(before), show(after)];
	const room = (options.cells ?? Number.POSITIVE_INFINITY) - width(`${path}   → `);
	const share = Math.max(8, Math.floor(room / 2));
	const spare = (other: string) => Math.max(share, room - width(other));
	return `${path}  ${cutMiddle(old, spare(present))} → ${cutMiddle(present, spare(old))}`;
}

/** A container that came or went is one change, not one for each of its fields. */
function isPartOfWhole(path: string, before: ReadonlyMap<string, Piece>, after: ReadonlyMap<string, Piece>): boolean {
	const dot = path.indexOf('.');
	const whole = dot > 0 ? `container ${path.slice(0, dot)}` : undefined;
	return whole !== undefined && before.has(whole) !== after.has(whole);
}

function piecesOf({metadata, spec}: PodTemplateSpec): Map<string, Piece> {
	const pieces = new Map<string, Piece>();
	const put = (path: string, text: string, secret = false) => pieces.set(path, {text, secret});
	const {containers, initContainers = [], volumes, ...rest} = spec ?? {containers: []};
	for (const container of [...initContainers, ...containers]) addContainer(container, put);
	for (const volume of (volumes ?? []) as {name: string}[]) {
		const {name, ...source} = volume;
		put(`volume ${name}`, compact(source), holdsCredential(source));
	}
	flatten('pod.', rest, put);
	for (const [name, value] of Object.entries(metadata?.labels ?? {})) {
		if (name !== 'pod-template-hash') put(`label ${name}`, value);
	}
	for (const [name, value] of Object.entries(metadata?.annotations ?? {}))
		put(`annotation ${name}`, value, maskValue(name, value) !== value);
	return pieces;
}

type Put = (path: string, text: string, secret?: boolean) => void;

function addContainer(container: Container, put: Put): void {
	const {name, image = '', command, args, env = [], ports = [], volumeMounts, ...rest} = container;
	put(`container ${name}`, image);
	put(`${name}.image`, image);
	if (command) addWords(`${name}.command`, command as string[], put);
	if (args) addWords(`${name}.args`, args as string[], put);
	for (const variable of env) {
		put(`${name}.env ${variable.name}`, describeValue(variable), holdsCredential(variable));
	}
	for (const {name: port, containerPort, protocol = 'TCP'} of ports) {
		put(`${name}.port ${port ?? containerPort}`, `${containerPort}/${protocol}`);
	}
	for (const mount of (volumeMounts ?? []) as {mountPath: string}[]) {
		const {mountPath, ...what} = mount;
		put(`${name}.mount ${mountPath}`, compact(what));
	}
	flatten(`${name}.`, rest, put);
}

function addWords(path: string, words: readonly string[], put: Put): void {
	put(
		path,
		words.map((word) => (/^[^\s"']+$/.test(word) ? word : JSON.stringify(word))).join(' '),
		holdsCredential(words),
	);
}

/** A variable's literal, or in words where it comes from. */
function describeValue({value, valueFrom}: EnvVar): string {
	if (!valueFrom) return value ?? '';
	const from = valueFrom as Record<string, Record<string, unknown> | undefined>;
	const {secretKeyRef, configMapKeyRef, fieldRef} = from;
	if (secretKeyRef) return `from secret ${String(secretKeyRef['name'])}, key ${String(secretKeyRef['key'])}`;
	if (configMapKeyRef)
		return `from config map ${String(configMapKeyRef['name'])}, key ${String(configMapKeyRef['key'])}`;
	if (fieldRef) return `from field ${String(fieldRef['fieldPath'])}`;
	return `from ${compact(valueFrom)}`;
}

/** Each scalar under its own path: the first step joined to the prefix, the others after a space. */
function flatten(prefix: string, value: object, put: Put, separator = ' '): void {
	for (const [key, child] of Object.entries(value)) {
		if (child === undefined || child === null) continue;
		if (typeof child === 'object' && !Array.isArray(child))
			flatten(`${prefix}${key}${separator}`, child as object, put, '.');
		else if (!Array.isArray(child) || child.length > 0) put(`${prefix}${key}`, compact(child), holdsCredential(child));
	}
}

/** A value on one line, with as few signs as can be read: `configMap {name: web}`. */
function compact(value: unknown): string {
	if (Array.isArray(value))
		return value.every((item) => typeof item !== 'object') ? value.join(' ') : value.map(compact).join('; ');
	if (typeof value !== 'object' || value === null) return String(value);
	return Object.entries(value)
		.map(([key, child]) =>
			typeof child === 'object' && child !== null ? `${key} {${compact(child)}}` : `${key}: ${String(child)}`,
		)
		.join(', ');
}
