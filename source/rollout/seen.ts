import {parseTime} from '../format/age.ts';
import {shortImage} from '../format/image.ts';
import type {Condition, Deployment, ManagedFieldsEntry, ReplicaSet} from '../objects.ts';
import type {Role} from '../role.ts';
import {type Link, type Moment, moment, resized} from './moments.ts';
import {reference} from './reference.ts';
import {firstRevisionOf, revisionOf} from './revisions.ts';
import {describeChange, diffTemplates, type TemplateChange} from './template-diff.ts';

/**
 * What a watch saw change in one object, as links of the chain. Pure: `before` and `after` are the object as it was and is (undefined:
 * not there), `at` is when the change came here, in milliseconds since the epoch by the server's clock. Where the object
 * itself says when, that counts.
 */

/** What was asked of a Deployment and by whom, and what its controller says of it. */
export function seenOfDeployment(before: Deployment | undefined, after: Deployment | undefined, at: number): Moment[] {
	if (!before || !after) return [];
	const object = reference(after, 'Deployment');
	const moments: Moment[] = [];
	const changes = specChanges(before, after);
	if (changes.length > 0) {
		const {manager, time, isScale} = writer(before, after, false);
		const wrote = parseTime(time);
		const actor = isScale && manager === controllerManager ? 'autoscaler' : (manager ?? 'somebody');
		const link: Link = {
			actor,
			text: changes.join(', '),
			step: 'spec',
			...(wrote !== undefined && !isScale && {fact: `write ${manager} ${wrote}`}),
		};
		const desired = before.spec.replicas === after.spec.replicas ? undefined : (after.spec.replicas ?? 1);
		moments.push({...moment(link, wrote ?? at, object), desired, ...(wrote === undefined && {late: true})});
	}
	if (after.metadata.deletionTimestamp !== undefined && before.metadata.deletionTimestamp === undefined)
		moments.push(moment({actor: 'api server', text: 'Deployment is being deleted', role: 'ending'}, at, object));
	const [was, is] = [before, after].map((one) => conditionOf(one, 'Available'));
	if (was && is && was.status !== is.status) {
		const isAvailable = is.status === 'True';
		const text = isAvailable ? 'enough pods available again' : 'fewer pods available than there must be';
		const link: Link = {actor: controller, text, role: isAvailable ? 'ok' : 'waiting'};
		moments.push(moment(link, parseTime(is.lastTransitionTime) ?? at, object));
	}
	const progress = conditionOf(after, 'Progressing');
	if (progress?.reason !== conditionOf(before, 'Progressing')?.reason)
		moments.push(...verdict(after, progress?.reason, parseTime(progress?.lastUpdateTime) ?? at));
	return moments;
}

/** What comes without an event: complete, or given up. @param at milliseconds since the epoch */
export function verdict(deployment: Deployment, reason: string | undefined, at: number): Moment[] {
	const fact = `${reason} ${at}`;
	const object = reference(deployment, 'Deployment');
	if (reason === 'NewReplicaSetAvailable')
		return [moment({actor: controller, text: 'rollout complete', role: 'ok', fact}, at, object)];
	if (reason === 'ProgressDeadlineExceeded')
		return [moment({actor: controller, text: 'deadline passed: gives up waiting', role: 'failed', fact}, at, object)];
	return [];
}

/** The steps of the deployment controller: a ReplicaSet made, resized, taken up again, thrown away. */
export function seenOfReplicaSet(before: ReplicaSet | undefined, after: ReplicaSet | undefined, at: number): Moment[] {
	const present = after ?? before;
	if (!present) return [];
	const {name} = present.metadata;
	const object = reference(present, 'ReplicaSet');
	const own = (text: string, role: Role = 'moving'): Link => ({actor: controller, text, role, follows: 'spec'});
	if (!after) return [moment(own(`${name} removed`, 'ending'), at, object)];
	const {manager, time} = before ? writer(before, after, true) : {manager: undefined, time: undefined};
	const when = parseTime(before ? time : after.metadata.creationTimestamp) ?? at;
	const moments: Moment[] = before ? [] : [setMade(after)];
	if (before && revisionOf(after) !== revisionOf(before))
		moments.push(moment(own(`${name} is revision ${revisionOf(after)} now`), when, object));
	const [from, to] = [before ? (before.spec.replicas ?? 1) : 0, after.spec.replicas ?? 1];
	if (from !== to) {
		const step = resized({set: name, from, to}, to > from);
		const isOwn = manager === undefined || manager === controllerManager;
		const desired = Number(after.metadata.annotations?.['deployment.kubernetes.io/desired-replicas']);
		moments.push({...moment(isOwn ? step : {...step, actor: manager}, when, object), desired});
	}
	return moments;
}

