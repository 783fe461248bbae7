import {digest} from './slots.ts';

/** An event that the kubelet tells about a container. */
export interface Told {
	type: 'Normal' | 'Warning';
	reason: string;
	message: string;
}

/** Why an image cannot be pulled, as containerd says it. */
export function notInRegistry(image: string): string {
	const unresolved = `failed to resolve reference "${image}": ${image}: not found`;
	return `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": ${unresolved}`;
}

export function pulling(image: string): Told {
	return {type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"`};
}

/** Size and time are made up, the same for the same image. */
export function justPulled(image: string): Told {
	const dice = Number.parseInt(digest(image).slice(0, 7), 16);
	const took = `${200 + (dice % 300)}ms`;
	const message = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${20_000_000 + (dice % 90_000_000)} bytes.`;
	return {type: 'Normal', reason: 'Pulled', message};
}

export function alreadyPresent(image: string): Told {
	const message = `Container image "${image}" already present on machine and can be accessed by the pod`;
	return {type: 'Normal', reason: 'Pulled', message};
}
