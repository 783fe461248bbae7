import type {Condition} from './shapes.ts';

export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
	return conditions?.find((condition) => condition.type === type);
}

/** True where the condition is there and its status is True. */
export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
	return findCondition(conditions, type)?.status === 'True';
}

/**
 * The list with `next` in place: `lastTransitionTime` stays while the status does. For kinds whose controllers keep a condition's place (pods, nodes, autoscalers).
 */
export function withCondition(conditions: readonly Condition[], next: Condition): Condition[] {
	const present = findCondition(conditions, next.type);
	if (!present) return [...conditions, next];
	const since = present.status === next.status ? present.lastTransitionTime : next.lastTransitionTime;
	const placed = {...next, ...(since !== undefined && {lastTransitionTime: since})};
	return conditions.map((condition) => (condition === present ? placed : condition));
}

export function withoutCondition(conditions: readonly Condition[], type: string): Condition[] {
	return conditions.filter((condition) => condition.type !== type);
}

/**
 * As the Deployment and ReplicaSet controllers set theirs: nothing changes while status and reason stay, not even the message; otherwise
 * the condition moves to the end of the list, and keeps its lastTransitionTime while the status stays.
 */
export function setWorkloadCondition(conditions: readonly Condition[], next: Condition): Condition[] {
	const present = findCondition(conditions, next.type);
	if (present && present.status === next.status && present.reason === next.reason) return [...conditions];
	const since = present?.status === next.status ? present.lastTransitionTime : next.lastTransitionTime;
	return [
		...withoutCondition(conditions, next.type),
		{...next, ...(since !== undefined && {lastTransitionTime: since})},
	];
}
