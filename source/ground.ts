import type {Board} from './board/board.ts';
import type {Connection} from './cluster/connection.ts';
import {type Watch, type WatchOptions, watch} from './cluster/watcher.ts';
import type {KubeObject, Namespace, Node, PersistentVolumeClaim} from './objects.ts';
import type {RolloutGround, RolloutState} from './rollout/facts.ts';
import {type WantedGround, wantedGround} from './rollout/ground.ts';
import type {State} from './state/state.ts';
import type {Store} from './state/store.ts';

type Kind = 'persistentvolumeclaims' | 'nodes' | 'namespaces';

/** One object that is watched by its name. `undefined`: it may not be read, or is not there yet; null: it does not exist. */
interface Ground {
	readonly kind: Kind;
	readonly name: string;
	readonly watch: Watch;
	object: KubeObject | null | undefined;
}

/** Watches of what the pods of one Deployment stand on: each by its name, since most people may not list them and nobody needs all. */
export interface GroundWatches {
	/** Watches these, too; the namespace is that of the Deployment. */
	want(wanted: WantedGround, namespace: string): void;
	/** Stops all of them: what is not watched any more is not known any more. Returns whether there were any. */
	stop(): boolean;
	retryNow(): void;
	/** As of a watch. */
	doubt(since: number): void;
}

/** @param tell hears of all that is known whenever that has changed */
export function createGroundWatches(
	connection: Connection,
	tell: (ground: RolloutGround) => void,
	watching?: WatchOptions,
): GroundWatches {
	const grounds = new Map<string, Ground>();

	const begin = (kind: Kind, namespace: string | undefined, name: string) => {
		const key = `${kind}/${name}`;
		if (grounds.has(key)) return;
		const root = namespace === undefined ? '/api/v1' : `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
		const target = {
			path: `${root}/${kind}`,
			query: {fieldSelector: `metadata.name=${name}`},
			project: (object: KubeObject) => object,
		};
		const ground: Ground = {
			kind,
			name,
			object: undefined,
			watch: watch<KubeObject>(
				connection,
				target,
				{
					changes({upserts, deletes, synced}) {
						const [object] = upserts;
						// One that is made anew under its name comes with the end of the one before, or after it.
						if (object) ground.object = object;
						else if (deletes.length > 0 || (synced && ground.object === undefined)) ground.object = null;
						tell(groundOf([...grounds.values()]));
					},
					state() {},
				},
				watching,
			),
		};
		grounds.set(key, ground);
	};

	return {
		want({claims, nodes, namespace: isWanted}, namespace) {
			for (const name of claims) begin('persistentvolumeclaims', namespace, name);
			for (const name of nodes) begin('nodes', undefined, name);
			if (isWanted) begin('namespaces', undefined, namespace);
		},
		stop() {
			const hadAny = grounds.size > 0;
			for (const {watch: each} of grounds.values()) each.stop();
			grounds.clear();
			return hadAny;
		},
		retryNow() {
			for (const {watch: each} of grounds.values()) each.retryNow();
		},
		doubt(since) {
			for (const {watch: each} of grounds.values()) each.doubt(since);
		},
	};
}

const ended: readonly RolloutState[] = ['complete', 'scaled-to-zero'];

/** Watches what the pods of the Deployment on the screen stand on, as long as something holds that one up. */
export function watchGround(
	connection: Connection,
	store: Store<State>,
	board: Board,
	watching?: WatchOptions,
): Pick<GroundWatches, 'retryNow' | 'doubt'> & {stop(): void} {
	let subject: string | undefined;
	const publish = (ground: RolloutGround) => {
		const uid = subject;
		if (uid !== undefined) store.merge((state) => (subject === uid ? board.stand(state, uid, ground) : state));
	};
	const watches = createGroundWatches(connection, publish, watching);
	const clear = () => {
		const uid = subject;
		if (watches.stop() && uid !== undefined) store.merge((state) => board.stand(state, uid, {}));
	};

	const look = () => {
		const state = store.get();
		const deployment = onScreen(state, board);
		const facts = deployment && board.facts(deployment.metadata.uid);
		// Not as soon as nothing waits: a node that is well again is what keeps its pods from being called lost.
		if (deployment?.metadata.uid !== subject || (facts && ended.includes(facts.state))) clear();
		subject = deployment?.metadata.uid;
		if (!deployment || !facts || facts.causes.length === 0) return;
		const pods = facts.lanes.flatMap(({replicaSet}) => board.objects.pods.ownedBy(replicaSet.metadata.uid));
		watches.want(wantedGround(facts, pods), deployment.metadata.namespace ?? '');
	};
	const unsubscribe = store.subscribe(look);
	return {
		stop() {
			unsubscribe();
			clear();
		},
		retryNow: watches.retryNow,
		doubt: watches.doubt,
	};
}

/** The Deployment whose rollout fills the screen, or the one under the cursor. */
function onScreen(state: State, board: Board) {
	const view = state.views.at(-1);
	return view?.id === 'rollout' ? board.objects.deployments.get(view.uid) : board.subject(state);
}

function groundOf(grounds: readonly Ground[]): RolloutGround {
	const known = <O>(kind: Kind) =>
		Object.fromEntries(
			grounds
				.filter((ground) => ground.kind === kind && ground.object !== undefined)
				.map(({name, object}) => [name, object as O | null]),
		);
	const [namespace] = Object.values(known<Namespace>('namespaces'));
	return {
		claims: known<PersistentVolumeClaim>('persistentvolumeclaims'),
		nodes: known<Node>('nodes'),
		namespace: namespace ?? undefined,
	};
}
