import type {Board} from './board/board.ts';
import type {Connection} from './cluster/connection.ts';
import {isNamespaceThere} from './cluster/namespaces.ts';
import type {State} from './state/state.ts';
import type {Store} from './state/store.ts';

/** How often to ask whether an empty namespace is still there, and where that may not be known. Milliseconds. */
const emptyMs = 10_000;
const refusedMs = 60_000;

/**
 * Says that a namespace is not there, or no more, for as long as that is so: an empty list tells neither. Asks only while there
 * is nothing in it: few may watch namespaces, and a new object in it ends the question by itself.
 * @param isOver whether somebody has gone elsewhere, or asks anew; looked at with every change of the state
 */
export async function followNamespace(
	connection: Connection,
	store: Store<State>,
	board: Board,
	namespace: string,
	isOver: () => boolean,
): Promise<void> {
	const missing = `There is no namespace ${namespace} in ${store.get().scope.context}: type :ns to choose another. Once it is made, it is shown here.`;
	const tell = (notice: string | undefined) =>
		store.change((state) =>
			state.notice !== notice && [undefined, missing].includes(state.notice) ? {...state, notice} : state,
		);
	const isEmpty = () => board.objects.deployments.size + board.objects.pods.size === 0;
	for (;;) {
		await store.until(({freshness}) => isOver() || (isEmpty() && freshness.deployments.phase === 'live'));
		if (isOver()) return;
		const answer = await isNamespaceThere(connection, namespace);
		if (isOver()) return;
		if (isEmpty()) tell(answer === 'no' ? missing : undefined);
		const next = store.get().now + (answer === 'unknown' ? refusedMs : emptyMs);
		await store.until(({now}) => isOver() || !isEmpty() || now >= next);
		if (!isOver() && !isEmpty()) tell(undefined);
	}
}
