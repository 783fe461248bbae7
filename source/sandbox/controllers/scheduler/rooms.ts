import {controllerOf} from '../owners.ts';
import {isFinished} from '../replica-set/status.ts';
import type {Node, Pod} from '../shapes.ts';
import {type Room, requestOf} from './fit.ts';

/** What the pods take of each node, kept up to date pod by pod. */
export interface Rooms {
	setNode(node: Node): void;
	removeNode(node: Node): void;
	/** Counts a pod as it is now; again after each of its changes. */
	setPod(pod: Pod): void;
	removePod(pod: Pod): void;
	list(): readonly Room[];
	/** How many pods of the owner run on the node. */
	crowd(owner: string, node: string): number;
}

export function trackRooms(): Rooms {
	const rooms = new Map<string, Room>();
	const nodes = new Map<string, Node>();
	const crowds = new Map<string, number>();
	const counted = new Map<string, Pod>();

	function count(pod: Pod, sign: 1 | -1): void {
		const name = pod.spec.nodeName ?? '';
		const room = rooms.get(name) ?? {node: nodes.get(name) as Node, pods: 0, cpu: 0, memory: 0};
		const {cpu, memory} = requestOf(pod.spec);
		rooms.set(name, {...room, pods: room.pods + sign, cpu: room.cpu + sign * cpu, memory: room.memory + sign * memory});
		const crowd = `${controllerOf(pod)?.uid}|${name}`;
		crowds.set(crowd, (crowds.get(crowd) ?? 0) + sign);
		if (crowds.get(crowd) === 0) crowds.delete(crowd);
	}

	function removePod({metadata}: Pod): void {
		const before = counted.get(metadata.uid);
		if (!before) return;
		counted.delete(metadata.uid);
		count(before, -1);
	}

	return {
		removePod,
		setPod(pod) {
			const counts = pod.spec.nodeName !== undefined && !isFinished(pod);
			if (!counts) return removePod(pod);
			if (counted.has(pod.metadata.uid)) return;
			counted.set(pod.metadata.uid, pod);
			count(pod, 1);
		},
		setNode(node) {
			nodes.set(node.metadata.name, node);
		},
		removeNode(node) {
			nodes.delete(node.metadata.name);
		},
		list() {
			return [...nodes].map(([name, node]) => ({pods: 0, cpu: 0, memory: 0, ...rooms.get(name), node}));
		},
		crowd: (owner, node) => crowds.get(`${owner}|${node}`) ?? 0,
	};
}
