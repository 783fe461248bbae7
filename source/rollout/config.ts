import {parseTime} from '../format/age.ts';
import type {ObjectMeta, PodTemplateSpec} from '../objects.ts';

/** A config map or secret that a template names. */
export interface ConfigReference {
	readonly kind: 'ConfigMap' | 'Secret';
	readonly name: string;
}

/**
 * The config maps and secrets that a pod template names: as variables, as volumes, projected or for image pulls. Each once, in the order
 * in which they stand. An undo does not bring their contents back.
 */
export function configReferences(template: PodTemplateSpec): ConfigReference[] {
	const found = new Map<string, ConfigReference>();
	const add = (kind: ConfigReference['kind'], name: unknown) => {
		if (typeof name === 'string' && name !== '') found.set(`${kind} ${name}`, {kind, name});
	};
	visit(template.spec, add);
	for (const {name} of (template.spec?.['imagePullSecrets'] ?? []) as {name?: string}[]) add('Secret', name);
	return [...found.values()];
}

/** Wherever the API names one, its field has one of these names (core/v1 EnvVarSource, EnvFromSource, VolumeSource, VolumeProjection). */
const fields: Readonly<Record<string, ConfigReference['kind']>> = {
	configMapKeyRef: 'ConfigMap',
	configMapRef: 'ConfigMap',
	configMap: 'ConfigMap',
	secretKeyRef: 'Secret',
	secretRef: 'Secret',
	secret: 'Secret',
};

function visit(value: unknown, add: (kind: ConfigReference['kind'], name: unknown) => void): void {
	if (typeof value !== 'object' || value === null) return;
	for (const [field, child] of Object.entries(value)) {
		const kind = Object.hasOwn(fields, field) ? fields[field] : undefined;
		if (kind && typeof child === 'object' && child !== null) {
			const {name, secretName} = child as {name?: unknown; secretName?: unknown};
			add(kind, name ?? secretName);
		}
		visit(child, add);
	}
}

/**
 * What an undo to a revision of `createdAt` (milliseconds since the epoch) does not bring back: a sentence for each that was written
 * later or is gone, and one for those that cannot be told.
 * @param read the metadata of one: null where it does not exist, undefined where it may not be read
 */
export function configWarnings(
	references: readonly ConfigReference[],
	createdAt: number,
	read: (reference: ConfigReference) => ObjectMeta | null | undefined,
): string[] {
	const warnings: string[] = [];
	const unread: string[] = [];
	for (const reference of references) {
		const name = `${reference.kind === 'Secret' ? 'secret' : 'config map'} ${reference.name}`;
		const metadata = read(reference);
		if (metadata === undefined) unread.push(name);
		else if (metadata === null) warnings.push(`${name} does not exist any more`);
		else if (writtenAt(metadata) > createdAt)
			warnings.push(`${name} has changed since that revision, and stays as it is now`);
	}
	if (unread.length > 0) warnings.push(`not checked: ${unread.join(', ')}`);
	return warnings;
}

/** The newest write that the object remembers. */
function writtenAt({managedFields = [], creationTimestamp}: ObjectMeta): number {
	return Math.max(
		0,
		...[creationTimestamp, ...managedFields.map(({time}) => time)].flatMap((time) => parseTime(time) ?? []),
	);
}
