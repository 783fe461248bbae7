import {age} from '../format/age.ts';
import {clockTime} from '../format/time.ts';
import type {KindId} from '../objects.ts';
import type {Freshness, State} from '../state/state.ts';
import type {Piece} from './frame.ts';
import type {Painter} from './painter.ts';

/** How fresh all of the deck is, in one phrase: the worst of what the subject rests on. */
export function overallFreshness(state: State, painter: Painter): Piece {
	const {signs} = painter;
	if (state.link.phase === 'connecting') return {text: `${signs.loading} connecting`, role: 'moving'};
	if (state.link.phase === 'failed')
		return {text: `${painter.sign('failed')} not connected: ${state.link.why}`, role: 'failed'};
	const kinds = Object.values(state.freshness).filter(({phase}) => phase !== 'off' && phase !== 'absent');
	const find = <P extends Freshness['phase']>(phase: P) =>
		kinds.find((kind): kind is Extract<Freshness, {phase: P}> => kind.phase === phase);
	const signedOut = find('signed-out');
	// What to do now is what has to be read here; an empty pane has the room for why.
	if (signedOut)
		return {text: `${painter.sign('failed')} signed out. ${signedOut.next ?? signedOut.why}`, role: 'failed'};
	const stale = kinds.filter((kind) => kind.phase === 'stale');
	const [worst] = [...stale.filter(({complete}) => complete), ...stale];
	if (worst) return staleness(worst, state.now, painter);
	const loading = kinds.filter((kind) => kind.phase === 'loading');
	if (loading.length > 0) {
		const loaded = loading.reduce((sum, {loaded: one}) => sum + one, 0);
		const known = loading.every(({remaining}) => remaining !== undefined);
		const all = loading.reduce((sum, {loaded: one, remaining = 0}) => sum + one + remaining, 0);
		return {
			text: `${signs.loading} loading ${count(loaded)}${known && all > loaded ? ` of about ${count(all)}` : ''}`,
			role: 'moving',
		};
	}
	if (kinds.length === 0) return {text: `${signs.loading} loading`, role: 'moving'};
	return find('live')
		? {text: `${signs.live} live`, role: 'ok'}
		: {text: `${painter.sign('failed')} not allowed`, role: 'failed'};
}

/** What a pane's title says of its own kind; undefined where it is live and there is nothing to say. @param rows how many it shows */
export function paneFreshness(freshness: Freshness, rows: number, painter: Painter): string | undefined {
	switch (freshness.phase) {
		case 'live':
		case 'off':
			return undefined;
		case 'loading':
			return `${painter.signs.loading} loading ${count(freshness.loaded)}`;
		case 'stale':
			return `${painter.signs.stale} ${sinceWhen(freshness)}`;
		case 'denied':
			// An empty pane has the room for the whole sentence below its title.
			return rows === 0 ? 'not allowed' : [lastFresh(freshness, painter), freshness.why].filter(Boolean).join(': ');
		case 'signed-out':
			return [lastFresh(freshness, painter), `${painter.sign('failed')} signed out`].filter(Boolean).join(', ');
		case 'absent':
			return 'this server has none of these';
	}
}

/** The kinds that may not be read here. */
export function unseenKinds({freshness}: Pick<State, 'freshness'>): readonly KindId[] {
	return (Object.keys(freshness) as KindId[]).filter((kind) => freshness[kind].phase === 'denied');
}

/** A title, and behind it how fresh what stands below it is. @param told what `paneFreshness` says; nothing where that is live */
export function titled(title: string, told: string | undefined, {signs}: Painter): string {
	return told === undefined ? title : `${title} ${signs.dot} ${told}`;
}

/** Whether the rows of a kind are what was known once, and not what is known. */
export function isStale(freshness: Freshness): boolean {
	return freshness.phase === 'stale' || lastKnown(freshness) !== undefined;
}

function lastKnown(freshness: Freshness): number | undefined {
	return 'since' in freshness && freshness.phase !== 'stale' ? freshness.since : undefined;
}

function lastFresh(freshness: Freshness, painter: Painter): string | undefined {
	const since = lastKnown(freshness);
	return since === undefined ? undefined : `${painter.signs.stale} stale since ${clockTime(since, true)}`;
}

function staleness(stale: Extract<Freshness, {phase: 'stale'}>, now: number, painter: Painter): Piece {
	const {signs} = painter;
	const since = sinceWhen(stale);
	// What was being done is plain to see; the reason must not be cut away behind it.
	const why = stale.why.replace(/^Could not .+?: /, '');
	if (stale.retryAt === undefined) return {text: `${signs.stale} ${since}: ${why}`, role: 'waiting'};
	const next = stale.retryAt - now >= 1000 ? `again in ${age(stale.retryAt - now)}` : 'trying again';
	return {text: `${signs.reconnecting} ${since}, ${next}: ${why}`, role: 'waiting'};
}

/** Rows that were never all there are not stale: there is nothing to go by. */
function sinceWhen({complete, since}: Extract<Freshness, {phase: 'stale'}>): string {
	return complete ? `stale since ${clockTime(since, true)}` : 'not loaded';
}

/** `3,200`: thousands apart, the same in every locale. */
export function count(value: number): string {
	return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
