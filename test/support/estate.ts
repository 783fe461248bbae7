import type {KubeObject} from '../../source/objects.ts';
import {type Recording, recorded} from '../objects/recorded.ts';

/** When the tests' decks are looked at, in milliseconds since the epoch. */
export const noon = Date.parse('2026-01-31T12:00:00Z');

/** What a recording is to be told as. */
export interface Retelling {
	/** The Deployment's name, in place of `web`. */
	readonly name: string;
	/** How long ago the recording was made, in milliseconds. */
	readonly ago?: number;
	readonly namespace?: string;
}

/**
 * The objects of a recorded moment, under another name, in namespace `shop`, at another time: several of them make an
 * estate. Uids begin with the new name, so that one recording can be told more than once.
 */
export function retold(recording: string, {name, ago = 0, namespace = 'shop'}: Retelling): KubeObject[] {
	const source = recorded(recording);
	const shift = noon - ago - source.at;
	const text = JSON.stringify(source)
		.replaceAll(source.deployment.metadata.namespace ?? '', namespace)
		.replaceAll(/\bweb\b/g, name)
		.replaceAll(/([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, `${name}-$1`)
		.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (time, fraction: string = '') => {
			const moved = new Date(Math.round((Date.parse(time) + shift) / 1000) * 1000).toISOString();
			return moved.replace('.000Z', `${fraction}Z`);
		});
	const {deployment, ...lists} = JSON.parse(text) as Recording;
	return [
		typed(deployment, 'apps/v1', 'Deployment'),
		...lists.replicaSets.map((object) => typed(object, 'apps/v1', 'ReplicaSet')),
		...lists.pods.map((object) => typed(object, 'v1', 'Pod')),
		...lists.services.map((object) => typed(object, 'v1', 'Service')),
		...lists.endpointSlices.map((object) => typed(object, 'discovery.k8s.io/v1', 'EndpointSlice')),
		...lists.ingresses.map((object) => typed(object, 'networking.k8s.io/v1', 'Ingress')),
		...lists.autoscalers.map((object) => typed(object, 'autoscaling/v2', 'HorizontalPodAutoscaler')),
		...lists.disruptionBudgets.map((object) => typed(object, 'policy/v1', 'PodDisruptionBudget')),
		...lists.events.map((object) => typed(object, 'v1', 'Event')),
	];
}

/** The items of a real list do not say what they are. */
function typed(object: KubeObject, apiVersion: string, kind: string): KubeObject {
	return {...object, apiVersion, kind};
}

const minute = 60_000;

/** A namespace in which all is well. */
export function healthyShop(): KubeObject[] {
	return [
		namespace('shop'),
		...retold('complete', {name: 'cart', ago: 12 * minute}),
		...retold('undone', {name: 'checkout', ago: 3 * 60 * minute}),
		...retold('complete', {name: 'search', ago: 26 * 60 * minute}),
		...retold('zero', {name: 'mail', ago: 40 * minute}),
	];
}

/** The same, while `checkout` cannot pull its new image. */
export function stuckShop(): KubeObject[] {
	return [...withoutCheckout(), ...retold('missing', {name: 'checkout'})];
}

/** The same, while `checkout` crashes again and again. */
export function crashingShop(): KubeObject[] {
	return [...withoutCheckout(), ...retold('crash', {name: 'checkout'})];
}

function withoutCheckout(): KubeObject[] {
	return healthyShop().filter(({metadata}) => !metadata.uid?.startsWith('checkout-'));
}

export function namespace(name: string): KubeObject {
	return {apiVersion: 'v1', kind: 'Namespace', metadata: {name, uid: ''}};
}
