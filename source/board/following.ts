import {age} from '../format/age.ts';
import type {Role} from '../role.ts';
import type {Following, Message} from '../state/state.ts';
import type {Board} from './board.ts';

/** How a change goes on, read from the watch and never from the answer to the request (screens.md, After an action). */
export interface Progress {
	readonly role: Role;
	readonly text: string;
	readonly finished: boolean;
}

/** `checkout: going back to 13, asked 3s ago`, then `checkout: back at 13, complete in 41s`. @param now milliseconds since the epoch */
export function followingProgress(following: Following, board: Board, now: number): Progress {
	const {name, doing, done, askedAt, finishedAt} = following;
	if (finishedAt !== undefined) {
		const took = finishedAt - askedAt;
		const how = took < 1000 ? ', complete at once' : `, complete in ${age(took)}`;
		return {role: 'ok', text: `${name}: ${done}${following.until === 'complete' ? how : ''}`, finished: true};
	}
	const deployment = board.objects.deployments.get(following.deploymentUid);
	if (!deployment) return {role: 'failed', text: `${name}: ${doing}, but it was deleted meanwhile`, finished: false};
	const seen =
		(deployment.metadata.generation ?? 0) >= following.generation &&
		(deployment.status?.observedGeneration ?? 0) >= following.generation;
	const facts = board.facts(following.deploymentUid);
	const complete = facts?.state === 'complete' || facts?.state === 'scaled-to-zero';
	if (seen && (following.until === 'observed' || complete)) {
		return {role: 'ok', text: `${name}: ${done}`, finished: true};
	}
	const isHeld = facts?.state === 'stuck' || facts?.state === 'waiting' || facts?.state === 'degraded';
	const waits = seen && isHeld ? facts.causes[0]?.short : undefined;
	const asked = `${name}: ${doing}, asked ${age(now - askedAt)} ago`;
	return waits === undefined
		? {role: 'moving', text: asked, finished: false}
		: {role: 'waiting', text: `${asked}, waits: ${waits}`, finished: false};
}

/** The messages with the changes that have come to their end marked as finished; the same list if none has. */
export function settleMessages(messages: readonly Message[], board: Board, now: number): readonly Message[] {
	let changed = false;
	const settled = messages.map((message): Message => {
		const {following} = message;
		if (!following || following.finishedAt !== undefined) return message;
		if (!followingProgress(following, board, now).finished) return message;
		changed = true;
		return {...message, role: 'ok', following: {...following, finishedAt: now}};
	});
	return changed ? settled : messages;
}
