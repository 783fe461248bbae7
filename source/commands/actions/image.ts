import type {Deployment} from '../../objects.ts';
import {history} from '../../rollout/history.ts';
import type {Action, DialogRow, PlanContext} from '../action.ts';

export interface ImageInput {
	/** Which container, by its place in the template. */
	readonly container: number;
	readonly text: string;
}

/** Sets one container's image, as `kubectl set image` does (reference 1f); the name is checked here, a raw patch would add a container. */
export const image: Action<ImageInput> = {
	id: 'image',
	verb: 'Set the image of',
	access: {verb: 'patch', group: 'apps', resource: 'deployments'},
	keyHints: ['tab next container', '↑ ↓ earlier images', 'ctrl-u clear'],

	start: (deployment, _context, argument) => ({
		container: 0,
		text: argument ?? containers(deployment)[0]?.image ?? '',
	}),

	plan(deployment, input, context) {
		const {metadata} = deployment;
		const all = containers(deployment);
		const chosen = all[input.container];
		const list = all.map(
			({name, image: present = ''}, index): DialogRow => ({
				label: index === 0 ? 'container' : '',
				text: index === input.container ? `${name}  ${present} → ${input.text}█` : `${name}  ${present}`,
				selected: all.length > 1 && index === input.container,
				minor: index !== input.container,
			}),
		);
		const past = pastImages(deployment, chosen?.name, context);
		const rows = [
			...list,
			...past.map((text, index): DialogRow => ({label: index === 0 ? 'earlier' : '', text, minor: true})),
		];
		if (!chosen) return {kind: 'refused', sentence: 'This Deployment has no container.', rows};
		if (input.text === '') return {kind: 'refused', sentence: 'Type an image, as registry/name:tag.', rows};
		if (/\s/.test(input.text)) return {kind: 'refused', sentence: 'An image has no spaces in its name.', rows};
		if (input.text === chosen.image) return {kind: 'refused', sentence: `${chosen.name} already has this image.`, rows};
		const owners = context.board.facts(metadata.uid)?.owners ?? [];
		return {
			kind: 'ready',
			operations: [
				{op: 'test', path: '/metadata/uid', value: metadata.uid},
				{op: 'test', path: '/spec/template', value: deployment.spec.template},
				{op: 'replace', path: `/spec/template/spec/containers/${input.container}/image`, value: input.text},
			],
			summary: `${chosen.name}: ${chosen.image ?? 'none'} → ${input.text}`,
			kubectl: `set image deployment/${metadata.name} ${chosen.name}=${input.text}`,
			enter: deployment.spec.paused ? 'store it: a paused Deployment does not roll out' : 'roll out',
			doing: `rolling out ${input.text}`,
			done: `${input.text} is out`,
			until: deployment.spec.paused ? 'observed' : 'complete',
			rows: [
				...rows,
				...owners.map((text, index): DialogRow => ({label: index === 0 ? 'careful' : '', text, role: 'waiting'})),
			],
		};
	},

	paste: (text, input) => ({...input, text: input.text + text.trim()}),

	key(key, input, deployment, context) {
		const all = containers(deployment);
		switch (key) {
			case 'tab': {
				const container = (input.container + 1) % Math.max(1, all.length);
				return {container, text: all[container]?.image ?? ''};
			}
			case 'up':
			case 'down': {
				const past = pastImages(deployment, all[input.container]?.name, context);
				const at = past.indexOf(input.text) + (key === 'up' ? -1 : 1);
				const text = past[Math.min(past.length - 1, Math.max(0, at))];
				return text === undefined ? input : {...input, text};
			}
			case 'backspace':
				return {...input, text: input.text.slice(0, -1)};
			case 'ctrl-u':
				return {...input, text: ''};
			default:
				return /^[-\w./:@+]$/.test(key) ? {...input, text: input.text + key} : undefined;
		}
	},
};

function containers(deployment: Deployment) {
	return deployment.spec.template.spec?.containers ?? [];
}

/** What this container ran in the kept revisions, newest first, each once. */
function pastImages(deployment: Deployment, name: string | undefined, {board}: PlanContext): readonly string[] {
	const entries = history(deployment, board.objects.replicasets.ownedBy(deployment.metadata.uid));
	const images = entries.flatMap(
		({replicaSet}) =>
			replicaSet.spec.template?.spec?.containers.find((container) => container.name === name)?.image ?? [],
	);
	return [...new Set(images)];
}
