/** How scenarios are told: what is applied, and what is waited for. */
import type {Condition, ContainerStatus, Pod} from '../../source/objects.ts';
import type {Stage} from './record.ts';
import type {Recording} from './recorded.ts';

/** A story on a control plane, with the moments that are kept. */
export interface Scenario {
	/** It disturbs others: it runs last, by itself. */
	alone?: boolean;
	play(stage: Stage): Promise<void>;
}

export type Fields = Record<string, unknown>;

/** What differs from a Deployment of three `registry.example/web:1.0`. `container` and `pod` are merged into the template. */
export interface Shape {
	name?: string;
	image?: string;
	spec?: Fields;
	container?: Fields;
	pod?: Fields;
	annotations?: Record<string, string>;
	labels?: Record<string, string>;
}

export const image = (tag: string) => `registry.example/web:${tag}`;

export function deployment({
	name = 'web',
	image: tag = '1.0',
	spec,
	container,
	pod,
	annotations,
	labels,
}: Shape = {}): object {
	return {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: {name, labels: {app: name}, annotations: annotations ?? {}},
		spec: {
			replicas: 3,
			selector: {matchLabels: {app: name}},
			...spec,
			template: {
				metadata: {labels: {app: name, ...labels}},
				spec: {
					...pod,
					containers: [
						{name, image: image(tag), ports: [{name: 'http', containerPort: 8080}], ...container},
						...((pod?.['containers'] as object[] | undefined) ?? []),
					],
				},
			},
		},
	};
}

export function service(name = 'web', selector: Record<string, string> = {app: 'web'}, spec: Fields = {}): object {
	const ports = [{name: 'http', port: 80, targetPort: 'http'}];
	return {apiVersion: 'v1', kind: 'Service', metadata: {name}, spec: {selector, ports, ...spec}};
}

export const observed = ({deployment: {metadata, status}}: Recording) =>
	status?.observedGeneration === metadata.generation;
export const conditionOf = (now: Recording, type: string): Condition | undefined =>
	now.deployment.status?.conditions?.find((condition) => condition.type === type);
export const complete = ({deployment: {metadata, spec, status}}: Recording) =>
	status?.observedGeneration === metadata.generation &&
	status?.updatedReplicas === spec.replicas &&
	status?.replicas === spec.replicas &&
	status?.availableReplicas === spec.replicas;
export const settled = (now: Recording) => complete(now) && now.pods.length === now.deployment.spec.replicas;
export const statuses = (pod: Pod): ContainerStatus[] => [
	...(pod.status?.initContainerStatuses ?? []),
	...(pod.status?.containerStatuses ?? []),
];
export const waits = (reason: string) => (now: Recording) =>
	now.pods.some((pod) => statuses(pod).some((status) => status.state?.waiting?.reason === reason));
export const happened =
	(reason: string, text = '') =>
	(now: Recording) =>
		now.events.some((event) => event.reason === reason && event.message?.includes(text));
export const restarted = (times: number) => (now: Recording) =>
	now.pods.some((pod) => statuses(pod).some((status) => (status.restartCount ?? 0) >= times));
export const every =
	(...tests: ((now: Recording) => boolean)[]) =>
	(now: Recording) =>
		tests.every((test) => test(now));

export const setImage = (stage: Stage, tag: string) =>
	stage.kubectl('set', 'image', 'deployment/web', `web=${image(tag)}`);

/** A complete `web` with a Service, ready for a second revision. */
export async function prepared(stage: Stage, shape: Shape = {}, ...more: object[]): Promise<void> {
	await stage.apply(deployment(shape), service(), ...more);
	await stage.until(settled);
}

/** A second revision on a complete Deployment, kept once it is as wanted. */
export function becomes(
	name: string,
	wanted: (now: Recording) => boolean,
	next: Shape,
	first: Shape = {},
	...more: object[]
): Scenario {
	return {
		async play(stage) {
			await prepared(stage, first, ...more);
			await stage.apply(deployment({...first, ...next}));
			await stage.record(name, await stage.until(wanted));
		},
	};
}

/** A Deployment that cannot start from its very first revision. */
export function starts(name: string, wanted: (now: Recording) => boolean, shape: Shape, ...before: object[]): Scenario {
	return {
		async play(stage) {
			if (before.length > 0) await stage.apply(...before);
			await stage.apply(deployment(shape), service());
			await stage.record(name, await stage.until(wanted));
		},
	};
}

export function settledOf(name: string, pods: number) {
	return (now: Recording) => now.deployment.metadata.name === name && complete(now) && now.pods.length === pods;
}