/** That a ReplicaSet was made, at its own time, with the number that it was made with. */
export function setMade(replicaSet: ReplicaSet): Moment {
	const {name, creationTimestamp} = replicaSet.metadata;
	const revision = firstRevisionOf(replicaSet);
	const link: Link = {
		actor: controller,
		text: `${name} made${revision === undefined ? '' : `, revision ${revision}`}`,
		fact: `made ${name}`,
		follows: 'spec',
	};
	return moment(link, parseTime(creationTimestamp) ?? Number.NaN, reference(replicaSet, 'ReplicaSet'));
}

/** The controller in words, and as the field manager of its writes: all controllers of the server share one name. */
const controller = 'deployment controller';
const controllerManager = 'kube-controller-manager';

/** What somebody changed in what is asked for, in words; the controller's own writes change none of it. */
function specChanges(before: Deployment, after: Deployment): string[] {
	const [old, now] = [before.spec, after.spec];
	const words: string[] = [];
	const [from, to] = [old.replicas ?? 1, now.replicas ?? 1];
	if (from !== to) words.push(`scaled ${from} → ${to}`);
	if ((old.paused ?? false) !== (now.paused ?? false)) words.push(now.paused ? 'paused' : 'resumed');
	const changes = old.template === now.template ? [] : diffTemplates(old.template, now.template);
	if (changes.length === 1 && changes[0]?.path === `annotation ${restartedAt}`) words.push('restart asked for');
	else if (changes.length > 0) words.push(`template changed: ${inShort(changes)}`);
	if (JSON.stringify(old.strategy) !== JSON.stringify(now.strategy)) words.push('strategy changed');
	for (const field of ['minReadySeconds', 'progressDeadlineSeconds', 'revisionHistoryLimit'] as const)
		if (old[field] !== now[field]) words.push(`${field} ${old[field] ?? 'unset'} → ${now[field] ?? 'unset'}`);
	return words;
}

const restartedAt = 'kubectl.kubernetes.io/restartedAt';

/** The first of the changes, images by their tags. */
function inShort(changes: readonly TemplateChange[]): string {
	const shown = changes.slice(0, 2).map((change) => {
		const {path, before, after} = change;
		return path.endsWith('.image') && before !== undefined && after !== undefined
			? `${path} ${shortImage(before)} → ${shortImage(after)}`
			: describeChange(change).replace('  ', ' ');
	});
	const more = changes.length - shown.length;
	return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function conditionOf({status}: Deployment, type: string): Condition | undefined {
	return status?.conditions?.find((condition) => condition.type === type);
}

interface Writer {
	readonly manager: string | undefined;
	readonly time: string | undefined;
	readonly isScale: boolean;
}

/**
 * Whose entry is another one now than it was. Of writes to the size alone the server does not say when, and a second one by the same
 * hand leaves its entry as it was. @param byController whether the controllers' own writes count
 */
function writer(before: Deployment | ReplicaSet, after: Deployment | ReplicaSet, byController: boolean): Writer {
	const asked = (after.metadata.managedFields ?? []).filter(
		({manager, subresource}) =>
			subresource === 'scale' || (!subresource && (byController || manager !== controllerManager)),
	);
	const old = before.metadata.managedFields ?? [];
	const fresh = asked.filter((entry) => !old.some((one) => isSameEntry(one, entry)));
	const isResized = before.spec.replicas !== after.spec.replicas;
	const isLikely = ({subresource}: ManagedFieldsEntry) => (subresource === 'scale') === (isResized && !byController);
	const entry =
		fresh.find(isLikely) ??
		fresh[0] ??
		asked.find(isLikely) ??
		(isResized ? asked.find(({subresource}) => subresource) : undefined);
	return {
		manager: entry?.manager,
		time: fresh.includes(entry!) ? entry?.time : undefined,
		isScale: entry?.subresource === 'scale',
	};
}

function isSameEntry(a: ManagedFieldsEntry, b: ManagedFieldsEntry): boolean {
	return a.manager === b.manager && a.operation === b.operation && a.subresource === b.subresource && a.time === b.time;
}
