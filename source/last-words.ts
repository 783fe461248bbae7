import type {Board} from './board/board.ts';
import {type Crashed, crashedContainer, type LastWords, linesOf} from './rollout/last-words.ts';
import type {State} from './state/state.ts';
import type {Store} from './state/store.ts';

/** Reads what crashed containers said last, for the rollout on the screen and for no other. */
export interface LastWordsReader {
	/** To be called after every publication. */
	look(): void;
	stop(): void;
}

/**
 * @param read the end of a container's log; rejects with the error that `whyNot` puts into words. What it reads goes to the
 * state, from there to the screen, and nowhere else.
 */
export function createLastWordsReader(
	store: Store<State>,
	board: Board,
	read: (crashed: Crashed, signal: AbortSignal) => Promise<string>,
	whyNot: (error: unknown) => Promise<string>,
): LastWordsReader {
	let asked: {readonly of: Crashed; readonly abort: AbortController} | undefined;

	const leave = () => {
		asked?.abort.abort();
		asked = undefined;
	};
	const put = (lastWords: LastWords | undefined) => store.change((state) => ({...state, lastWords}));

	const ask = async (of: Crashed) => {
		leave();
		const abort = new AbortController();
		asked = {of, abort};
		const words = await read(of, abort.signal).then(
			(log): LastWords => ({of, lines: linesOf(log), problem: undefined}),
			async (error): Promise<LastWords> => ({of, lines: [], problem: `not readable: ${await whyNot(error)}`}),
		);
		if (!abort.signal.aborted) put(words);
	};

	return {
		look() {
			const {views, freshness, lastWords} = store.get();
			const view = views.findLast(({id}) => id === 'rollout');
			const facts = view?.id === 'rollout' ? board.facts(view.uid) : undefined;
			const crashed = facts && crashedContainer(facts, board.objects.pods.get);
			if (!crashed) leave();
			// What another container said must not stand under this cause, not even until the answer comes.
			const isSame = crashed?.pod.uid === lastWords?.of.pod.uid && crashed?.container === lastWords?.of.container;
			if (lastWords && !isSame) put(undefined);
			// A server that is away is not asked; what could not be read for that is asked for again.
			if (freshness.pods.phase !== 'live') {
				if (lastWords?.problem !== undefined) leave();
				return;
			}
			if (crashed && crashed.key !== asked?.of.key) void ask(crashed);
		},
		stop: leave,
	};
}
